"""PHP-FPM answers over FastCGI, and has the extensions that its packages bring."""

from __future__ import annotations

import struct

from tests.base.services.serving import give, open_image, serving

PROGRAM = r"""<?php
$document = new DOMDocument();
$document->loadXML("<sum>" . array_sum(range(1, 100)) . "</sum>");
header("Content-Type: text/plain");
error_log("a line for the log");
echo $document->documentElement->textContent, " ", mb_strtoupper("äöü"), " ",
    strlen(openssl_random_pseudo_bytes(16)), " ", curl_version()["ssl_version"] != "", " ",
    iconv("UTF-8", "EUC-JP", "日本") === "\xc6\xfc\xcb\xdc", " ", $_SERVER["REQUEST_METHOD"];
"""
# FastCGI Specification 1.0, 8.
BEGIN_REQUEST, PARAMS, STDIN, STDOUT = 1, 4, 5, 6


def record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def request(script: str) -> bytes:
    variables = {"REQUEST_METHOD": "GET", "SCRIPT_FILENAME": script}
    pairs = b"".join(
        struct.pack("BB", len(name), len(value)) + name.encode() + value.encode()
        for name, value in variables.items()
    )
    begin = struct.pack(">HB5x", 1, 0)
    return b"".join(
        [
            record(BEGIN_REQUEST, begin),
            record(PARAMS, pairs),
            record(PARAMS, b""),
            record(STDIN, b""),
        ]
    )


def output(answer: bytes) -> str:
    found = b""
    while answer:
        _, kind, _, length, padding = struct.unpack(">BBHHBx", answer[:8])
        if kind == STDOUT:
            found += answer[8 : 8 + length]
        answer = answer[8 + length + padding :]
    return found.decode()


def test_serves() -> None:
    container = open_image()
    script = give(container, "sum.php", PROGRAM)
    with serving(container, 9000) as service:
        head, _, body = output(service.ask(request(script), end=b"never")).partition("\r\n\r\n")
        assert "Content-type: text/plain" in head
        assert body == "5050 ÄÖÜ 16 1 1 GET"
        done = container.execute(service.process, "/usr/bin/php", "-r", "echo PHP_SAPI;")
        assert (done.returncode, done.stdout, done.stderr) == (0, "cli", "")
    assert service.status == 0
    assert "a line for the log" in service.log
    assert '"GET ' in service.log
