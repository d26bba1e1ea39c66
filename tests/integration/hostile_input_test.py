"""What a stranger wrote is data: nothing of it runs, and no file of Bazel's in it counts.

A real Bazel reads an image, a lock, requirements and archives that try to run something. Where a
build cannot go on, it ends in one error that says what is wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.user import User, user_in
from tests.tools.deb_builder import Deb, Entry

# Each of these would fail the build if it were evaluated, and leave a directory out if it counted.
OF_BAZEL = ("BUILD", "BUILD.bazel", "WORKSPACE", "WORKSPACE.bazel", "MODULE.bazel", "REPO.bazel")
CONTENT = 'fail("evaluated: \u00e9")\n'.encode() + b"\x00\xff"
FILES = {
    "a.txt": b"a",
    **dict.fromkeys(OF_BAZEL, CONTENT),
    "below/b.txt": b"b",
    **{f"below/{name}": CONTENT for name in OF_BAZEL},
    "below/deep/BUILD": CONTENT,
    "below/deep/c.txt": b"c",
    "named/BUILD/d.txt": b"d",
}


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    with user_in(tmp_path_factory.mktemp("user")) as running:
        yield running


def attacks(ran: Path) -> list[str]:
    """Texts that make something when they are written into a BUILD file as they are."""
    rule = f'genrule(name = "g", outs = ["o"], cmd = "touch {ran}; touch $@", tags = ["local"])'
    return [
        f'x",)\n{rule}\n#',
        f"1)\n{rule}\n(",
        f'x" + str([{rule} for n in ["g"]]) + "',
        "../../x",
        "\x1b[31mx",
    ]


def oci_blob(user: User, content: object) -> tuple[str, int]:
    """Return a JSON document of the registry: digest and size."""
    data = json.dumps(content).encode()
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    for kind in ("manifests", "blobs"):
        user.serve(f"v2/base/{kind}/{digest}", data)
    return digest, len(data)


def push_image(user: User, architecture: str, variant: str = "", **manifest: object) -> str:
    """Push an index whose second image is of an architecture; returns its digest."""
    entries = []
    for name in ("amd64", architecture):
        config, size = oci_blob(
            user,
            {
                "architecture": name,
                "os": "linux",
                **({"variant": variant} if variant and name == architecture else {}),
                "rootfs": {"type": "layers", "diff_ids": []},
            },
        )
        document = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config,
                "size": size,
            },
            "layers": [],
            **(manifest if name == architecture else {}),
        }
        digest, size = oci_blob(user, document)
        media_type = document["mediaType"]
        # What the index says of the platform is good: the config says otherwise.
        platform = {"architecture": "amd64" if name == "amd64" else "arm64", "os": "linux"}
        entries.append(
            {"mediaType": media_type, "digest": digest, "size": size, "platform": platform}
        )
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": entries,
    }
    return oci_blob(user, index)[0]


def use_image(user: User, digest: str) -> None:
    host = user.url.removeprefix("http://")
    user.write(
        f"""
pull = use_extension("@rules_plinth//rules:pull.bzl", "image_pull")
pull.image(name = "pulled", image = "{host}/base", digest = "{digest}")
use_repo(pull, "pulled")
""",
        'alias(name = "base", actual = "@pulled")\n'
        'alias(name = "everything", actual = "@pulled//:linux_amd64")\n',
    )


def test_a_base_image(user: User) -> None:
    use_image(user, push_image(user, "arm64"))
    status, message = user.run("build", "//:all")
    assert status == 0, message
    for attack in attacks(user.ran):
        use_image(user, push_image(user, attack))
        user.refused("architecture = ", " should be ", "OCI image spec")
    use_image(user, push_image(user, "arm64", variant=attacks(user.ran)[0]))
    user.refused("variant = ", " should be ", "OCI image spec")
    evil = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "", "size": 1}
    for digest in ("sha256:../../x", "sha256:" + "0" * 63 + '"', attacks(user.ran)[0]):
        use_image(user, push_image(user, "arm64", layers=[{**evil, "digest": digest}]))
        user.refused("digest", " should be ")


def test_a_lock(user: User) -> None:
    package: dict[str, object] = {
        "name": "tzdata",
        "version": "1",
        "architecture": "amd64",
        "source": "tzdata",
        "source_version": "1",
        "archive": "debian",
        "suite": "trixie",
        "filename": "pool/tzdata.deb",
        "sha256": "00" * 32,
        "size": 1,
        "depends": {},
    }
    fields = ("size", "version", "filename", "sha256", "source")
    for field, attack in zip(fields, attacks(user.ran), strict=True):
        lock = {
            "version": 1,
            "archives": {"debian": {"mirrors": [user.url], "suites": {}}},
            "packages": {"amd64": [{**package, field: attack}]},
        }
        user.write(
            """
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.install(name = "packages", lock = "//:lock.json")
use_repo(apt, "packages")
""",
            'alias(name = "package", actual = "@packages//tzdata:amd64")\n',
            **{"lock.json": lock},
        )
        user.refused(f'lock.json: package "tzdata" for amd64: {field} = ', " should be ")


def test_requirements(user: User) -> None:
    rule = f'genrule(name="g",outs=["o"],cmd="touch {user.ran};touch $@",tags=["local"])'
    for pin in (
        f'idna==1"+str([{rule}])+"',
        f'idna[x"+str([{rule}])+"]==1',
        f'idna"+str([{rule}])+"==1',
        "idna==../../x",
    ):
        user.write(
            """
pypi = use_extension("@rules_plinth//rules:pypi.bzl", "pypi")
pypi.install(name = "wheels", requirements = "//:requirements.txt")
use_repo(pypi, "wheels")
""",
            'alias(name = "wheel", actual = "@wheels//:all")\n',
            **{"requirements.txt": f"{pin} --hash=sha256:{'00' * 32}\n"},
        )
        user.refused("requirements.txt")


def tarball(prefix: str, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{prefix}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def layer_files(user: User, target: str, below: str) -> dict[str, bytes]:
    """Return the files of a layer below a directory."""
    status, message = user.run("build", target)
    assert status == 0, message
    found = {}
    for path in (user.workspace / "bazel-bin").glob(f"{target.rpartition(':')[2]}*"):
        if path.is_file() and tarfile.is_tarfile(path):
            with tarfile.open(path) as layer:
                for member in layer:
                    if member.isfile() and member.name.startswith(below):
                        stream = layer.extractfile(member)
                        assert stream
                        found[member.name.removeprefix(below)] = stream.read()
    return found


@pytest.mark.parametrize("with_members", [False, True])
def test_files_of_bazel_in_an_archive(user: User, with_members: bool) -> None:
    upstream = tarball("tool-1.0", FILES)
    place: dict[str, object] = {
        "url": f"{user.url}/tool.tar.gz",
        "sha256": user.serve("tool.tar.gz", upstream),
        "strip_prefix": "tool-1.0",
    }
    tool: dict[str, object] = {"name": "tool", "version": "1.0", "license": "MIT"}
    if with_members:
        tool["files"] = sorted(FILES)
        place["members"] = {
            path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()
        }
    lock = {"version": 1, "archives": {"tool": {**tool, "architectures": {"amd64": place}}}}
    user.write(
        """
archive = use_extension("@rules_plinth//rules:archive.bzl", "archive")
archive.install(name = "archives", lock = "//:archives.json")
use_repo(archive, "archives")
""",
        """
load("@rules_plinth//rules:archive.bzl", "archive_layer")
archive_layer(name = "tool", archive = "@archives//tool:amd64", directory = "/opt/tool")
""",
        **{"archives.json": lock},
    )
    assert layer_files(user, "//:tool", "opt/tool/") == FILES


def test_files_of_bazel_in_an_npm_package(user: User) -> None:
    files = {**FILES, "package.json": b'{"name": "a", "version": "1.0.0"}'}
    tgz = tarball("package", files)
    user.serve("npm/a/-/a-1.0.0.tgz", tgz)
    integrity = "sha512-" + b64encode(hashlib.sha512(tgz).digest()).decode()
    lock = {
        "lockfileVersion": 3,
        "packages": {"node_modules/a": {"version": "1.0.0", "integrity": integrity}},
    }
    user.write(
        """
npm = use_extension("@rules_plinth//rules:npm.bzl", "npm")
npm.install(name = "npm", lock = "//:package-lock.json")
use_repo(npm, "npm")
""",
        """
load("@rules_plinth//rules:npm.bzl", "npm_layer")
npm_layer(name = "modules", packages = ["@npm//:node_modules"])
""",
        **{"package-lock.json": lock},
    )
    assert layer_files(user, "//:modules", "app/node_modules/a/") == files


def test_files_of_bazel_in_a_wheel(user: User) -> None:
    files = {f"pkg/{path}": content for path, content in FILES.items()} | {"BUILD": CONTENT}
    info = {
        "pkg-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n",
        "pkg-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
        "pkg-1.0.dist-info/RECORD": b"",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in {**files, **info}.items():
            archive.writestr(path, content)
    name = "pkg-1.0-py3-none-any.whl"
    sha256 = user.serve(f"wheels/{name}", buffer.getvalue())
    user.serve(
        "simple/pkg/index.html",
        f'<a href="{user.url}/wheels/{name}#sha256={sha256}">{name}</a>'.encode(),
    )
    user.write(
        """
pypi = use_extension("@rules_plinth//rules:pypi.bzl", "pypi")
pypi.install(name = "wheels", requirements = "//:requirements.txt")
use_repo(pypi, "wheels")
""",
        """
load("@rules_plinth//rules:layer.bzl", "wheels_layer")
wheels_layer(name = "pkg", wheels = ["@wheels//pkg"])
""",
        **{"requirements.txt": f"pkg==1.0 --hash=sha256:{sha256}\n"},
    )
    found = layer_files(user, "//:pkg", "usr/local/lib/python3.13/dist-packages/")
    assert {path: content for path, content in found.items() if path in files} == files
    # What runs in Bazel has all files as well.
    (site,) = Path(user.bazel.output_base, "external").glob("*wheels_pkg_amd64/site-packages")
    done = user.bazel.run(
        "query",
        "labels(files, " + f"@@{site.parent.name}//:wheel)",
        "--lockfile_mode=off",
        environment={"PLINTH_PYPI_INDEX": f"file://{user.files}/simple"},
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(files) + len(info)


def use_package(user: User, entries: list[Entry]) -> None:
    """Declare a package as a layer, and as a tree for tools of the build."""
    deb = Deb(name="tool", version="1.0", entries=entries).build()
    package = {
        "name": "tool",
        "version": "1.0",
        "architecture": "amd64",
        "source": "tool",
        "source_version": "1.0",
        "archive": "debian",
        "suite": "trixie",
        "filename": "pool/tool.deb",
        "sha256": user.serve("pool/tool.deb", deb),
        "size": len(deb),
        "depends": {},
    }
    lock = {
        "version": 1,
        "manifest_sha256": "00" * 32,
        "archives": {"debian": {"mirrors": [user.url], "suites": {}}},
        "omitted": {},
        "packages": {"amd64": [package]},
    }
    user.write(
        """
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.tree(name = "tree", lock = "//:lock.json", architecture = "amd64", build_file = "//:tree.BUILD")
apt.install(name = "packages", lock = "//:lock.json")
use_repo(apt, "tree", "packages")
""",
        """
load("@rules_plinth//rules:layer.bzl", "packages_layer")
packages_layer(name = "layer", packages = ["@packages//tool:amd64"])
alias(name = "tree", actual = "@tree//:all", tags = ["manual"])
""",
        **{
            "lock.json": lock,
            "tree.BUILD": 'filegroup(name = "all", srcs = glob(["usr/**"]))\n',
        },
    )


def test_files_of_bazel_in_debian_packages(user: User) -> None:
    entries = [Entry("./usr/"), Entry("./usr/share/"), Entry("./usr/share/tool/")]
    entries += [Entry(f"./{name}", CONTENT) for name in OF_BAZEL]
    directories = sorted({path.rpartition("/")[0] for path in FILES if "/" in path} | {"named"})
    entries += [Entry(f"./usr/share/tool/{each}/") for each in directories]
    entries += [Entry(f"./usr/share/tool/{path}", content) for path, content in FILES.items()]
    use_package(user, entries)
    found = layer_files(user, "//:layer", "usr/share/tool/")
    assert found == FILES
    status, message = user.run("build", "@tree//:all")
    assert status == 0, message
    done = user.bazel.run("query", "labels(srcs, @tree//:all)", "--lockfile_mode=off")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(FILES)


def test_paths_and_links_out_of_debian_packages(user: User) -> None:
    victim = user.workspace / "victim"
    victim.write_text("kept")
    use_package(user, [Entry("./usr/../../../../workspace/victim", b"x")])
    for target in ("//:tree", "//:layer"):
        user.refused("tool 1.0: ", "/victim", target=target)
    use_package(user, [Entry("./usr/a", hardlink=str(victim)), Entry("./usr/a", b"x")])
    for target in ("//:tree", "//:layer"):
        user.refused("tool 1.0: ", "/victim: an absolute path", target=target)
    # A link to the outside is one to the same place of the tree.
    use_package(
        user, [Entry("./usr/a", symlink=str(user.workspace)), Entry("./usr/a/victim", b"x")]
    )
    status, message = user.run("build", "@tree//:all")
    assert status == 0, message
    assert victim.read_text() == "kept"
