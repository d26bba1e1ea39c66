"""The verdict on an image: what passes, what is noted, and the words for people."""

from __future__ import annotations

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.inspect.tiny_image import (
    Content,
    image,
    layer,
    libc,
    with_files,
)
from tools.action.params import Params
from tools.inspect.closure_verb import ClosureError, judge, run
from tools.inspect.problem import Allowance

TRIPLET = "usr/lib/x86_64-linux-gnu"

BROKEN: dict[str, Content] = {"opt/plugin.so": Elf(needed=("libgpu.so.1",)), "opt/link": "gone"}


def test_what_is_allowed_passes_and_is_shown() -> None:
    allowances = [Allowance("opt/*.so", "looked for at run time"), Allowance("opt/link", "kept")]
    verdict = judge([with_files(BROKEN)], allowances)
    assert verdict.passed
    assert verdict.text == (
        "closure of //app:image (linux/amd64): complete: 0 programs, 3 libraries, 0 scripts,"
        " 4 links\n"
        "  allowed: opt/plugin.so: needs libgpu.so.1, which is not in the image"
        " (looked for at run time)\n"
        "  allowed: opt/link: is a link to gone, which is not in the image (kept)\n"
    )


def test_an_allowance_that_allows_nothing_is_an_error() -> None:
    verdict = judge([with_files({})], [Allowance("opt/**", "old")])
    assert not verdict.passed
    assert "allow: opt/**: it matches no problem\n    remove it" in verdict.text


def test_an_allowance_may_serve_one_platform_of_an_index() -> None:
    images = [with_files(BROKEN), with_files({})]
    assert judge(images, [Allowance("opt/*", "known")]).passed


def test_problems_are_told_for_people_and_programs() -> None:
    verdict = judge([with_files({"opt/link": "gone"})], [])
    assert not verdict.passed
    assert verdict.text.splitlines()[:2] == [
        "closure of //app:image (linux/amd64): 1 problem in 0 programs, 2 libraries, 0 scripts,"
        " 4 links",
        "  opt/link (//app:files): is a link to gone, which is not in the image",
    ]
    (found,) = verdict.document["images"]
    assert [problem["kind"] for problem in found["problems"]] == ["dangling-link"]


def test_what_many_files_lack_is_said_once() -> None:
    files: dict[str, Content] = {f"opt/{n}.so": Elf(needed=("libgpu.so.1",)) for n in range(6)}
    lines = judge([with_files(files)], []).text.splitlines()
    assert lines[1].startswith("  opt/0.so (//app:files): needs libgpu.so.1")
    assert lines[3:] == ["    likewise opt/1.so, opt/2.so, opt/3.so and 2 more"]


def test_a_link_that_a_package_asks_for_may_wait_for_its_target() -> None:
    configured = layer({"etc/default/locale": "../locale.conf"})
    for entry in configured["entries"]:
        entry["generated"] = "configured"
    verdict = judge([image(libc(), configured)], [])
    assert verdict.passed
    assert "note: links of packages to what the image lacks: etc/default/locale" in verdict.text


def test_what_scripts_of_packages_would_have_done_is_noted() -> None:
    undone = {"package": "app", "place": "postinst:12", "text": "frob --all", "reason": "unknown"}
    found = image(libc(), layer({}, not_reproduced=[undone] * 5))
    verdict = judge([found], [])
    assert verdict.passed
    text = "  note: app: postinst:12: not reproduced: frob --all\n    unknown\n"
    assert text in verdict.text
    assert "2 more commands of packages' scripts are not reproduced" in verdict.text


def test_an_action_that_is_to_fail_says_what_is_missing() -> None:
    allowance = {"path": "opt/**", "reason": "old"}
    with pytest.raises(ClosureError) as refused:
        run(Params({"allow": [allowance], "fail": [True]}))
    assert "allow: opt/**: it matches no problem" in str(refused.value)
