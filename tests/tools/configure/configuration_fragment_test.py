"""Configuring packages: what effects say is in the image, made for the layers below as well."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed, Fragment, Workbench
from tools.layer.foreign_layer import read_foreign_layer

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = {"script": "postinst", "line": 1}
WWW_DATA = 33  # base-passwd's
SHADOW = 42
SETGID = 0o2755
_MAN = "/usr/share/man/man1"


def package(
    workbench: Workbench,
    name: str,
    *entries: Entry,
    effects: tuple[dict[str, Any], ...] = (),
    omit: tuple[str, ...] = (),
    fields: str = "",
) -> Fragment:
    """Return a package with effects."""
    deb = Deb(name=name, entries=list(entries), control_fields=fields)
    fragment = workbench.package(deb, ("policy", {"omit": omit}), ("origin", name))
    facts = fragment.facts
    facts["effects"] = [{**DECLARED, **effect} for effect in effects]
    fragment.facts_path.write_text(json.dumps(facts))
    return fragment


def configure(
    workbench: Workbench,
    *packages: Fragment,
    below: tuple[tuple[Path, Path], ...] = (),
    effects: tuple[str, ...] = ("accounts", "alternatives", "files", "apache", "php"),
    asked: tuple[str, ...] = (),
) -> Fragment:
    """Run the verb."""
    return workbench.fragment(
        "configuration-fragment",
        *(("segment", item.param) for item in packages),
        *(("below", {"blobs": [str(blob)], "facts": str(facts)}) for blob, facts in below),
        ("architecture", "amd64"),
        *(("effect", effect) for effect in effects),
        *(("asked", name) for name in asked),
    )


def awk(name: str, priority: int) -> dict[str, Any]:
    """Return the alternative of an awk."""
    path = f"/usr/bin/{name}"
    return {
        "kind": "alternative", "link": "/usr/bin/awk", "name": "awk", "path": path,
        "priority": priority,
        "slaves": [[f"{_MAN}/awk.1.gz", "awk.1.gz", f"{_MAN}/{name}.1.gz"]],
    }  # fmt: skip


def ids(fragment: Fragment, path: str = "etc/passwd") -> dict[str, int]:
    """Numbers by name."""
    lines = fragment.content(path).decode().splitlines()
    return {line.split(":")[0]: int(line.split(":")[2]) for line in lines}


def test_a_package_that_does_nothing_adds_nothing(workbench: Workbench) -> None:
    jq = package(workbench, "jq", Entry("./usr/bin/jq", b"jq", 0o755))
    configuration = configure(workbench, jq)
    assert configuration.paths == []
    plain, configured = workbench.layer(jq), workbench.layer(jq, configuration)
    assert plain[0].read_bytes() == configured[0].read_bytes()


def test_files_are_read_out_of_a_layer_with_devices(workbench: Workbench) -> None:
    # As debootstrap makes it.
    blob = workbench.directory / "foreign.tar"
    record = b"auto\n/usr/bin/awk\n\n/usr/bin/mawk\n70\n\n"
    with tarfile.open(blob, "w") as archive:
        device = tarfile.TarInfo("dev/null")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        for path, content in (("usr/bin/mawk", b""), ("var/lib/dpkg/alternatives/awk", record)):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    described = {
        "digest": f"sha256:{hashlib.sha256(blob.read_bytes()).hexdigest()}",
        "size": blob.stat().st_size,
        "mediaType": "application/vnd.oci.image.layer.v1.tar",
    }
    layer, _ = read_foreign_layer(str(blob), described, "debootstrap")
    facts = workbench.directory / "foreign.layers.json"
    facts.write_text(json.dumps({"version": 1, "layers": [layer]}))
    gawk = package(workbench, "gawk", Entry("./usr/bin/gawk"), effects=(awk("gawk", 10),))
    made = configure(workbench, gawk, below=((blob, facts),))
    assert made.entry("etc/alternatives/awk")["target"] == "/usr/bin/mawk"


def test_what_an_administrator_has_chosen_stays(workbench: Workbench) -> None:
    record = b"manual\n/usr/bin/awk\n\n/usr/bin/mawk\n7\n\n"
    below = package(
        workbench,
        "base",
        Entry("./usr/bin/mawk"),
        Entry("./var/lib/dpkg/alternatives/awk", record),
        Entry("./etc/alternatives/awk", symlink="/usr/bin/mawk"),
    )
    gawk = package(workbench, "gawk", Entry("./usr/bin/gawk"), effects=(awk("gawk", 10),))
    made = configure(workbench, gawk, below=(workbench.layer(below),))
    assert "etc/alternatives/awk" not in made.paths, "as it is"


def test_two_layers_that_do_not_know_each_other_are_refused_with_the_cure(
    workbench: Workbench,
) -> None:
    layers = []
    for name in ("mawk", "gawk"):
        one = package(workbench, name, Entry(f"./usr/bin/{name}"), effects=(awk(name, 5),))
        layers.append(workbench.layer(one, configure(workbench, one)))
    with pytest.raises(Failed, match="in `base` of the"):
        image(workbench, *layers)


def test_an_account_has_debians_number_or_one_that_follows_from_its_name(
    workbench: Workbench,
) -> None:
    user = {"kind": "user", "name": "redis", "home": "/var/lib/redis", "create_home": True}
    owned = {
        "kind": "directory", "path": "/var/log/redis", "mode": "2750", "user": "redis",
        "group": "adm",
    }  # fmt: skip
    redis = package(workbench, "redis-server", effects=(user, owned))
    nginx = package(
        workbench, "nginx", effects=({"kind": "ownership", "path": "/x", "user": "www-data"},)
    )
    alone, together = configure(workbench, redis), configure(workbench, nginx, redis)
    assert ids(alone)["redis"] == ids(together)["redis"] == ids(alone, "etc/group")["redis"]
    assert ids(alone)["www-data"] == WWW_DATA
    log = alone.entry("var/log/redis")
    assert (log["mode"], log["uid"], log["gid"]) == (0o2750, ids(alone)["redis"], 4)
    home = alone.entry("var/lib/redis")
    assert (home["mode"], home["uid"]) == (0o755, ids(alone)["redis"])
    assert alone.entry("etc/shadow")["mode"] == 0o640
    assert alone.entry("etc/shadow")["gid"] == SHADOW
    assert b"\nredis:!:" in alone.content("etc/shadow")


def test_every_account_has_its_line_in_shadow_where_programs_read_it(workbench: Workbench) -> None:
    accounts = workbench.fragment(
        "accounts-fragment",
        ("user", {"name": "nonroot", "uid": 65532, "gid": 65532, "home": "/home/nonroot"}),
        ("group", {"name": "nonroot", "gid": 65532}),
    )
    pam = package(workbench, "libpam-modules", Entry("./usr/lib/pam_unix.so"))
    made = configure(workbench, pam, below=(workbench.layer(accounts),))
    lines = made.content("etc/shadow").decode().splitlines()
    assert {line.split(":")[0] for line in lines} == set(ids(made))
    assert {"root", "nobody", "nonroot"} <= set(ids(made))
    assert {line.split(":")[1] for line in lines} == {"*"}
    groups = made.content("etc/gshadow").decode().splitlines()
    assert {line.split(":")[0] for line in groups} == set(ids(made, "etc/group"))


def test_a_service_finds_the_accounts_that_every_debian_system_has(workbench: Workbench) -> None:
    service = package(
        workbench, "rsyslog", Entry("./usr/lib/systemd/system/"), Entry("./etc/rsyslog.conf")
    )
    made = configure(workbench, service)
    assert ids(made, "etc/group")["adm"] == 4
    assert ids(made)["www-data"] == WWW_DATA
    program = configure(workbench, package(workbench, "jq", Entry("./usr/bin/jq")))
    assert not program.paths


def test_accounts_extend_those_of_a_layer_below(workbench: Workbench) -> None:
    accounts = workbench.fragment(
        "accounts-fragment",
        ("user", {"name": "nonroot", "uid": 65532, "gid": 65532, "home": "/home/nonroot"}),
        ("group", {"name": "nonroot", "gid": 65532}),
    )
    base = workbench.layer(accounts)
    memcached = package(workbench, "memcached", effects=({"kind": "user", "name": "memcache"},))
    made = configure(workbench, memcached, below=(base,))
    assert made.content("etc/passwd").startswith(b"nonroot:x:65532:65532:")
    assert "memcache" in ids(made)
    image(workbench, base, workbench.layer(memcached, made, below=(base[1],)))


def test_a_file_of_the_same_layer_that_changes_is_in_it_once(workbench: Workbench) -> None:
    agent = package(
        workbench,
        "openssh-client",
        Entry("./usr/bin/ssh", b"ssh", 0o755),
        Entry("./usr/bin/ssh-agent", b"agent", 0o755),
        effects=(
            {"kind": "group", "name": "_ssh"},
            {"kind": "ownership", "path": "/usr/bin/ssh-agent", "group": "_ssh", "mode": "2755"},
        ),
    )
    made = configure(workbench, agent)
    _, facts = workbench.layer(agent, made)
    (entry,) = [
        entry
        for entry in json.loads(facts.read_text())["entries"]
        if entry["path"] == "usr/bin/ssh-agent"
    ]
    assert (entry["mode"], entry["size"]) == (SETGID, len(b"agent"))
    assert entry["gid"] == ids(made, "etc/group")["_ssh"]
    blob = next(path for path in workbench.directory.glob("*.layer"))
    assert Fragment(blob, facts).archive().getnames().count("usr/bin/ssh-agent") == 1


def test_files_are_read_out_of_the_middle_of_a_large_package(workbench: Workbench) -> None:
    # 2 MiB of tar are compressed at a time, and no more is unpacked than holds the wanted files.
    names = ["last", "first", "middle", "aside"]  # in no order, as packages of other tools
    entries = [
        Entry(f"./usr/share/server/{name}{end}", content)
        for name in names
        for end, content in ((".bin", name[:1].encode() * (3 << 20)), (".conf", name.encode()))
    ]
    copies = tuple(
        {
            "kind": "copy",
            "source": f"/usr/share/server/{name}.conf",
            "path": f"/etc/server/{name}.conf",
        }
        for name in names
    )
    for wanted in (copies, *((copy,) for copy in copies)):
        made = configure(workbench, package(workbench, "server", *entries, effects=wanted))
        for copy in wanted:
            path = copy["path"].removeprefix("/")
            assert made.content(path).decode() == path.rpartition("/")[2].removesuffix(".conf")


def test_what_cannot_be_done_is_reported_and_not_dropped(workbench: Workbench) -> None:
    odd = package(
        workbench,
        "odd",
        effects=(
            {"kind": "copy", "source": "/usr/share/odd/missing", "path": "/etc/odd"},
            {"kind": "not-reproduced", "text": "make-odd --all", "reason": "it is unknown"},
        ),
    )
    notes = configure(workbench, odd).facts["configuration"]["not_reproduced"]
    assert [note["text"] for note in notes] == ["copy /etc/odd", "make-odd --all"]
    assert {note["package"] for note in notes} == {"odd"}
    assert {note["place"] for note in notes} == {"postinst:1"}


def test_a_tool_whose_result_nothing_makes_is_reported(workbench: Workbench) -> None:
    schemas = package(
        workbench,
        "libglib2.0-0t64",
        effects=(
            {"kind": "command", "name": "make-schemas", "arguments": ["/usr/share/schemas"]},
            {"kind": "command", "name": "fc-cache"},
        ),
    )
    (note,) = configure(workbench, schemas).facts["configuration"]["not_reproduced"]
    assert (note["text"], note["reason"]) == (
        "command make-schemas", "nothing makes what make-schemas makes",
    )  # fmt: skip


def test_an_effect_can_be_turned_off(workbench: Workbench) -> None:
    gawk = package(workbench, "gawk", Entry("./usr/bin/gawk"), effects=(awk("gawk", 10),))
    assert configure(workbench, gawk, effects=("files",)).paths == []


def test_php_loads_its_modules_in_every_way_to_run_it(workbench: Workbench) -> None:
    php = package(
        workbench,
        "php8.4-common",
        Entry("./etc/php/8.4/mods-available/pdo.ini", b"; priority=10\nextension=pdo.so\n"),
        Entry("./usr/lib/php/8.4/sapi/cli"),
        effects=(
            {"kind": "command", "name": "phpenmod", "arguments": ["-v", "8.4", "-s", "ALL", "pdo"]},
            {"kind": "command", "name": "phpenmod", "arguments": ["-v", "8.4", "-s", "cli", "*"]},
        ),
    )
    made = configure(workbench, php)
    link = made.entry("etc/php/8.4/cli/conf.d/10-pdo.ini")
    assert link["target"] == "/etc/php/8.4/mods-available/pdo.ini"


def test_a_condition_is_tested_once_for_a_block_of_a_script(workbench: Workbench) -> None:
    when = [["missing", "/var/spool/at/.SEQ"]]
    at = package(
        workbench,
        "at",
        effects=(
            {"kind": "file", "path": "/var/spool/at/.SEQ", "content": "0\n", "when": when},
            {"kind": "ownership", "path": "/var/spool/at/.SEQ", "mode": "600", "when": when},
        ),
    )
    assert configure(workbench, at).entry("var/spool/at/.SEQ")["mode"] == 0o600


def image(workbench: Workbench, *layers: tuple[Path, Path]) -> None:
    """Put layers into an image."""
    out = {key: str(workbench.directory / key) for key in ("config", "manifest", "image")}
    workbench.run(
        "image",
        *(("layer", str(facts)) for _, facts in layers),
        ("config", {"architecture": "amd64", "os": "linux"}),
        *((f"out_{key}", path) for key, path in out.items()),
    )


def test_what_packages_have_in_var_run_is_in_run(workbench: Workbench) -> None:
    base = package(workbench, "base", Entry("./var/run/"), Entry("./var/lock/"), Entry("./run/"))
    made = {"kind": "directory", "path": "/var/run/made", "mode": "0700"}
    locked = {"kind": "directory", "path": "/var/lock/made"}
    tool = package(workbench, "tool", effects=(made, locked))
    configuration = configure(workbench, tool, below=(workbench.layer(base),))
    assert configuration.entry("var/run")["target"] == "/run"
    assert configuration.entry("var/lock")["target"] == "/run/lock"
    assert configuration.entry("run/made")["mode"] == 0o700
    assert configuration.entry("run/lock")["mode"] == 0o1777
    assert "run/lock/made" in configuration.paths
    server = package(workbench, "server", effects=({"kind": "directory", "path": "/run/server"},))
    configuration = configure(workbench, server, below=(workbench.layer(base),))
    assert configuration.entry("var/run")["target"] == "/run"
    assert "var/lock" not in configuration.paths
    old = package(workbench, "old", Entry("./var/run/"), Entry("./var/run/old", b"old"))
    moved = configure(workbench, old)
    assert moved.content("run/old") == b"old"
    assert moved.entry("var/run")["target"] == "/run"
    assert moved.facts["configuration"]["removes"] == ["var/run/old"]


def test_a_script_edits_a_file_that_only_the_image_knows(workbench: Workbench) -> None:
    # What dh_installnss writes into the postinst of a module of NSS.
    script = b"""#!/bin/sh
if ! grep -q -E -e '^passwd:[^#]*\\s(sss)(\\s|#|$)' /etc/nsswitch.conf ; then
    sed -E -i /etc/nsswitch.conf -e '/^passwd:\\s[^#]*$/ s/$/ sss/' -e '/^hosts:/ s/\\sdns/ my&/'
fi
grep -q ^aliases: /etc/nsswitch.conf || echo 'aliases: files' >> /etc/nsswitch.conf
"""
    module = workbench.package(
        Deb(name="libnss-sss", scripts=("postinst",), script=script),
        ("policy", {}),
        ("origin", "libnss-sss"),
    )
    for passwd, expected in (("files", "files sss"), ("sss files", "sss files")):
        lines = f"passwd: {passwd}\nhosts: files dns\n".encode()
        base = package(workbench, "base-files", Entry("etc/nsswitch.conf", lines))
        made = configure(workbench, base, module)
        hosts = "files dns" if "sss" in passwd else "files my dns"
        text = f"passwd: {expected}\nhosts: {hosts}\naliases: files\n"
        assert made.content("etc/nsswitch.conf").decode() == text
        assert made.facts["configuration"]["not_reproduced"] == []
