"""The program's commands, as a person and as a bot sees them."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import pathlib
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tools.deb_builder import Deb
from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app", depends="lib (>= 1), data | nodata")
    archive.add("lib", "1.0", source="libsrc (1.0-1)")
    archive.add("data", depends="lib")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write()
    project.run()
    return project


def test_every_way_that_leads_to_a_package(project: Project) -> None:
    assert project.run("--explain", "lib").splitlines() == [
        "lib: 1.0  [amd64]",
        "├─ app needs lib (>= 1)",
        "│  └─ the manifest wants app",
        "└─ data needs lib",
        "   └─ app needs data | nodata  (see above)",
    ]
    [explained] = json.loads(project.run("--explain", "lib", "--json"))["explanations"]
    assert explained["wanted_by"][0] == {
        "package": "app",
        "wants": "lib (>= 1)",
        "wanted_by": [{"manifest": "app"}],
    }


def test_who_wanted_what_was_left_out(project: Project) -> None:
    project.write(more="omit: [data]\n")
    project.run()
    assert project.run("--explain", "data").splitlines() == [
        "data: left out, though wanted  [amd64]",
        "└─ app needs data",
        "   └─ the manifest wants app",
    ]
    assert "Did you mean" in project.run("--explain", "ap", "--json", status=1)


def test_circles_are_told_once(project: Project) -> None:
    project.archive.add("egg", depends="hen")
    project.archive.add("hen", depends="egg")
    project.archive.publish()
    project.write("[hen]")
    project.run()
    assert project.run("--explain", "egg").splitlines() == [
        "egg: 1.0  [amd64]",
        "└─ hen needs egg",
        "   ├─ the manifest wants hen",
        "   └─ egg needs hen  (see above)",
    ]


def test_moving_one_package(project: Project) -> None:
    for name in ("app", "lib", "data"):
        project.archive.add(name, "2.0")
    project.archive.publish()
    assert "* lib 1.0 -> 2.0" in project.run("--update", "lib")
    assert project.versions() == {"app": "1.0", "lib": "2.0", "data": "1.0"}


def test_moving_one_package_moves_others_as_far_as_it_must(project: Project) -> None:
    project.archive.add("app", "2.0", depends="lib (>= 2)")
    project.archive.add("lib", "2.0")
    project.archive.add("lib", "3.0")
    project.archive.publish()
    project.run("--update", "app")
    assert project.versions() == {"app": "2.0", "lib": "3.0"}


def test_what_stays_may_have_left_the_archive(project: Project) -> None:
    project.archive.stanzas.clear()
    project.archive.add("app", "2.0", depends="lib (>= 1), data | nodata")
    project.archive.add("lib", "2.0")
    project.archive.add("data", "2.0", depends="lib")
    project.archive.publish(date="Fri, 10 Jan 2020 00:00:00 UTC")
    project.run("--update", "data")
    assert project.versions() == {"app": "1.0", "lib": "1.0", "data": "2.0"}
    data = json.loads((project.directory / "l.json").read_text())
    snapshots = {each["name"]: each.get("snapshot") for each in data["packages"]["amd64"]}
    # The snapshot service must be asked for them as of the time when they were there.
    assert snapshots == {"app": "20200102T000000Z", "lib": "20200102T000000Z", "data": None}
    assert data["packages"]["amd64"][2]["source_version"] == "1.0-1"


def test_what_has_left_an_archive_that_left_the_manifest_moves(project: Project) -> None:
    project.archive.stanzas.clear()
    project.archive.add("app", "2.0", depends="lib, data | nodata")
    project.archive.add("lib", "2.0")
    project.archive.add("data", "1.0", depends="lib")
    project.archive.publish()
    manifest = (project.directory / "m.yaml").read_text()
    renamed = manifest.replace("  tiny:\n", "  renamed:\n    archive: tiny\n")
    (project.directory / "m.yaml").write_text(renamed)
    project.run("--update", "app")
    assert project.versions() == {"app": "2.0", "lib": "2.0", "data": "1.0"}
    data = json.loads((project.directory / "l.json").read_text())
    assert {each["archive"] for each in data["packages"]["amd64"]} == set(data["archives"])


def test_moving_what_is_not_there(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run("--update", "libb", "--quiet", status=1)
    assert capsys.readouterr().err.startswith("error: the lock has no package libb\n  Did you mean")


def test_the_difference_for_people_and_for_a_pull_request(project: Project) -> None:
    os.rename(project.directory / "l.json", project.directory / "old.json")
    project.archive.add("lib", "2.0", source="libsrc (2.0-1)")
    project.archive.add("app", "2.0", depends="lib")
    project.archive.add("extra")
    project.archive.publish()
    project.write("[app, extra]")
    project.run()
    assert project.run("--diff", "old.json").splitlines() == [
        "* app 1.0 -> 2.0",
        "- data 1.0",
        "+ extra 1.0",
        "* lib 1.0 -> 2.0",
        "amd64: 0.0 MB -> 0.0 MB (+0.0 kB)",
    ]
    markdown = project.run("--diff", "old.json", "--markdown").splitlines()
    assert markdown[2] == "| app | 1.0 | 2.0 | all | +0.0 kB |"
    assert markdown[3] == "| data | 1.0 | removed | all | -0.0 kB |"
    changes = json.loads(project.run("--diff", "old.json", "--json"))["changes"]
    assert [(each["package"], each["old"], each["new"]) for each in changes] == [
        ("app", "1.0", "2.0"),
        ("data", "1.0", None),
        ("extra", None, "1.0"),
        ("lib", "1.0", "2.0"),
    ]


def test_advisories_that_a_new_lock_fixes(project: Project) -> None:
    os.rename(project.directory / "l.json", project.directory / "old.json")
    project.archive.add("lib", "2.0", source="libsrc (2.0-1)")
    project.archive.publish()
    project.run()

    def state(version: str, status: str = "resolved") -> dict[str, object]:
        facts = {"status": status, "fixed_version": version, "urgency": "high"}
        return {"description": "A flaw.", "releases": {"tiny": facts}}

    advisories = {
        "libsrc": {
            "CVE-1": state("1.5-1"),
            "CVE-2": state("1.0-1"),  # Was fixed before.
            "CVE-3": state("3.0-1"),  # Is not fixed yet.
            "CVE-4": state("0"),  # Never was there.
            "CVE-5": {"releases": {"other": {"status": "resolved", "fixed_version": "2.0"}}},
        }
    }
    (project.directory / "a.json").write_text(json.dumps(advisories))
    text = project.run("--diff", "old.json", "--advisories", "a.json")
    assert "fixed: CVE-1 in libsrc (high)" in text
    assert text.count("CVE-") == 1
    markdown = project.run("--diff", "old.json", "--advisories", "a.json", "--markdown")
    assert "- CVE-1 in libsrc 1.5-1 (high): A flaw." in markdown
    project.run("--diff", "old.json", "--advisories", "m.yaml", status=1)


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"lib": []},
        {"lib": {"CVE-1": 3}},
        {"lib": {"CVE-1": {"releases": "tiny"}}},
        {"lib": {"CVE-1": {"releases": {"tiny": "fixed"}}}},
    ],
)
def test_advisories_of_another_form(
    project: Project, data: object, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.directory / "a.json").write_text(json.dumps(data))
    project.run("--diff", "l.json", "--advisories", "a.json", status=1)
    said = capsys.readouterr().err
    assert "a.json: not a mapping from source packages to their advisories\n  Give" in said


def test_why_not(project: Project) -> None:
    archive = project.archive
    archive.add("lib", "2.0", conflicts="app")
    archive.add("lib", "0.5")
    archive.publish()
    assert project.run("--why-not", "lib=9").startswith(
        "[amd64] impossible: no index of the manifest has it; they have 2.0 (tiny tiny), 1.0"
    )
    conflict = project.run("--why-not", "lib=2.0")
    assert conflict.startswith("[amd64] impossible: ")
    assert "lib 2.0 conflicts with app" in conflict
    assert "app 1.0 needs lib (>= 1)" in project.run("--why-not", "lib=0.5")
    assert "it would be chosen now" in project.run("--why-not", "app=1.0")
    assert "no package of that name" in project.run("--why-not", "nothing=1.0")
    archive.add("app", "0.9")
    archive.publish()
    answer = json.loads(project.run("--why-not", "app=0.9", "--json"))["answers"]["amd64"]
    assert answer["possible"]
    assert answer["reason"].startswith("1.0 of tiny is newer; to have it, write ")
    project.run("--why-not", "lib", status=1)


def test_answers_for_bots(project: Project) -> None:
    assert json.loads(project.run("--check", "--json")) == {"drift": False, "lock": "l.json"}
    project.archive.add("lib", "2.0")
    project.archive.publish()
    outcome = json.loads(project.run("--json", "--quiet"))
    assert outcome["changed"]
    assert outcome["changes"][0]["package"] == "lib"
    project.write("[lib]")
    assert (
        "was not made from m.yaml"
        in json.loads(project.run("--check", "--json", status=1))["error"]
    )


def test_one_multi_arch_package_in_two_versions(project: Project) -> None:
    archive = project.archive
    archive.architectures = ("amd64", "arm64")
    for architecture, version in (("amd64", "2.0"), ("arm64", "1.9")):
        archive.add("shared", version, architecture=architecture, multi_arch="same")
    archive.publish()
    project.write("[shared]")
    assert (
        "note: shared is not at one version everywhere: 1.9 on arm64; 2.0 on amd64" in project.run()
    )


def test_what_was_read_is_kept(project: Project) -> None:
    index = "dists/tiny/main/binary-amd64/"
    text = "\n".join(project.archive.stanzas).encode()
    packed = lzma.compress(text)
    table = "".join(
        f"\n {hashlib.sha256(data).hexdigest()} {len(data)} main/binary-amd64/{name}"
        for name, data in (("Packages", text), ("Packages.xz", packed))
    )
    project.archive.publish(sha256=table)
    project.run()
    shutil.rmtree(project.archive.path(index))
    assert "no package changed" in project.run()
    # A cache is not believed either.
    for kept in (project.directory / "cache").iterdir():
        kept.write_bytes(b"damaged")
    assert "cannot fetch" in project.run("--json", status=1)


def test_two_runs_at_once(project: Project) -> None:
    project.archive.add("lib", "2.0")
    project.archive.publish()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: project.run("--quiet"), range(16)))
    assert len(outcomes) == 16
    assert project.versions()["lib"] == "2.0"
    assert [name for name in os.listdir(project.directory) if name.startswith(".lock-")] == []


def test_ctrl_c_leaves_the_lock_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (project.directory / "l.json").read_bytes()

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.lock.make_lock.resolve", interrupt)
    project.run(status=130)
    assert "the lock is unchanged" in capsys.readouterr().err
    assert (project.directory / "l.json").read_bytes() == before


POSTINST = b"""#!/bin/sh
set -e
if [ "$1" = configure ]; then
    # adduser in a comment
    if ! getent passwd _app >/dev/null; then
        adduser --system --home /var/lib/app \\
            _app >/dev/null
    fi
    update-alternatives --quiet --install /usr/bin/a a /usr/bin/app 10
    ldconfig
fi
if command -v setcap >/dev/null; then setcap cap_net_raw+ep /usr/bin/app; fi
frobnicate /usr/bin/app
"""


def test_the_effects_of_installing_packages(project: Project) -> None:
    deb = Deb(name="scripted", scripts=("postinst",), script=POSTINST)
    project.archive.add("scripted", "1.0-1", architecture="amd64", deb=deb.build())
    project.archive.publish()
    project.write("[scripted]", "effects: true\n")
    text = project.run()
    data = json.loads((project.directory / "l.json").read_text())
    kinds = [effect["kind"] for effect in data["packages"]["amd64"][0]["effects"]]
    assert kinds == ["user", "alternative", "command", "capability", "not-reproduced"]
    assert "note: scripted: not reproduced: postinst:13 frobnicate /usr/bin/app" in text
    explained = project.run("--explain", "scripted")
    assert "effect: alternative link=/usr/bin/a name=a path=/usr/bin/app priority=10" in explained
    assert "(postinst:10)" in explained
    # The second time nothing is fetched for it.
    os.unlink(project.archive.path("pool/scripted_1.0-1_amd64.deb"))
    (project.directory / "cache").rename(project.directory / "gone")
    assert "no package changed" in project.run()


def test_what_was_read_of_a_package_is_kept_for_other_locks(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    deb = Deb(name="scripted", scripts=("postinst",), script=POSTINST)
    project.archive.add("scripted", "1.0-1", architecture="amd64", deb=deb.build())
    project.archive.publish()
    project.write("[scripted]", "effects: true\n")
    project.run()
    lock = project.directory / "l.json"
    first = lock.read_bytes()
    lock.unlink()
    os.unlink(project.archive.path("pool/scripted_1.0-1_amd64.deb"))
    cache = project.directory / "cache"
    (cache / hashlib.sha256(deb.build()).hexdigest()).unlink()
    project.run()
    assert lock.read_bytes() == first
    # A damaged file is as none: the package is fetched again, and it is gone.
    lock.unlink()
    (kept,) = cache.glob("*.derived")
    kept.write_bytes(kept.read_bytes()[:-2] + b"]]")
    project.run(status=1)
    assert "scripted 1.0-1" in capsys.readouterr().err


def test_a_new_version_with_other_effects(project: Project) -> None:
    for version, script in (("1.0-1", b"mkdir /srv/a\n"), ("1.1-1", b"mkdir /srv/b\n")):
        deb = Deb(
            name="scripted", version=version, scripts=("postinst",), script=b"#!/bin/sh\n" + script
        )
        project.archive.add("scripted", version, architecture="amd64", deb=deb.build())
        project.archive.publish()
        project.write("[scripted]", "effects: true\n")
        text = project.run()
    assert "    - directory path=/srv/a  (postinst)" in text
    assert "    + directory path=/srv/b  (postinst)" in text


def test_the_old_name_of_effects(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("[scripted]", "scripts: true\n")
    project.run(status=1)
    assert "Write: effects: true" in capsys.readouterr().err
