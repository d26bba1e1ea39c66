"""The page docs/extending.md, done as it says, and what its images then hold."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.docs.walkthrough import File, steps
from tests.integration.nested_bazel import NestedBazel, source_tree
from tests.tools.deb_builder import Deb, Entry
from tests.tools.lock.tiny_archive import TinyArchive, public_key

PAGE = Path("docs/extending.md").read_text(encoding="utf-8")
AUTHORITY = Path(os.environ["RUNFILES_DIR"], os.environ["AUTHORITY"])


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Provide a third party's repository: its address and its public key."""
    directory = tmp_path_factory.mktemp("vendor")
    architectures = ("amd64", "arm64")
    archive = TinyArchive(str(directory / "vendor"), suite="stable", architectures=architectures)
    entries = [
        Entry("./usr/"),
        Entry("./usr/bin/"),
        Entry("./usr/bin/vendor-agent", b"#!/agent\n", mode=0o755),
    ]
    for architecture in architectures:
        deb = Deb(entries, name="vendor-agent", architecture=architecture)
        archive.add("vendor-agent", "1.0-1", architecture=architecture, deb=deb.build())
    archive.publish()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/vendor", public_key(archive.key)
        server.shutdown()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, vendor: tuple[str, str]) -> Iterator[Path]:
    """Provide a stranger's module in which the whole page has been done."""
    directory = tmp_path_factory.mktemp("reader")
    workspace = directory / "workspace"
    (workspace / "authority").mkdir(parents=True)
    # The module as it is here, not as it was published; and images that can be looked into.
    (workspace / ".bazelrc").write_text(
        f"common --lockfile_mode=off --override_module=rules_plinth={source_tree()}\n"
        "build --output_groups=+oci_layout\n"
    )
    # What the reader has, and the page does not show.
    shutil.copy(AUTHORITY, workspace / "authority" / "company.pem")
    (workspace / "vendor.asc").write_text(vendor[1])
    mirrors = f"{os.environ.get('PLINTH_MIRRORS', '')} vendor={vendor[0]}".strip()
    bazel = NestedBazel(str(workspace), str(directory / "output_base"))
    for step in steps(PAGE):
        if isinstance(step, File):
            step.write(workspace)
        else:
            assert step.words[0] == "bazel"
            done = bazel.run(*step.words[1:], environment={"PLINTH_MIRRORS": mirrors})
            assert done.returncode == 0, f"{step.words}\n{done.stderr}"
    yield workspace
    bazel.shut_down()


def unpacked(workspace: Path, package: str) -> tuple[Path, Container]:
    container = Container(str(workspace / "bazel-bin" / package / "image"))
    return Path(container.root), container


def test_a_package_is_added(workspace: Path) -> None:
    root, container = unpacked(workspace, "package")
    assert list(root.glob("usr/lib/*/libsodium.so.23"))
    assert list(root.glob("usr/lib/*/libc.so.6")), "the base is below"
    assert container.config["User"] == "65532"


def test_a_base_of_an_own_lock(workspace: Path) -> None:
    root, container = unpacked(workspace, "own")
    assert list(root.glob("usr/lib/*/libsodium.so.23"))
    assert (root / "etc/ld.so.cache").exists()
    assert (root / "etc/ssl/certs/ca-certificates.crt").exists()
    assert container.config["User"] == "65532"


def test_files_are_left_out(workspace: Path) -> None:
    root, _ = unpacked(workspace, "files")
    assert (root / "usr/share/zoneinfo/Europe/Berlin").exists()
    assert not (root / "usr/share/zoneinfo/Asia").exists()


def test_an_authority_is_trusted(workspace: Path) -> None:
    root, _ = unpacked(workspace, "authority")
    bundle = (root / "etc/ssl/certs/ca-certificates.crt").read_text()
    certificate = AUTHORITY.read_text().partition("-----BEGIN CERTIFICATE-----")[2]
    assert certificate.partition("-----END")[0].strip() in bundle
    assert bundle.count("BEGIN CERTIFICATE") > 100, "Debian's are there as well"


def test_a_user_is_added(workspace: Path) -> None:
    root, container = unpacked(workspace, "user")
    assert "app:x:10001:10001:" in (root / "etc/passwd").read_text()
    assert (root / "home/app").is_dir()
    assert container.config["User"] == "10001:10001"
    assert container.config["WorkingDir"] == "/home/app"


def test_a_vendor_s_package_is_taken(workspace: Path) -> None:
    root, container = unpacked(workspace, "vendor")
    assert (root / "usr/bin/vendor-agent").read_bytes() == b"#!/agent\n"
    assert container.config["Entrypoint"] == ["/usr/bin/vendor-agent"]
