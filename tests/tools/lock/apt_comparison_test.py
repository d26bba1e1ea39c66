"""The resolver against the real apt: each fills an empty root from the same indexes.

It needs apt-get and a Debian mirror, so it runs on request only::

    ./bazelw test --config=exhaustive //tests/tools:apt_comparison_test
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tools.debian.errors import PlinthError
from tools.debian.relation import parse_relation
from tools.fetch.cache import Cache, cache_directory
from tools.fetch.download import Downloader, FetchError
from tools.fetch.mirror import base_urls
from tools.lock import signature
from tools.lock.candidates import Candidates
from tools.lock.manifest import Archive, Manifest, Root
from tools.lock.reading import Surroundings, read_all
from tools.lock.resolver import resolve

ARCHITECTURES = ("amd64", "arm64")

ROOTS = """
    apache2 awscli base-files bash bind9 build-essential ca-certificates chromium cmake coreutils
    cron curl dbus debhelper default-jre default-jre-headless default-mysql-client dnsutils emacs
    erlang exim4 ffmpeg firefox-esr g++ gdb ghc gimp git gnupg golang gunicorn haproxy imagemagick
    inkscape iproute2 jq kmod latexmk libc6 libgl1 libgtk-3-0t64 libldap2 libpq5 libqt6widgets6
    libssl3t64 libx11-6 libxml2 locales lua5.4 mail-transport-agent mariadb-server memcached
    mercurial mono-runtime nginx nodejs npm octave openjdk-21-jre-headless openssh-server
    openssl perl php php-fpm postfix postgresql procps python3 python3-flask python3-numpy
    python3-pandas python3-scipy python3-venv python3.13 qemu-utils r-base-core rabbitmq-server
    redis ruby-full rustc samba screen smbclient sqlite3 squid sudo supervisor systemd tcl
    tesseract-ocr tmux tomcat10 tzdata util-linux varnish vim wget wine xauth xorg
    xvfb zabbix-agent zlib1g
""".split()  # noqa: SIM905 - a list of a hundred lines says no more

# Where both results are right, and ours lacks what apt takes besides: apt settles each package's
# alternatives as it comes to them, we settle what leaves no choice first, and then find that one
# of the alternatives is there anyway.
CHOICES = {
    "gimp": "fontconfig-config: fonts-dejavu-core | … | fonts-urw-base35, which others need",
    "gunicorn": "python3-gunicorn: python3-importlib-metadata | python3-supported-min (>= 3.8)",
}


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Debian 13 with its updates."""
    if not shutil.which("apt-get"):
        pytest.skip("there is no apt-get here")
    keys = ("debian-13",)
    return Manifest(
        "/",
        (
            Archive("debian", ("trixie", "trixie-updates"), ("main",), keys),
            Archive("debian-security", ("trixie-security",), ("main",), keys),
        ),
        ARCHITECTURES,
        (),
        frozenset(),
    )


@pytest.fixture(scope="module")
def ours(manifest: Manifest) -> dict[str, dict[str, set[str]]]:
    """What we choose, by architecture and root; an empty set if nothing can be chosen."""
    surroundings = Surroundings(
        Downloader(rounds=1),
        os.environ,
        "/etc/apt",
        datetime.now(UTC),
        cache=Cache(cache_directory(os.environ)),
    )

    def work(candidates: Candidates, _: Sequence[Root]) -> dict[str, set[str]]:
        return {root: choose(candidates, root) for root in ROOTS}

    try:
        return dict(read_all(manifest, surroundings, work).results)
    except FetchError as error:
        pytest.skip(f"no mirror is within reach: {error}")


def choose(candidates: Candidates, root: str) -> set[str]:
    try:
        resolution = resolve([Root(parse_relation(root))], candidates)
    except PlinthError:
        return set()
    return {f"{each.name} {each.version}" for each in resolution.packages}


class Apt:
    """An apt with an empty root of its own."""

    def __init__(self, directory: pathlib.Path, architecture: str, manifest: Manifest) -> None:
        for name in ("state/lists/partial", "cache/archives/partial", "etc", "preferences.d"):
            (directory / name).mkdir(parents=True)
        (directory / "status").touch()
        keys = os.path.join(os.path.dirname(os.path.abspath(signature.__file__)), "keys")
        lines = [
            f"deb [signed-by={keys}/{archive.keys[0]}.asc] {base} {suite} main"
            for archive in manifest.archives
            for base in base_urls(archive.name, configured=(), stamp=None, environment=os.environ)[
                :1
            ]
            for suite in archive.suites
        ]
        (directory / "etc" / "sources.list").write_text("\n".join(lines) + "\n")
        (directory / "apt.conf").write_text(
            f'Dir "{directory}";\n'
            f'Dir::State "{directory}/state";\n'
            f'Dir::State::status "{directory}/status";\n'
            f'Dir::Cache "{directory}/cache";\n'
            f'Dir::Etc "{directory}/etc";\n'
            f'APT::Architecture "{architecture}";\n'
            f'APT::Architectures {{ "{architecture}"; }};\n'
            'APT::Install-Recommends "false";\n'
            'APT::Sandbox::User "root";\n'
            'Acquire::Languages "none";\n'
        )
        self.environment = {**os.environ, "APT_CONFIG": str(directory / "apt.conf"), "LC_ALL": "C"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs apt-get."""
        return subprocess.run(
            ["apt-get", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def choose(self, root: str) -> set[str]:
        """What it would install; an empty set if it cannot."""
        done = self.run("install", "--simulate", root)
        found = re.findall(r"^Inst (\S+) \((\S+)", done.stdout, re.MULTILINE)
        return {f"{name.partition(':')[0]} {version}" for name, version in found}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def apt(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, manifest: Manifest
) -> tuple[str, Apt]:
    """An apt for each architecture, and which it is."""
    architecture = str(request.param)
    apt = Apt(tmp_path_factory.mktemp(architecture), architecture, manifest)
    done = apt.run("update")
    if done.returncode or "Err:" in done.stdout:
        pytest.skip(f"apt-get update: {done.stderr or done.stdout}")
    return architecture, apt


@pytest.mark.parametrize("root", ROOTS)
def test_the_same_packages(
    root: str, apt: tuple[str, Apt], ours: dict[str, dict[str, set[str]]]
) -> None:
    architecture, program = apt
    expected = program.choose(root)
    found = ours[architecture][root]
    if root in CHOICES:
        assert found < expected
        return
    assert found == expected, f"ours only: {found - expected}; apt only: {expected - found}"
