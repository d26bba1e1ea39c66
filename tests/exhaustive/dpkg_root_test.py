"""What dpkg makes of packages, an image has: compared file by file, over hundreds of packages.

It takes ``mmdebstrap`` of the host. Where Bazel does not see that, because ``bazelw`` has brought
it, run ``python3 -m pytest --import-mode=importlib tests/exhaustive/dpkg_root_test.py``. To write
the figures of the documents, set ``PLINTH_RECORD`` to the absolute path of the file.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.bench.record import record
from tests.exhaustive.dpkg_root import differences, make_image, make_root

GROUPS = {
    "servers": "nginx apache2 haproxy memcached redis-server valkey-server unbound bind9 dnsmasq "
    "openssh-server mosquitto squid tor rsyslog cron postgresql-17 mariadb-server",
    "languages": "php-cli php-fpm php-mysql ruby perl lua5.4 openjdk-21-jre-headless gcc g++ "
    "erlang-base sbcl python3-numpy octave r-base-core ocaml-base nodejs libxml-libxml-perl",
    "tools": "gawk mawk vim-tiny krb5-user netcat-openbsd iptables ffmpeg gdal-bin git curl "
    "tesseract-ocr graphviz sudo supervisor imagemagick gnuplot-nox openssh-client zsh tmux",
    "desktop": "libgtk-3-0t64 libgdk-pixbuf2.0-bin librsvg2-common gsettings-desktop-schemas "
    "fontconfig glib-networking emacs-nox polkitd chromium",
    "text": "aspell-en hunspell-en-us hunspell-de-de ispell wamerican docbook-xml docbook-xsl "
    "docbook-utils sgml-base ghostscript gsfonts xfonts-base xfonts-utils fonts-dejavu-core "
    "fonts-liberation poppler-utils pandoc groff man-db dictd texlive-latex-base shared-mime-info "
    "desktop-file-utils tzdata locales",
    "networks": "freeradius ssl-cert postfix dovecot-imapd proftpd-core lighttpd uwsgi-core monit "
    "fail2ban cups-daemon samba",
    "directories": "slapd ldap-utils krb5-kdc sssd nslcd libnss-ldapd libpam-ldapd winbind",
    "media": "vlc-bin vlc-plugin-base mpv sox gstreamer1.0-plugins-good gstreamer1.0-tools "
    "graphicsmagick inkscape gimp fonts-noto-core",
    "offices": "libreoffice-writer-nogui evince gnumeric xvfb x11-apps firefox-esr xterm lightdm "
    "dbus-x11 gedit",
    "compilers": "golang-go rustc clang ghc python3-dev python3-pip elixir swi-prolog guile-3.0 "
    "tcl lua5.4 racket gfortran default-jdk-headless scala",
    "types": "shared-mime-info libreoffice-common gnumeric-common wireshark-common libglib2.0-bin "
    "locales mailcap mysql-common default-mysql-client unbound",
}
FEWEST_ALIKE = 0.95
_COMMAND = (
    "./bazelw test --config=exhaustive //tests/exhaustive:dpkg_root_test"
    if "TEST_TARGET" in os.environ
    else "python3 -m pytest --import-mode=importlib tests/exhaustive/dpkg_root_test.py"
)
_FIRST = tuple(GROUPS)[:6]  # the documents count them apart

Results = dict[str, tuple[set[str], set[str]]]
"""The packages of each group, and those with a difference."""


@pytest.fixture(scope="session")
def results() -> Iterator[Results]:
    """Collect what each group gives, and record it in the end if that is asked for."""
    found: Results = {}
    yield found
    file = os.environ.get("PLINTH_RECORD")
    if file and found.keys() == GROUPS.keys():
        others = GROUPS.keys() - set(_FIRST)
        figures = {"first": _figures(found, _FIRST), "others": _figures(found, others)}
        record(file, _COMMAND, figures)


def _figures(found: Results, groups: Iterable[str]) -> dict[str, int]:
    """Count each package once."""
    packages = set[str]().union(*(found[group][0] for group in groups))
    unlike = set[str]().union(*(found[group][1] for group in groups))
    same = len(packages - unlike)
    return {"packages": len(packages), "same": same, "percent": 100 * same // len(packages)}


@pytest.mark.parametrize("group", GROUPS)
def test_an_image_is_as_dpkg_would_have_configured_it(
    group: str, tmp_path: Path, results: Results
) -> None:
    assert shutil.which("mmdebstrap"), "install mmdebstrap"
    assert os.geteuid() == 0, "dpkg has to run as root"
    root, work = tmp_path / "root", tmp_path / "work"
    work.mkdir()
    make_root(root, GROUPS[group].split())
    image, owners = make_image(root, work)
    found = differences(root, image, owners)
    packages = len(set(owners.values()))
    unlike = Counter(difference.package for difference in found)
    shutil.rmtree(tmp_path)  # gigabytes, which pytest would keep until the end
    results[group] = set(owners.values()), set(unlike)
    print(f"{group}: {packages} packages, {len(unlike)} with a difference: {dict(unlike)}")
    for difference in found[:200]:
        print(f"  {difference.package}: {difference.path}: {difference.what}")
    assert len(unlike) <= packages * (1 - FEWEST_ALIKE)
