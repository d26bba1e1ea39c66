"""Downloads against a server that misbehaves in every way we have met."""

from __future__ import annotations

import hashlib
import io
import os
import ssl
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.tools.fetch.misbehaving_server import CONTENT, Server
from tools.errors import PlinthError
from tools.fetch import pace
from tools.fetch.download import Download, Downloader, FetchError, StorageError
from tools.fetch.opener import new_opener
from tools.fetch.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHA256 = hashlib.sha256(CONTENT).hexdigest()
UNREACHABLE = "http://127.0.0.1:1/pool/a.deb"  # nothing listens on port 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def downloader(pauses: list[float]) -> Downloader:
    return Downloader(sleep=pauses.append, timeout=10)


def fetch(downloader: Downloader, *urls: str) -> bytes:
    return downloader.fetch(urls, sha256=SHA256, size=len(CONTENT), label="a 1.0 (amd64)")


def test_the_first_url_that_has_the_bytes_wins(downloader: Downloader, server: Server) -> None:
    assert fetch(downloader, server.url("good"), server.url("404")) == CONTENT
    assert len(server.requests) == 1


@pytest.mark.parametrize("trouble", ["404", "500", "429", "wrong", "long", "truncated", "silent"])
def test_any_trouble_leads_to_the_next_url_at_once(
    downloader: Downloader, server: Server, pauses: list[float], trouble: str
) -> None:
    assert fetch(downloader, server.url(trouble), server.url("good")) == CONTENT
    assert pauses == []


@pytest.mark.parametrize("trouble", ["busy-once", "cut-once"])
def test_passing_trouble_is_waited_out_when_there_is_no_other_url(
    downloader: Downloader, server: Server, pauses: list[float], trouble: str
) -> None:
    assert fetch(downloader, server.url(trouble), server.url("404")) == CONTENT
    assert pauses == [1.0]
    assert [path for path, _ in server.requests].count("/404/a.deb") == 1, "404 is final"


def test_pauses_grow(downloader: Downloader, server: Server, pauses: list[float]) -> None:
    with pytest.raises(FetchError):
        fetch(downloader, server.url("503"))
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("behaviour", ["dawdle0", "dawdle1", "dawdle2", "dawdle3"])
def test_a_server_may_not_dawdle(
    downloader: Downloader, server: Server, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    monkeypatch.setattr(pace, "GRACE", 0.2)
    started = time.monotonic()
    assert fetch(downloader, server.url(behaviour), server.url("good")) == CONTENT
    with pytest.raises(FetchError, match=r"slower than 1024 bytes a second: [0-9]+ bytes in 0 s"):
        fetch(Downloader(rounds=1), server.url(behaviour))
    assert time.monotonic() - started < 5


def test_bodies_that_nobody_wants_are_not_read(downloader: Downloader, server: Server) -> None:
    assert fetch(downloader, server.url("redirect-without-end")) == CONTENT
    with pytest.raises(FetchError, match="the server answers 404 Not Found"):
        fetch(downloader, server.url("error-without-end"))


@pytest.mark.parametrize("target", ["to-ftp", "to-file", "with-password"])
def test_redirections_lead_to_nothing_less_safe(
    downloader: Downloader, server: Server, target: str
) -> None:
    with pytest.raises(FetchError, match=r"redirects to a URL that is not http|is not allowed"):
        fetch(downloader, server.url(f"redirect-{target}"))
    assert len(server.requests) == 1


def test_redirections_do_not_leave_https() -> None:
    request = urllib.request.Request("https://mirror.example/a.deb")
    handlers = new_opener().handlers  # type: ignore[attr-defined] # typeshed lacks it
    handler = next(each for each in handlers if hasattr(each, "redirect_request"))
    with pytest.raises(urllib.error.URLError, match="from https to plain http"):
        handler.redirect_request(
            request, io.BytesIO(), 302, "Found", {}, "http://mirror.example/a.deb"
        )


def test_what_a_server_says_does_not_reach_the_terminal(
    downloader: Downloader, server: Server
) -> None:
    with pytest.raises(FetchError, match=r"the server answers 404 \?\[31mred"):
        fetch(downloader, server.url("escape"))


def test_a_length_that_is_no_number_counts_for_nothing(
    downloader: Downloader, server: Server
) -> None:
    assert fetch(downloader, server.url("odd-length")) == CONTENT
    assert downloader.fetch([server.url("odd-length")], sha256=None, size=None, label="x")


def test_redirections_are_followed(downloader: Downloader, server: Server) -> None:
    assert fetch(downloader, server.url("redirect")) == CONTENT


def test_without_digest_and_size_anything_complete_will_do(
    downloader: Downloader, server: Server
) -> None:
    assert downloader.fetch([server.url("good")], sha256=None, size=None, label="x") == CONTENT
    with pytest.raises(FetchError, match=r"truncated: 10000 of 10240 bytes"):
        downloader.fetch([server.url("truncated")], sha256=None, size=None, label="x")


def test_files_of_a_local_mirror(downloader: Downloader, tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(CONTENT)
    assert fetch(downloader, f"file:{tmp_path}/b.deb", f"file:{tmp_path}/a.deb") == CONTENT


def test_the_message_names_every_url_and_its_trouble(
    downloader: Downloader, server: Server
) -> None:
    urls = [server.url(kind) for kind in ("404", "wrong", "long", "truncated", "silent")]
    with pytest.raises(FetchError) as caught:
        fetch(downloader, *urls, UNREACHABLE)
    wrong = hashlib.sha256(b"x" * len(CONTENT)).hexdigest()
    assert isinstance(caught.value, PlinthError)
    assert str(caught.value).splitlines() == [
        "cannot fetch a 1.0 (amd64):",
        f"    {urls[0]}",
        "        the server answers 404 Not Found",
        f"    {urls[1]}",
        f"        wrong sha256: expected {SHA256}, got {wrong}",
        f"    {urls[2]}",
        "        more than the expected 10240 bytes",
        f"    {urls[3]}",
        "        truncated: 10000 of 10240 bytes",
        f"    {urls[4]}",
        "        connection closed without an answer",
        f"    {UNREACHABLE}",
        "        connection refused",
        "  Try again later, or set PLINTH_MIRRORS=NAME=URL to another mirror.",
    ]


def test_a_file_that_all_servers_deny_is_gone(downloader: Downloader, server: Server) -> None:
    with pytest.raises(FetchError, match=r"No mirror has this file any more") as caught:
        fetch(downloader, server.url("404"), server.url("410"))
    assert caught.value.gone
    with pytest.raises(FetchError) as caught:
        fetch(downloader, server.url("404"), server.url("503"))
    assert not caught.value.gone


def test_a_mirror_that_is_down(downloader: Downloader) -> None:
    with pytest.raises(FetchError, match=r"(?s)connection refused.*Check the network"):
        fetch(downloader, UNREACHABLE)


def test_one_time_out_tells_of_all_urls_of_a_host(
    downloader: Downloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def time_out(request: urllib.request.Request, **_: object) -> None:
        asked.append(request.full_url)
        raise TimeoutError

    monkeypatch.setattr(downloader._opener, "open", time_out)
    urls = [f"http://{host}.example/{name}" for host in "ab" for name in "xyz"]
    with pytest.raises(FetchError) as caught:
        fetch(downloader, *urls)
    assert {attempt.problem for attempt in caught.value.attempts} == {"timed out"}
    assert [attempt.url for attempt in caught.value.attempts] == urls
    assert asked == [urls[0], urls[3]] * 4  # rounds


def test_no_mirror_at_all(downloader: Downloader) -> None:
    with pytest.raises(FetchError, match=r"No mirror is known for it"):
        fetch(downloader)


def test_a_mirror_that_is_down_is_asked_last_from_then_on(
    downloader: Downloader, server: Server
) -> None:
    urls = (server.url("good").replace("127.0.0.1", "localhost"), server.url("silent"))
    fetch(downloader, *reversed(urls))
    fetch(downloader, *reversed(urls))
    assert [path for path, _ in server.requests] == ["/silent/a.deb", *["/good/a.deb"] * 2]


@pytest.mark.parametrize(
    ("code", "said", "cure"),
    [
        (20, "unable to get local issuer certificate", "install ca-certificates"),
        (9, "certificate is not yet valid", "Is your clock right"),
        (10, "certificate has expired", "Is your clock right"),
    ],
)
def test_a_certificate_that_nobody_vouches_for(
    downloader: Downloader, monkeypatch: pytest.MonkeyPatch, code: int, said: str, cure: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_code = code
        error.verify_message = said
        raise urllib.error.URLError(error)

    monkeypatch.setattr(downloader._opener, "open", refuse)
    with pytest.raises(FetchError, match=rf"(?s)not trusted here: {said}.*{cure}"):
        fetch(downloader, "https://mirror.example/a.deb")


def test_a_file_appears_only_when_it_is_right(
    downloader: Downloader, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "a.deb"
    with pytest.raises(FetchError):
        list(downloader.fetch_all([wanted(tmp_path, server.url("wrong"), "a.deb")]))
    assert os.listdir(tmp_path) == []
    urls = (server.url("truncated"), server.url("good"))
    list(downloader.fetch_all([Download(str(path), urls, SHA256, len(CONTENT), "a")]))
    assert path.read_bytes() == CONTENT
    assert os.listdir(tmp_path) == ["a.deb"]


def test_a_place_that_cannot_be_written(
    downloader: Downloader, server: Server, tmp_path: Path
) -> None:
    path = str(tmp_path / "absent" / "a.deb")
    with pytest.raises(StorageError, match=r"(?s)cannot write .*/absent/a.deb: No such file"):
        list(downloader.fetch_all([Download(path, (server.url("good"),), None, None, "a")]))


def wanted(tmp_path: Path, url: str, name: str) -> Download:
    return Download(str(tmp_path / name), (url,), SHA256, len(CONTENT), name)


def test_many_files_arrive_in_any_order(server: Server, tmp_path: Path) -> None:
    downloads = [wanted(tmp_path, server.url("good"), f"{n}.deb") for n in range(40)]
    assert set(Downloader().fetch_all(downloads)) == set(downloads)
    assert all((tmp_path / f"{n}.deb").read_bytes() == CONTENT for n in range(40))


def test_the_first_failure_ends_them_all(
    downloader: Downloader, server: Server, tmp_path: Path
) -> None:
    downloads = [wanted(tmp_path, server.url("good"), f"{n}.deb") for n in range(200)]
    downloads.insert(0, wanted(tmp_path, server.url("wrong"), "bad.deb"))
    with pytest.raises(FetchError, match=r"cannot fetch bad\.deb"):
        list(downloader.fetch_all(downloads))
    assert len(server.requests) < 200
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_passwords_are_sent_to_their_server_only_and_never_shown(
    downloader: Downloader, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetch(downloader, server.url("good"))
    fetch(downloader, server.url("good").replace("127.0.0.1", "localhost"))
    fetch(downloader, server.url("good").replace("//", "//you:p%40ss@"))
    assert [credentials for _, credentials in server.requests] == [
        "Basic bWU6c2VjcmV0",
        None,
        "Basic eW91OnBAc3M=",
    ]
    with pytest.raises(FetchError) as caught:
        fetch(downloader, server.url("404").replace("//", "//you:p%40ss@"))
    assert "ss@" not in str(caught.value)


def test_progress_counts_what_is_kept(server: Server, tmp_path: Path) -> None:
    stream = io.StringIO()
    progress = Progress("fetching a", stream=stream)
    progress.expect(items=1, size=len(CONTENT))
    downloader = Downloader(progress=progress, sleep=lambda _: None)
    urls = (server.url("wrong"), server.url("truncated"), server.url("good"))
    list(downloader.fetch_all([Download(str(tmp_path / "a"), urls, SHA256, len(CONTENT), "a")]))
    progress.close()
    assert stream.getvalue().startswith("fetching a: 1 of 1 packages, 0.0 of 0.0 MB, ")
    assert progress.bytes_received == len(CONTENT)
