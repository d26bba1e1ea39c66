"""Layers with a table of contents, pulled by that table by code that is not ours.

skopeo pulls into a store with containers/storage, as Podman, Buildah and CRI-O do. It fetches the
table, then by ranges the files that the store lacks, and checks the digest of each piece.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.container.rootfs import as_built, read_layout, unpack
from tests.debian_program import debian_program
from tests.registry.server import registry_server

RUNFILES = os.environ["RUNFILES_DIR"]
ESTARGZ_OWN = ("stargz.index.json", ".no.prefetch.landmark")
"""Files of the archive that belong to the format; the puller leaves them out."""

CHANGED = {"estargz": 2 * 2 << 20, "zstd_chunked": 2 << 20}
"""Bytes of /srv/pieces that are new in the new image. Of eStargz the last piece counts as well: its
table does not say how large that is, so skopeo does not look for it elsewhere."""

CONFIGURATION = """\
[storage]
driver = "overlay"
graphroot = "{directory}/store"
runroot = "{directory}/run"

[storage.options.overlay]
ignore_chown_errors = "true"

[storage.options.pull_options]
enable_partial_images = "true"
# Of eStargz, whose archives it cannot put together again.
insecure_allow_unpredictable_image_contents = "true"
"""


@dataclass(frozen=True)
class Entry:
    """What a path is: type and mode, target or digest of the content, size, and number of names."""

    mode: str
    content: str = ""
    size: int = 0
    links: int = 0


@dataclass(frozen=True)
class Store:
    """Where an old image has been pulled to, and a newer one after that.

    Attributes:
        form: the format of their layers, as in the names of targets.
        directory: the images are in ``store`` below it.
        log: what skopeo logged when it pulled the newer one.
    """

    form: str
    directory: Path
    log: str


@pytest.fixture(scope="module", params=["estargz", "zstd_chunked"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Provide a store for each format."""
    form = request.param
    directory = tmp_path_factory.mktemp("store")
    with registry_server(tmp_path_factory.mktemp("registry")) as address:
        for age in ("old", "new"):
            pushed = f"docker://{address}/{age}:1"
            push = ("copy", "--preserve-digests", "--dest-tls-verify=false")
            skopeo(*push, f"oci:{layout(f'{age}_{form}')}", pushed, directory=directory)
            pull = ("copy", "--src-tls-verify=false", pushed)
            log = skopeo(*pull, f"containers-storage:localhost/{age}:1", directory=directory)
    return Store(form, directory, log)


def layout(image: str) -> str:
    """Return the layout directory of an image."""
    return as_built(os.path.join(RUNFILES, os.environ[image.upper()]))


def skopeo(*arguments: str, directory: Path) -> str:
    """Run skopeo, which keeps everything in ``directory``; gives what it logs."""
    configuration = directory / "storage.conf"
    configuration.write_text(CONFIGURATION.format(directory=directory))
    nothing = directory / "nothing"
    nothing.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            *debian_program("skopeo"),
            *("--debug", "--insecure-policy", "--tmpdir", str(directory)),
            *("--registries.d", str(nothing), "--registries-conf", os.devnull),
            *arguments,
        ],
        env={
            "CONTAINERS_STORAGE_CONF": str(configuration),
            "HOME": str(directory),
            "XDG_RUNTIME_DIR": str(directory),
            # It need not look for another user namespace.
            "_CONTAINERS_USERNS_CONFIGURED": "done",
        },
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_become_root,
    )
    if "is not supported over overlayfs" in done.stderr:
        pytest.skip("the store is an overlay, and the directory for tests is on one already")
    assert done.returncode == 0, done.stderr
    return done.stderr


def _become_root() -> None:
    """Of a user namespace, where a store may be made; needs no privilege."""
    user, group = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
    # user_namespaces(7): groups may be mapped without privilege once setgroups is denied.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def tree(root: Path) -> dict[str, Entry]:
    """Return what is in a directory, by path."""
    found = {}
    for path in root.rglob("*"):
        status = path.lstat()
        name, mode = str(path.relative_to(root)), stat.filemode(status.st_mode)
        if path.is_symlink():
            found[name] = Entry(mode, os.readlink(path))
        elif path.is_dir():
            found[name] = Entry(mode)
        else:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[name] = Entry(mode, digest, status.st_size, status.st_nlink)
    return found


@pytest.fixture(scope="module")
def expected(store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Entry]]:
    """Return what our own tools unpack of the old image and the new one, as plain layers."""
    found = {}
    for age in ("old", "new"):
        root = tmp_path_factory.mktemp(age)
        unpack(read_layout(layout(f"{age}_{store.form}")), str(root))
        found[age] = {path: item for path, item in tree(root).items() if path not in ESTARGZ_OWN}
    return found


def pulled_layers(store: Store) -> list[dict[str, Any]]:
    """Return what the store says of the layers of the new image, lowest first."""

    def document(path: str) -> Any:
        return json.loads((store.directory / "store" / path).read_text())

    layers = {layer["id"]: layer for layer in document("overlay-layers/layers.json")}
    (image,) = (
        image
        for image in document("overlay-images/images.json")
        if image["names"] == ["localhost/new:1"]
    )
    found = [layers[image["layer"]]]
    while parent := found[-1].get("parent"):
        found.append(layers[parent])
    return found[::-1]


def test_layers_are_pulled_by_their_tables(
    store: Store, expected: dict[str, dict[str, Entry]]
) -> None:
    wanted = read_layout(layout(f"new_{store.form}")).manifest["layers"]
    pulled = pulled_layers(store)
    assert len(pulled) == len(wanted)
    found: dict[str, Entry] = {}
    for here, there in zip(pulled, wanted, strict=True):
        assert f"Retrieved partial blob {there['digest']}" in store.log
        assert here["toc-digest"] in there["annotations"].values()
        found |= tree(store.directory / "store/overlay" / here["id"] / "diff")
    assert len(found) > 800
    assert found == expected["new"]


def test_what_the_store_has_is_not_fetched_again(
    store: Store, expected: dict[str, dict[str, Entry]]
) -> None:
    old, new = (
        sum(item.size for path, item in expected[age].items() if path != "srv/pieces")
        for age in ("old", "new")
    )
    lacking = {
        (int(lacked), int(total))
        for lacked, total in re.findall(r"Missing (\d+) bytes out of (\d+) ", store.log)
    }
    assert lacking == {
        (new - old, new),
        (CHANGED[store.form], expected["new"]["srv/pieces"].size),
    }


# eStargz cannot: it has no tar-split.
@pytest.mark.parametrize("store", ["zstd_chunked"], indirect=True)
def test_the_archive_is_put_together_again(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    skopeo("copy", "containers-storage:localhost/new:1", f"dir:{out}", directory=store.directory)
    for diff_id in read_layout(layout("new_zstd_chunked")).config["rootfs"]["diff_ids"]:
        archive = (out / diff_id.removeprefix("sha256:")).read_bytes()
        assert f"sha256:{hashlib.sha256(archive).hexdigest()}" == diff_id
