"""Layers become an image: configuration, manifest, layout; and what the spec says of them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.elf_builder import Elf
from tests.tools.workbench import Failed, Workbench
from tools.image.validate import find_problems

if TYPE_CHECKING:
    from pathlib import Path

from tests.tools.image.tiny_image import AMD64, Image, link


def test_a_whole_image_is_valid(workbench: Workbench) -> None:
    first, second = (workbench.layer(link(workbench, path)) for path in ("usr/a", "opt/b"))
    image = Image(workbench, {**AMD64, "entrypoint": ["/usr/a"], "user": "65532"}, first, second)
    layout, printed = image.layout(ref="app:1.0")
    assert find_problems(str(layout)) == []
    index = json.loads((layout / "index.json").read_text())
    (manifest,) = index["manifests"]
    assert manifest["annotations"] == {"org.opencontainers.image.ref.name": "app:1.0"}
    assert manifest["platform"] == {"architecture": "amd64", "os": "linux"}
    assert printed == ""
    assert workbench.run("validate", ("layout", str(layout))) == ""


def test_an_image_in_a_line(workbench: Workbench, tmp_path: Path) -> None:
    image = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    layout, _ = image.layout()
    (manifest,) = json.loads((layout / "index.json").read_text())["manifests"]
    out = tmp_path / "summary.txt"
    digest = tmp_path / "digest"
    params = (
        ("manifest", str(image.manifest_path)),
        ("layout", "bazel-bin/image"),
        ("out_digest", str(digest)),
        ("out", str(out)),
    )
    printed = workbench.run("summary", *params)
    assert printed == (
        f"1 layer, 0.0 MB compressed, {manifest['digest']};"
        " run: podman run --rm oci:bazel-bin/image:latest\n"
    )
    assert out.read_text() == printed
    assert digest.read_text() == f"{manifest['digest']}\n"
    printed = workbench.run("summary", *params, ("layout_option", "--output_groups=+x"))
    assert "; with --output_groups=+x, run: podman run " in printed


def test_nothing_but_regular_files(workbench: Workbench, tmp_path: Path) -> None:
    blob, facts = workbench.layer(link(workbench, "usr/a"))
    through_link = tmp_path / "input"  # as a sandbox shows it
    through_link.symlink_to(blob)
    layout, _ = Image(workbench, AMD64, (through_link, facts)).layout()
    assert not [path for path in layout.rglob("*") if path.is_symlink()]
    stored = layout / "blobs/sha256" / json.loads(facts.read_text())["digest"].partition(":")[2]
    assert stored.read_bytes() == blob.read_bytes()
    assert blob.stat().st_nlink == 1, "a link would change the times of the blob's own file"


def test_metadata_is_canonical_and_never_dated(workbench: Workbench) -> None:
    image = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    for path in (image.config_path, image.manifest_path):
        text = path.read_text()
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert image.config["created"] == "1970-01-01T00:00:00Z"
    assert image.config["history"] == [{"created": "1970-01-01T00:00:00Z", "created_by": "plinth"}]


def test_every_option(workbench: Workbench) -> None:
    image = Image(
        workbench,
        {
            "architecture": "armhf", "entrypoint": ["/app"], "cmd": ["--help"], "user": "1:2",
            "workdir": "/home", "env": {"B": "2", "A": "1"}, "exposed_ports": ["80/tcp", "53/udp"],
            "volumes": ["/data"], "labels": {"l": "1"}, "annotations": {"a": "1"},
            "stop_signal": "SIGINT", "created": "2026-01-02T03:04:05Z",
        },
    )  # fmt: skip
    assert image.config == {
        "architecture": "arm",
        "variant": "v7",
        "os": "linux",
        "created": "2026-01-02T03:04:05Z",
        "config": {
            "Entrypoint": ["/app"],
            "Cmd": ["--help"],
            "User": "1:2",
            "WorkingDir": "/home",
            "Env": ["A=1", "B=2"],
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": {"/data": {}},
            "Labels": {"l": "1"},
            "StopSignal": "SIGINT",
        },
        "rootfs": {"type": "layers", "diff_ids": []},
        "history": [],
    }
    assert image.manifest["annotations"] == {"a": "1"}


def test_an_image_on_a_base(workbench: Workbench) -> None:
    base = Image(
        workbench,
        {**AMD64, "env": {"PATH": "/bin", "LANG": "C"}, "cmd": ["a"], "labels": {"x": "1"}},
        workbench.layer(link(workbench, "usr/a")),
    )
    image = Image(
        workbench,
        {"env": {"PATH": "${PATH}:/app", "NEW": "$LANG-$$-${NONE}"}, "labels": {"y": "2"}},
        workbench.layer(link(workbench, "opt/b")),
        base=base,
    )
    assert image.config["config"] == {
        "Env": ["LANG=C", "PATH=/bin:/app", "NEW=C-$-"],
        "Cmd": ["a"],
        "Labels": {"x": "1", "y": "2"},
    }
    assert image.config["architecture"] == "amd64"
    assert image.config["rootfs"]["diff_ids"][:1] == base.config["rootfs"]["diff_ids"]
    assert image.manifest["layers"][:1] == base.manifest["layers"]
    assert find_problems(str(image.layout()[0])) == []


@pytest.mark.parametrize(
    ("option", "empty", "cleared"),
    [
        ("entrypoint", [], {"Entrypoint", "Cmd"}),
        ("cmd", [], {"Cmd"}),
        ("user", "", {"User"}),
        ("workdir", "", {"WorkingDir"}),
        ("stop_signal", "", {"StopSignal"}),
    ],
)
def test_an_empty_value_clears_that_of_the_base(
    workbench: Workbench, option: str, empty: object, cleared: set[str]
) -> None:
    full = {
        "entrypoint": ["/a"], "cmd": ["b"], "user": "1", "workdir": "/w", "stop_signal": "SIGINT",
    }  # fmt: skip
    base = Image(workbench, {**AMD64, **full})
    kept = Image(workbench, {}, base=base).config["config"]
    assert Image(workbench, {option: empty}, base=base).config["config"] == {
        key: value for key, value in kept.items() if key not in cleared
    }


def test_a_health_check_is_docker_s(workbench: Workbench) -> None:
    check = {
        "test": ["/usr/bin/app", "--check"], "interval": "1m30s", "timeout": "500ms",
        "start_period": "1h", "start_interval": "", "retries": 3,
    }  # fmt: skip
    base = Image(workbench, {**AMD64, "healthcheck": check})
    assert base.config["config"]["Healthcheck"] == {
        "Test": ["CMD", "/usr/bin/app", "--check"],
        "Interval": 90_000_000_000,
        "Timeout": 500_000_000,
        "StartPeriod": 3_600_000_000_000,
        "Retries": 3,
    }
    kept = Image(workbench, {}, base=base)
    assert kept.config["config"] == base.config["config"]
    none = Image(workbench, {"healthcheck": {"test": []}}, base=base)
    assert none.config["config"]["Healthcheck"] == {"Test": ["NONE"]}


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"test": ["app"]}, "'app' is not an absolute path"),
        ({"test": ["/app"], "interval": "30"}, "interval = '30' is not a duration"),
        ({"test": ["/app"], "timeout": "0s"}, "timeout = '0s' is not a duration"),
        ({"test": ["/app"], "start_period": "s"}, "start_period = 's' is not a duration"),
        ({"test": ["/app"], "start_interval": "1 m"}, "start_interval = '1 m' is not a duration"),
        ({"test": ["/app"], "retries": -1}, "retries = -1 is less than none"),
    ],
)
def test_health_checks_that_no_runtime_would_take(
    workbench: Workbench, check: dict[str, Any], words: str
) -> None:
    with pytest.raises(Failed, match=words):
        Image(workbench, {**AMD64, "healthcheck": check})


def test_a_new_entrypoint_drops_the_arguments_of_the_old(workbench: Workbench) -> None:
    base = Image(workbench, {**AMD64, "entrypoint": ["/a"], "cmd": ["for a"]})
    image = Image(workbench, {"entrypoint": ["/b"]}, base=base)
    assert image.config["config"] == {"Entrypoint": ["/b"]}


def test_docker_media_types_of_a_foreign_base_become_ocis(workbench: Workbench) -> None:
    base = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    text = base.manifest_path.read_text()
    docker = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    base.manifest_path.write_text(
        text.replace("application/vnd.oci.image.layer.v1.tar+gzip", docker)
    )
    assert docker not in Image(workbench, {}, base=base).manifest_path.read_text()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "no architecture"),
        ({**AMD64, "entry_point": []}, "unknown option 'entry_point'"),
        ({**AMD64, "env": {"A=B": "x"}}, "is not the name of a variable"),
        ({**AMD64, "env": {"A": "${B"}}, "without }"),
        ({**AMD64, "env": {"A": "5 $"}}, "without a name"),
    ],
)
def test_bad_options(workbench: Workbench, config: dict[str, Any], message: str) -> None:
    with pytest.raises(Failed, match=message):
        Image(workbench, config)


def test_another_platform_than_the_bases(workbench: Workbench) -> None:
    with pytest.raises(Failed, match="architecture arm64, but its base has amd64"):
        Image(workbench, {"architecture": "arm64"}, base=Image(workbench, AMD64))


def target(workbench: Workbench, path: str, to: str) -> tuple[Path, Path]:
    item = ("symlink", {"path": path, "target": to})
    return workbench.layer(workbench.fragment("files-fragment", ("origin", f"//:{to}"), item))


def test_no_path_is_shipped_twice(workbench: Workbench) -> None:
    one, two = target(workbench, "usr/x", "a"), target(workbench, "usr/x", "b")
    problem = r"usr/x: in two layers \(symlink, then symlink\) that disagree: //:a and //:b"
    with pytest.raises(Failed, match=problem):
        Image(workbench, AMD64, one, two)
    base = Image(workbench, AMD64, one)
    with pytest.raises(Failed, match="usr/x: in two layers"):
        Image(workbench, {}, two, base=base)
    Image(workbench, {}, two, base=base, allow_replaced=("usr/x",))
    Image(workbench, {}, two, base=base, allow_replaced=("usr/*",))
    with pytest.raises(Failed, match="usr/x: in two layers"):
        Image(workbench, {}, two, base=base, allow_replaced=("usr/lib/**",))


def test_leave_to_replace_what_nobody_replaces_is_harmless_unless_it_is_misspelt(
    workbench: Workbench,
) -> None:
    base = Image(workbench, AMD64, target(workbench, "usr/x", "a"))
    Image(workbench, {}, base=base, allow_replaced=("usr/x", "usr/**", "usr/*"))
    with pytest.raises(Failed, match=r"allow_replaced: no layer has usr/lib/\*\*, usr/none\n"):
        Image(workbench, {}, base=base, allow_replaced=("usr/none", "usr/lib/**", "usr/x"))


def test_equal_entries_may_be_in_two_layers(workbench: Workbench) -> None:
    Image(workbench, AMD64, target(workbench, "usr/x", "a"), target(workbench, "usr/x", "a"))


def test_a_package_in_two_layers_is_refused_though_its_files_are_equal(
    workbench: Workbench,
) -> None:
    package = workbench.package(Deb([Entry("./usr/x", b"1"), Entry("./usr/y", b"2")], name="one"))
    with pytest.raises(Failed) as failed:
        Image(workbench, AMD64, workbench.layer(package), workbench.layer(package))
    assert "usr/x: the package is in two layers: one 1.0-1 and one 1.0-1" in str(failed.value)
    assert str(failed.value).count("name the lower one of the two in `base`") == 1


def test_all_conflicts_of_an_image_are_reported_at_once(workbench: Workbench) -> None:
    def layer(to: str) -> tuple[Path, Path]:
        links = [("symlink", {"path": path, "target": to}) for path in ("usr/b", "usr/a")]
        return workbench.layer(workbench.fragment("files-fragment", ("origin", f"//:{to}"), *links))

    with pytest.raises(Failed, match=r"usr/a: in two layers.*\n  likewise usr/b\n  drop it"):
        Image(workbench, AMD64, layer("a"), layer("b"))


def test_what_is_generated_from_all_layers_replaces_what_was_generated(
    workbench: Workbench,
) -> None:
    def cache(*facts: Path) -> tuple[Path, Path]:
        params = [("architecture", "amd64"), *(("facts", str(path)) for path in facts)]
        return workbench.layer(workbench.fragment("ld-so-cache-fragment", *params))

    elf = Elf(soname="libx.so.1").build()
    library = workbench.layer(workbench.package(Deb([Entry("./usr/lib/libx.so.1", elf)])))
    lower, upper = cache(), cache(library[1])
    Image(workbench, AMD64, lower, library, upper)
    own = target(workbench, "etc/ld.so.cache", "x")
    with pytest.raises(Failed, match=r"etc/ld.so.cache: in two layers \(file, then symlink\)"):
        Image(workbench, AMD64, lower, own)


def test_what_lies_on_a_foreign_base_is_checked_against_it(workbench: Workbench) -> None:
    names = (("usr/x", "usr/gone"), ("usr/x", "usr/.wh.gone"))
    layers = [
        {
            "digest": f"sha256:{number}",
            "packages": [],
            "foreign": True,
            "entries": [
                {"path": path, "type": "file", "mode": 0o644, "uid": 0, "gid": 0,
                 "origin": f"step {number}"}
                for path in paths
            ],
        }
        for number, paths in enumerate(names)
    ]  # fmt: skip
    facts = workbench.directory / "base.layers.json"
    facts.write_text(json.dumps({"version": 1, "layers": layers}))
    base = Image(workbench, AMD64)
    manifest = json.loads(base.manifest_path.read_text())
    manifest["layers"] = [
        {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": each["digest"], "size": 1}
        for each in layers
    ]
    base.manifest_path.write_text(json.dumps(manifest))
    base.layers.append((facts, facts))
    Image(workbench, {}, workbench.layer(link(workbench, "usr/gone")), base=base)
    own = workbench.layer(link(workbench, "usr/x"))
    with pytest.raises(Failed, match=r"usr/x: in two layers \(file, then symlink\).*: step 1"):
        Image(workbench, {}, own, base=base)
    Image(workbench, {}, own, base=base, allow_replaced=("usr/x",))


def test_a_file_below_a_link_of_another_layer(workbench: Workbench) -> None:
    one = workbench.layer(link(workbench, "lib"))
    two = workbench.layer(link(workbench, "lib/x"))
    with pytest.raises(Failed, match="would replace the merged-usr link /lib"):
        Image(workbench, AMD64, one, two)


def test_a_layer_must_not_reset_a_directory(workbench: Workbench) -> None:
    home = ("directory", {"path": "home/me", "mode": "0700", "uid": 5})
    one = workbench.layer(workbench.fragment("files-fragment", ("origin", "//:home"), home))
    file = link(workbench, "home/me/x")
    with pytest.raises(Failed, match=r"reset this directory from 0700 5:0 to 0755 0:0: //:home"):
        Image(workbench, AMD64, one, workbench.layer(file))
    Image(workbench, AMD64, one, workbench.layer(file, below=(one[1],)))


def test_blobs_of_a_foreign_base_are_found_by_their_hash(workbench: Workbench) -> None:
    blob, facts = workbench.layer(link(workbench, "usr/a"))
    image = Image(workbench, AMD64, (blob, facts))
    image.layers.clear()
    named = blob.with_name(hashlib.sha256(blob.read_bytes()).hexdigest())
    blob.rename(named)
    layout, _ = image.layout(foreign_blob=str(named))
    assert find_problems(str(layout)) == []


def test_a_layer_that_was_not_given(workbench: Workbench) -> None:
    image = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    image.layers.clear()
    with pytest.raises(Failed, match="which was not given"):
        image.layout()


def test_a_layer_that_is_not_the_one_of_the_manifest(workbench: Workbench) -> None:
    image = Image(workbench, AMD64, workbench.layer(link(workbench, "usr/a")))
    (blob, _) = image.layers[0]
    size = blob.stat().st_size
    with blob.open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(Failed, match=f"{size + 4} bytes, but its manifest says {size}"):
        image.layout()
