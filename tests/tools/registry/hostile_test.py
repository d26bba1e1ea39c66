"""Hostile registries: each malformed answer is one clear error, soon."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.registry.scripted_server import INDEX, LAYER, MANIFEST, SOUND, Server, serving
from tools.errors import PlinthError
from tools.registry.connection import connections
from tools.registry.pull import describe_image
from tools.registry.reference import Repository
from tools.registry.transport import Options


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


PAUSES: list[float] = []
"""What was waited for before another attempt: nothing here will pass."""


def pull(server: Server, digest: str, directory: Path) -> list[dict[str, Any]]:
    PAUSES.clear()
    environment = {"DOCKER_CONFIG": "/nonexistent", "XDG_RUNTIME_DIR": "/none"}
    options = Options(environment=environment, sleep=PAUSES.append)
    client = connections(options)(Repository(server.address, "app"))
    return describe_image(client, digest, str(directory), ("amd64", "arm64"))


def refused(server: Server, digest: str, directory: Path, problem: str) -> None:
    """Check the refusal of an image: registry, repository, digest, problem, what to do."""
    where = rf"{server.address}/app@sha256:[0-9a-f]{{64}}"
    remedy = "use another image, or ask who publishes this one"
    fails(server, digest, directory, rf"{where}{problem}\n  {remedy}")


def fails(server: Server, digest: str, directory: Path, message: str) -> None:
    started, ran = time.monotonic(), time.process_time()
    with pytest.raises(PlinthError) as caught:
        pull(server, digest, directory)
    assert re.fullmatch(message, str(caught.value)), str(caught.value)
    # The client and the server; a machine may have others to work for.
    assert time.process_time() - ran < 1
    assert time.monotonic() - started < 5
    assert PAUSES == []
    assert "\x1b" not in str(caught.value)
    assert not list(directory.iterdir())


def test_a_sound_image(server: Server, tmp_path: Path) -> None:
    assert pull(server, server.image()["digest"], tmp_path)[0]["name"] == "linux_amd64"


def anything(*values: Any) -> tuple[Any, ...]:
    """Values of several types."""
    return values


TEXTS: list[Any] = [
    1,
    None,
    [],
    {},
    "",
    "a b",
    "A/../b",
    "x\x00",
    "x\x1b[31m",
    "é",
    'x",)\ngenrule(',
    "a" * 300,
]
SIZES = ["10", -1, 1.5, True, None, [], 1 << 60, {}, 10**30]
DIGESTS = [*TEXTS, "sha256:../../x", "sha256:" + "A" * 64, "sha256:" + "0" * 63, "md5:" + "0" * 32]

NOT_JSON, NO_OBJECT, DEEP = "not JSON in UTF-8", "not a JSON object", "nested deeper than 64 levels"
VERSION = "schemaVersion is not 2"
BODIES = [
    (b"", NOT_JSON), (b"[]", NO_OBJECT), (b"1", NO_OBJECT), (b"null", NO_OBJECT),
    (b"not JSON", NOT_JSON), (b"\xff\xfe{}", NOT_JSON), (b"\xef\xbb\xbf{}", NOT_JSON),
    (b"[" * 100_000, DEEP), (b'{"a":' * 100_000, DEEP),
    (b'{"a":' * 100 + b"1" + b"}" * 100, DEEP),
    (b'{"schemaVersion": 2, "schemaVersion": 2}', "an object has a key twice"),
    (b'{"schemaVersion": NaN}', "NaN is not JSON"),
    (b'{"schemaVersion": ' + b"9" * 5000 + b"}", NOT_JSON),
]  # fmt: skip
MANIFESTS = [
    *BODIES,
    (b"{}", VERSION), (b'{"schemaVersion": "2"}', VERSION), (b'{"schemaVersion": 1}', VERSION),
    (b'{"schemaVersion": true}', VERSION), (b'{"schemaVersion": 2.0}', VERSION),
    (b'{"schemaVersion": 2, "mediaType": 7}', r"mediaType = 7 should be TYPE/SUBTYPE \(RFC 6838\)"),
    (b'{"schemaVersion": 2, "mediaType": "a/b"}', "is not an image, but a/b"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "problem"), MANIFESTS, ids=range(len(MANIFESTS)))
@pytest.mark.parametrize("media_type", [MANIFEST, INDEX])
def test_documents(
    server: Server, tmp_path: Path, body: bytes, problem: str, media_type: str
) -> None:
    refused(server, server.manifest(body, media_type)["digest"], tmp_path, f": {problem}")


@pytest.mark.parametrize(("body", "problem"), BODIES, ids=range(len(BODIES)))
def test_configs(server: Server, tmp_path: Path, body: bytes, problem: str) -> None:
    described = server.config(body)
    digest = server.manifest({"schemaVersion": 2, "config": described, "layers": [LAYER]})["digest"]
    refused(server, digest, tmp_path, f": config: {problem}")


def should(field: str, law: str) -> str:
    """Return the sentence of a field that breaks its grammar, as a regular expression."""
    return rf": {field} (is missing; it|= .{{1,80}}) should be {re.escape(law)}"


WORD = "lower-case letters and digits (OCI image spec)"
DIGEST = "sha256: and 64, or sha512: and 128, hexadecimal digits in lower case"
MEDIA_TYPE = "TYPE/SUBTYPE (RFC 6838)"
SIZE = f"({should('size', 'a whole number of bytes, 0 or more')}|: size = .* bytes are taken)"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        *[("architecture", value, should("architecture", WORD)) for value in TEXTS],
        *[("os", value, should("os", WORD)) for value in TEXTS],
        *[
            ("variant", v, should("variant", "lower-case letters, digits and . (OCI image spec)"))
            for v in TEXTS
            if v not in (None, "")
        ],
        *[("rootfs", v, ": rootfs is not a JSON object") for v in anything(None, [], 1)],
        *[
            ("rootfs", value, ": diff_ids is missing, or is not a list")
            for value in anything({}, {"diff_ids": 1})
        ],
        ("rootfs", {"diff_ids": []}, ": 0 diff_ids, but the manifest has 1 layers"),
        *[("rootfs", {"diff_ids": [value]}, should(r"diff_ids\[0\]", DIGEST)) for value in DIGESTS],
        *[("history", value, ": history is .*") for value in anything(1, {}, [1], "x")],
        ("config", [], ": config is of the wrong kind"),
    ],
)
def test_fields_of_configs(
    server: Server, tmp_path: Path, field: str, value: object, problem: str
) -> None:
    digest = server.image({**SOUND, field: value})["digest"]
    refused(server, digest, tmp_path, f": config{problem}")


IN_LAYER = r": layers\[0\]"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        *[({"layers": [{**LAYER, "size": value}]}, IN_LAYER + SIZE) for value in SIZES],
        *[
            ({"layers": [{**LAYER, "digest": value}]}, IN_LAYER + should("digest", DIGEST))
            for value in DIGESTS
        ],
        *[
            ({"layers": [{**LAYER, "mediaType": v}]}, IN_LAYER + should("mediaType", MEDIA_TYPE))
            for v in TEXTS
        ],
        *[
            ({"layers": value}, ": layers is missing, or is not a list")
            for value in anything(None, ..., {}, 1, "x")
        ],
        *[({"layers": [value]}, f"{IN_LAYER}: {NO_OBJECT}") for value in anything(None, 1)],
        ({"layers": [LAYER] * 2000}, ": 2000 layers, but at most 1000 are taken"),
        *[
            ({"config": value}, f": config: {NO_OBJECT}")
            for value in anything(None, ..., [], 1, "x")
        ],
        ({"config": {}}, ": config: size is missing; .*"),
        ({"manifests": []}, ": an index and a manifest at once"),
        (
            {"mediaType": "application/vnd.docker.distribution.manifest.v1+json"},
            r": is not an image, but application/vnd\.docker\.distribution\.manifest\.v1\+json",
        ),
    ],
)
def test_fields_of_manifests(
    server: Server, tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    refused(server, server.image(None, **change)["digest"], tmp_path, problem)


def index(server: Server, entries: object) -> str:
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    return str(server.manifest(document, INDEX)["digest"])


IN_ENTRY = r": manifests\[0\]"
LINUX = {"os": "linux", "architecture": "amd64"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        *[({"size": value}, IN_ENTRY + SIZE) for value in SIZES],
        ({"size": 11}, ": [0-9]+ bytes, but its index says 11"),
        *[({"digest": value}, IN_ENTRY + should("digest", DIGEST)) for value in DIGESTS],
        *[({"mediaType": value}, IN_ENTRY + should("mediaType", MEDIA_TYPE)) for value in TEXTS],
        *[({"platform": value}, f"{IN_ENTRY}: platform: {NO_OBJECT}") for value in (1, [1], "x")],
        ({"platform": {"os": 1}}, f"{IN_ENTRY}: platform{should('os', WORD)}"),
        (
            {"platform": {"os": "linux", "architecture": ["amd64"]}},
            f"{IN_ENTRY}: platform{should('architecture', WORD)}",
        ),
        (
            {"platform": {"os": "linux", "architecture": "arm64"}},
            ": its config is for amd64, but its index says arm64",
        ),
        ({"platform": {**LINUX, "variant": "x\n"}}, f"{IN_ENTRY}: platform: variant = .*"),
        ({"platform": {**LINUX, "os.version": []}}, rf"{IN_ENTRY}: platform: os\.version = .*"),
    ],
)
def test_entries_of_indexes(
    server: Server, tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    refused(server, index(server, [{**server.image(), **change}]), tmp_path, problem)


@pytest.mark.parametrize(
    "change",
    [
        *[{"size": value} for value in SIZES],
        *[{"digest": value} for value in DIGESTS],
        *[{"mediaType": value} for value in TEXTS],
        *[{"platform": {"os": "linux", "architecture": value}} for value in ("x\n", "A", "")],
        {"platform": {"os": "linux", "architecture": "mips", "variant": 1, "os.version": []}},
        {"platform": {"os": "windows", "architecture": 1}},
        {"platform": {"os": "unknown", "architecture": "unknown"}},
    ],
)
def test_entries_for_other_platforms_are_not_looked_into(
    server: Server, tmp_path: Path, change: dict[str, object]
) -> None:
    other = {**server.image(), "platform": {"os": "linux", "architecture": "s390x"}, **change}
    sound = {**server.image(), "platform": {"os": "linux", "architecture": "amd64"}}
    assert [each["name"] for each in pull(server, index(server, [other, sound]), tmp_path)] == [
        "linux_amd64"
    ]
    assert server.seen.count(f"/v2/app/manifests/{sound['digest']}") == 1
    assert len(server.seen) == 3  # index, manifest, config
    (empty := tmp_path / "empty").mkdir()
    refused(server, index(server, [other]), empty, " has no image for Linux on amd64, arm64")


def test_an_entry_whose_digest_is_not_computed_is_never_believed(
    server: Server, tmp_path: Path
) -> None:
    image = server.image()
    named = f"sha512:{'0' * 128}"
    server.answers[f"/v2/app/manifests/{named}"] = server.answers[
        f"/v2/app/manifests/{image['digest']}"
    ]
    entry = {**image, "digest": named}
    message = f"{server.address}: was asked for {named}, but sent sha256:[0-9a-f]*\n  {ASK}"
    fails(server, index(server, [entry]), tmp_path, message)


def test_an_index_of_thousands(server: Server, tmp_path: Path) -> None:
    image = server.image()
    entries = [{**image, "platform": {"os": "linux", "architecture": "amd64"}}] * 3000
    assert len(pull(server, index(server, entries), tmp_path)) == 1
    assert len(server.seen) < 6
    others = [
        {**image, "platform": {"os": "linux", "architecture": f"x{number}"}}
        for number in range(3000)
    ]
    server.seen.clear()
    assert len(pull(server, index(server, [*others, entries[0]]), tmp_path)) == 1
    assert len(server.seen) < 6
    many = [{**image, "digest": f"sha256:{number:064}"} for number in range(3000)]
    (empty := tmp_path / "empty").mkdir()
    server.seen.clear()
    problem = " has 3000 images for Linux, but at most 32 are taken"
    refused(server, index(server, many), empty, problem)
    assert len(server.seen) < 3


ASK = "ask who runs the registry"
ABSENT = "check the names, create the repository, or log in: .*"
FORBIDDEN = "your account does not have permission to do this"
NO_SERVICE, NO_TLS = "names no token service", "its token service is not on https"
ANSWERS: list[tuple[int, dict[str, str], bytes, str]] = [
    (404, {}, b"x" * (8 << 20), f"GET PATH: its answer has more than 4194304 bytes\n  {ASK}"),
    (404, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20)),
     f"GET PATH: its answer has more than 4194304 bytes\n  {ASK}"),
    (200, {}, b" " * (5 << 20), f"GET PATH: its answer has more than 4194304 bytes\n  {ASK}"),
    (200, {"Content-Encoding": "gzip"}, b"no gzip",
     f"GET PATH: its answer is damaged gzip\n  {ASK}"),
    (403, {}, b'{"errors": [{"code": "\\u001b[2J", "message": "\\u0007"}]}',
     rf"GET PATH: 403 Forbidden\n    \\x1b\[2J: \\x07\n  {FORBIDDEN}"),
    (403, {}, b'{"errors": [1]}', f"GET PATH: 403 Forbidden\n  {FORBIDDEN}"),
    (403, {}, b"[]", f"GET PATH: 403 Forbidden\n  {FORBIDDEN}"),
    (404, {"Retry-After": "\xb2"}, b"", f"GET PATH: 404 Not Found\n  {ABSENT}"),
    (418, {}, b"", f"GET PATH: 418 I'm a Teapot\n  {ASK}"),
    (501, {}, b"", f"GET PATH: 501 Not Implemented\n  {ASK}"),
    (302, {}, b"", f"GET PATH: 302 Found\n  {ASK}"),
    *[
        (302, {"Location": location}, b"",
         f"redirects to a URL that is not http: {json.dumps(location)}\n  {ASK}")
        for location in ("http://x:99999999/", "gopher://x/", "http://[::1", "file:///etc/passwd",
                         "https://u:p@localhost/", "http://localhost:0/")
    ],
    (302, {"Location": "http://mirror.example/blob"}, b"",
     f'redirects to plain http: "http://mirror.example/blob"\n  {ASK}'),
    (302, {"Location": "/v2/app/manifests/sha256:" + "a" * 64}, b"",
     f"GET PATH: it redirects in a loop\n  {ASK}"),
    *[
        (401, {"WWW-Authenticate": f'Bearer realm="{realm}"'}, b"",
         f"{problem}: {json.dumps(realm)}\n  {ASK}")
        for realm, problem in (
            ("http://[::1", NO_SERVICE), ("", NO_SERVICE), ("file:///etc/passwd", NO_SERVICE),
            ("x", NO_SERVICE), ("http://u:p@localhost/t", NO_SERVICE),
            ("http://localhost:0x1/t", NO_SERVICE), ("http://localhost:0/t", NO_SERVICE),
            ("http://mirror.example/t", NO_TLS), ("gopher://localhost/t", NO_TLS),
        )
    ],
    (401, {"WWW-Authenticate": "Dance"}, b"",
     f'asks for authentication by "dance", which Plinth does not support\n  {ASK}'),
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_answers(
    server: Server, tmp_path: Path, answer: tuple[int, dict[str, str], bytes, str]
) -> None:
    digest = "sha256:" + "a" * 64
    path = f"/v2/app/manifests/{digest}"
    server.answers[path] = answer[:3]
    message = answer[3].replace("PATH", path)
    # What is a bracket of an address is none of a regular expression.
    message = message.replace("http://[", r"http://\[")
    fails(server, digest, tmp_path, f"{server.address}: {message}")


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b"", b'{"token": 1}', b'{"token": "a\\nb"}', b"[" * 99999]
)
def test_tokens(server: Server, tmp_path: Path, body: bytes) -> None:
    digest = "sha256:" + "a" * 64
    realm = f"http://{server.address}/token"
    challenge = {"WWW-Authenticate": f'Bearer realm="{realm}"'}
    server.answers[f"/v2/app/manifests/{digest}"] = (401, challenge, b"")
    server.answers["/token"] = (200, {}, body)
    message = f'{server.address}: its token service gives no token: "{realm}"\n  {ASK}'
    fails(server, digest, tmp_path, message)


def test_a_token_that_is_too_large(server: Server, tmp_path: Path) -> None:
    digest = "sha256:" + "a" * 64
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{server.address}/token"'}
    server.answers[f"/v2/app/manifests/{digest}"] = (401, challenge, b"")
    server.answers["/token"] = (200, {}, b" " * (5 << 20))
    message = f"{server.address}: GET .*/token.*: its answer has more than 4194304 bytes\n  {ASK}"
    fails(server, digest, tmp_path, message)
