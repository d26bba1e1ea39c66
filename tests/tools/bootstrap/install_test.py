"""Bazel's root comes into the cache whole, or not at all, whatever happens meanwhile."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from tests.tools.bootstrap.tiny_bazel import Mirror, TinyBazel
from tests.tools.deb_builder import Deb, Entry
from tools.bootstrap import install as installing
from tools.bootstrap.install import CacheError
from tools.bootstrap.java import lay_out_java
from tools.fetch.download import Downloader, FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bazel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyBazel]:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    # The tests themselves may run where there are none; and nothing is started here.
    monkeypatch.setattr(installing, "check_namespaces", lambda: None)
    # Troubles that pass are waited for; here they never pass.
    hasty = functools.partial(Downloader, sleep=lambda _: None)
    monkeypatch.setattr(installing, "Downloader", hasty)
    with Mirror(tmp_path / "mirror") as mirror:
        threading.Thread(target=mirror.serve_forever, args=(0.01,), daemon=True).start()
        yield TinyBazel(tmp_path, mirror)
        mirror.shutdown()


def test_a_root_that_is_complete(bazel: TinyBazel) -> None:
    bazel.install()
    root = bazel.directory / "root"
    assert (root / "usr/bin/bash").stat().st_size == 100_000
    assert os.readlink(root / "usr/bin/sh") == "bash"
    assert (bazel.directory / "ld.so").read_text() == "#!/bin/sh\n"
    assert (bazel.directory / "trusted").read_text() == bazel.environment["SSL_CERT_FILE"] + "\n"
    assert sorted(os.listdir(bazel.cache)) == ["1-amd64-0123", "busy"]


def test_the_rc_file_replaces_debians(bazel: TinyBazel) -> None:
    bazel.install()
    lines = (bazel.directory / "root/etc/bazel/bazelrc").read_text().splitlines()
    assert "startup --server_javabase=/usr/lib/jvm/java-25-openjdk-amd64" in lines
    assert "common --registry=file:///usr/share/plinth/registry" in lines
    place = f"{bazel.directory}/root/usr/share/bazel"
    assert f"common --override_module=platforms={place}/tools/platforms" in lines
    assert not [line for line in lines if "sandbox_debug" in line]
    version = bazel.directory / "root/usr/share/plinth/version/build-data.properties"
    assert version.read_text() == "build.label=7.7.1\n"


def test_a_second_call_fetches_nothing(bazel: TinyBazel) -> None:
    bazel.install()
    bazel.mirror.requests.clear()
    bazel.install()
    assert bazel.mirror.requests == []


def test_a_wrong_hash(bazel: TinyBazel) -> None:
    (bazel.pool / "bash.deb").write_bytes(b"x" * (bazel.pool / "bash.deb").stat().st_size)
    with pytest.raises(
        FetchError, match=r"bash 1\.0-1 \(amd64\):\n.*/tiny/bash\.deb\n.*wrong sha256"
    ):
        bazel.install()
    assert not bazel.directory.exists()


def test_a_truncated_download(bazel: TinyBazel) -> None:
    whole = (bazel.pool / "bash.deb").read_bytes()
    (bazel.pool / "bash.deb").write_bytes(whole[:-7])
    expected = rf"truncated: {len(whole) - 7} of {len(whole)} bytes"
    with pytest.raises(FetchError, match=expected):
        bazel.install()
    assert not bazel.directory.exists()


def test_a_mirror_that_is_down(bazel: TinyBazel) -> None:
    bazel.environment["PLINTH_MIRRORS"] = "tiny=http://127.0.0.1:1/tiny"
    with pytest.raises(FetchError, match=r"(?s)connection refused.*PLINTH_MIRRORS"):
        bazel.install()


def test_what_was_fetched_before_a_failure_is_not_fetched_again(
    bazel: TinyBazel, capsys: pytest.CaptureFixture[str]
) -> None:
    bash = (bazel.pool / "bash.deb").read_bytes()
    (bazel.pool / "bash.deb").write_bytes(b"")
    downloads = bazel.cache / "downloads"
    bazel.mirror.go_on.clear()
    first = bazel.install_apart()
    bazel.wait_for(lambda: downloads.exists() and list(downloads.glob("*.deb")))
    bazel.mirror.go_on.set()
    first.join()
    assert first.exitcode == 1
    (bazel.pool / "bash.deb").write_bytes(bash)
    bazel.mirror.requests.clear()
    bazel.install()
    assert bazel.mirror.requests == ["/tiny/bash.deb"]
    assert "1 of 2 packages have been fetched before" in capsys.readouterr().err


def test_killed_half_way(bazel: TinyBazel) -> None:
    bazel.mirror.go_on.clear()
    victim = bazel.install_apart()
    new = bazel.cache / "new-1-amd64-0123"
    bazel.wait_for((new / "root/usr/share/bazel/build-label.txt").exists)
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    assert not bazel.directory.exists()
    bazel.mirror.go_on.set()
    bazel.install()
    assert sorted(os.listdir(bazel.cache)) == ["1-amd64-0123", "busy"]


def test_two_at_once(bazel: TinyBazel) -> None:
    bazel.mirror.go_on.clear()
    first = bazel.install_apart()
    bazel.wait_for(lambda: "/tiny/bash.deb" in bazel.mirror.requests)
    second = bazel.install_apart()
    bazel.wait_for(lambda: "waiting for another bazelw" in bazel.output(second))
    bazel.mirror.go_on.set()
    first.join()
    second.join()
    assert (first.exitcode, second.exitcode) == (0, 0)
    assert sorted(bazel.mirror.requests) == ["/tiny/bash.deb", "/tiny/bazel.deb"]


def test_a_root_without_its_last_file_is_made_anew(bazel: TinyBazel) -> None:
    bazel.install()
    (bazel.directory / "trusted").unlink()
    shutil.rmtree(bazel.directory / "root/usr/bin")
    bazel.install()
    assert (bazel.directory / "root/usr/bin/bash").exists()


def test_packages_that_have_left_the_mirrors_are_resolved_anew(
    bazel: TinyBazel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = bazel.repository / "tools/bootstrap/bazel.lock.json"
    pinned = lock.read_text()
    fresh = pinned.replace("bash.deb", "bash2.deb")
    os.rename(bazel.pool / "bash.deb", bazel.pool / "bash2.deb")
    calls = []

    def relock(repository: str, _name: str, path: str, architecture: str, _: object) -> None:
        calls.append((repository, architecture))
        with open(path, "w", encoding="utf-8") as file:
            file.write(fresh)

    monkeypatch.setattr(installing, "relock", relock)
    bazel.install()
    assert calls == [(str(bazel.repository), "amd64")]
    assert "bash 1.0-1 (amd64) is on no mirror any more" in capsys.readouterr().err
    assert lock.read_text() == pinned, "the tree is not touched"
    # The new lock is kept: the next time, nothing is resolved.
    shutil.rmtree(bazel.directory)
    bazel.install()
    assert len(calls) == 1


def test_a_mirror_that_sends_something_else_does_not_make_us_resolve_anew(
    bazel: TinyBazel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "relock", lambda *_: pytest.fail("it must not"))
    (bazel.pool / "bash.deb").write_bytes(b"evil")
    bazel.environment["PLINTH_MIRRORS"] += f" tiny={bazel.mirror.url}/elsewhere"
    with pytest.raises(FetchError):
        bazel.install()


def test_a_cache_that_cannot_be_written(bazel: TinyBazel) -> None:
    bazel.cache.parent.mkdir(parents=True)
    bazel.cache.write_text("a file is in the way")
    with pytest.raises(CacheError, match=r"(?s)cannot keep Bazel in .*set XDG_CACHE_HOME"):
        bazel.install()


def compiler(bazel: TinyBazel) -> Deb:
    """Return a compiler that says how it was started, in a package that is on the mirror."""
    deb = Deb(
        [
            Entry("usr/bin/gcc", b'#!/bin/sh\necho "$LD_LIBRARY_PATH" "$@"\n', 0o755),
            Entry("usr/lib/x86_64-linux-gnu/libmpfr.so.6", b""),
            Entry("usr/lib/x86_64-linux-gnu/libc.so.6", b""),
            Entry("usr/include/stdio.h", b""),
            Entry("usr/share/doc/gcc/README", b""),
        ],
        name="gcc",
    )
    bazel.publish_compilers(deb)
    return deb


def test_compilers_are_fetched_when_they_are_needed(bazel: TinyBazel) -> None:
    compiler(bazel)
    bazel.install()
    assert "/tiny/gcc.deb" not in bazel.mirror.requests
    script = bazel.directory / "root/usr/share/plinth/compiler"
    gcc = bazel.directory.parent / "gcc"
    gcc.symlink_to(script)
    refused = subprocess.run([gcc], capture_output=True, text=True, check=False)
    assert refused.returncode == 127
    assert "error: there is no gcc: Bazel has not fetched the compilers" in refused.stderr

    bazel.install_compilers()
    compilers = bazel.directory / "compilers"
    assert os.listdir(compilers / "private") == ["libmpfr.so.6"], "never another C library"
    assert (compilers / "usr/include/stdio.h").exists()
    assert not (compilers / "usr/share").exists()
    ran = subprocess.run([gcc, "-c", "a b.c"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{compilers}/private --sysroot={compilers} -c a b.c\n"
    bazel.mirror.requests.clear()
    bazel.install_compilers()
    assert bazel.mirror.requests == []


def test_a_compiler_with_a_wrong_hash(bazel: TinyBazel) -> None:
    compiler(bazel)
    bazel.install()
    (bazel.pool / "gcc.deb").write_bytes(b"x" * (bazel.pool / "gcc.deb").stat().st_size)
    with pytest.raises(FetchError, match="wrong sha256"):
        bazel.install_compilers()
    assert not (bazel.directory / "compilers").exists()


def test_bazel_asks_for_compilers_and_java_where_it_looks_for_them(bazel: TinyBazel) -> None:
    bazel.install()
    share = bazel.directory / "root/usr/share/bazel"
    configure = (share / "embedded_tools/tools/cpp/cc_configure.bzl").read_text()
    assert '["/usr/share/plinth/fetch", "compilers"]' in configure
    assert configure.endswith("configure_unix_toolchain(repository_ctx, cpu_value, {})\n")
    repositories = (share / "rules/java/java/repositories.bzl").read_text()
    assert repositories == 'load("//toolchains:packaged_archive.bzl", "http_archive")\n'
    places = (share / "rules/java/toolchains/packaged_archive.bzl").read_text()
    assert f"{bazel.directory}/java/usr/lib/jvm/java-21-openjdk-amd64" in places


def test_links_of_java_lead_to_what_is_beside_it(tmp_path: Path) -> None:
    conf = tmp_path / "usr/lib/jvm/conf"
    conf.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/security").write_text("")
    (conf / "security").symlink_to("/etc/security")
    (conf / "gone").symlink_to("/etc/ssl/gone")
    lay_out_java(str(tmp_path))
    assert os.readlink(conf / "security") == "../../../../etc/security"
    assert not (conf / "gone").is_symlink()
