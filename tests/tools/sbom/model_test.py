"""Every file belongs to one component."""

from __future__ import annotations

from typing import Any

from tests.tools.inspect.tiny_image import image, layer
from tools.sbom.model import Component, contents_of

DIGEST = "sha256:" + "0" * 64


def components(*layers: Any) -> dict[str, Component]:
    facts = image(*layers)
    for each in facts.layers:
        for entry in each["entries"]:
            if entry["type"] == "file":
                entry["sha1"] = entry["sha256"][:40]
    return {each.key: each for each in contents_of(facts, DIGEST).components}


def package(name: str, **more: str) -> dict[str, str]:
    facts = {"name": name, "version": "1:2-3", "architecture": "amd64", "source": "s"}
    return {**facts, "source_version": "2-3", **more}


def paths(component: Component) -> list[str]:
    return [file.path for file in component.files]


def test_packages_depend_on_what_is_in_the_image() -> None:
    found = components(
        layer({"a": b"a"}, origin="a",
              package=package("a", depends="b (>= 1) | x, virtual:any, missing, a")),
        layer({"b": b"b"}, origin="b", package=package("b")),
        layer({"c": b"c"}, origin="c", package=package("c", provides="virtual (= 2), other")),
    )  # fmt: skip
    assert found["deb/a"].depends == ("deb/b", "deb/c")
    assert paths(found["deb/a"]) == ["/a"]
    assert found["deb/a"].source == ("s", "2-3")


def test_metadata_in_a_debian_package_makes_no_component() -> None:
    path = "usr/lib/python3/dist-packages/six-1.dist-info/METADATA"
    text = b"Name: six\nVersion: 1\n"
    found = components(layer({path: text}, origin="python3-six", package=package("python3-six")))
    assert list(found) == ["deb/python3-six"]


def metadata(name: str) -> bytes:
    return f"Name: {name}\nVersion: 1\n".encode()


def test_a_wheel_in_a_directory_of_its_own_has_all_of_it() -> None:
    found = components(
        layer(
            {
                "app/a/site-packages/a-1.dist-info/METADATA": metadata("a"),
                "app/a/site-packages/a.py": b"",
                "app/b/site-packages/b-1.dist-info/METADATA": metadata("b"),
                "app/b/site-packages/b/__init__.py": b"",
                "app/main.py": b"",
            }
        )
    )
    assert "/app/a/site-packages/a.py" in paths(found["pypi/a"])
    assert "/app/b/site-packages/b/__init__.py" in paths(found["pypi/b"])
    assert paths(found["files///app:files"]) == ["/app/main.py"]


def test_a_wheel_beside_debian_packages_does_not_take_their_files() -> None:
    directory = "usr/lib/python3/dist-packages"
    found = components(
        layer({f"{directory}/six.py": b""}, origin="python3-six", package=package("python3-six")),
        layer({f"{directory}/a-1.dist-info/METADATA": metadata("a")}, origin="a"),
    )
    assert paths(found["deb/python3-six"]) == [f"/{directory}/six.py"]
    assert paths(found["pypi/a"]) == [f"/{directory}/a-1.dist-info/METADATA"]


def test_modules_inside_modules_are_components_of_their_own() -> None:
    found = components(
        layer(
            {
                "app/main.js": b"",
                "app/node_modules/a/package.json": b'{"name": "a", "version": "1"}',
                "app/node_modules/a/index.js": b"",
                "app/node_modules/a/node_modules/b/package.json": b'{"name":"b","version":"1"}',
                "app/node_modules/b/package.json": b'{"name": "b", "version": "2"}',
            }
        )
    )
    assert paths(found["npm/a"]) == [
        "/app/node_modules/a/index.js",
        "/app/node_modules/a/package.json",
    ]
    versions = {each.version: paths(each) for key, each in found.items() if "npm/b" in key}
    assert versions == {
        "1": ["/app/node_modules/a/node_modules/b/package.json"],
        "2": ["/app/node_modules/b/package.json"],
    }
    assert paths(found["files///app:files"]) == ["/app/main.js"]


def test_a_file_that_a_layer_ships_again_belongs_to_that_layer() -> None:
    found = components(
        layer({"etc/x": b"old"}, origin="//:below"), layer({"etc/x": b"new"}, origin="//:above")
    )
    assert list(found) == ["files///:above"]


def test_layers_of_other_tools_are_named() -> None:
    facts = image(layer({"x": b""}), layer({"y": b""}))
    below = facts.manifest["layers"][0]["digest"]
    foreign = type(facts)(facts.label, facts.config, facts.manifest, ())
    assert contents_of(foreign, DIGEST).unknown_layers[0] == below


def test_packages_of_apk_have_apks_url() -> None:
    below = layer({"etc/os-release": b"ID=alpine\nVERSION_ID=3.20.3\n"}, origin="step 1")
    below["foreign"] = True
    below["packages"] = [
        {
            "type": "apk", "name": "musl", "version": "1.2.5-r0", "architecture": "x86_64",
            "source": "musl", "source_version": "1.2.5-r0", "license": "MIT", "requires": [],
        },
        {
            "type": "apk", "name": "ssl_client", "version": "1.36.1-r29", "architecture": "x86_64",
            "source": "busybox", "source_version": "1.36.1-r29", "requires": ["musl"],
        },
    ]  # fmt: skip
    found = components(below)
    assert found["apk/ssl_client"].purl == (
        "pkg:apk/alpine/ssl_client@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox"
    )
    assert found["apk/ssl_client"].depends == ("apk/musl",)
    assert found["apk/musl"].license.expression == "MIT"


def test_what_the_build_makes_has_a_version_and_a_supplier() -> None:
    (one,) = components(layer({"app/a": b"1"}, origin="//app:files")).values()
    (same,) = components(layer({"app/a": b"1"}, origin="//app:files")).values()
    (other,) = components(layer({"app/a": b"2"}, origin="//app:files")).values()
    assert one.version == same.version != other.version
    assert one.version.startswith("sha256:")
    assert one.supplier == "the builders of the image"
