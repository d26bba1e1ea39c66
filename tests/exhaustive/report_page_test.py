"""The report in a browser: what is drawn, in light and dark, on a screen and on a phone."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

PAGE = Path(os.environ.get("RUNFILES_DIR", ""), os.environ.get("PAGE", ""))
_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not _BROWSER, reason="the host has no chromium")


def browse(*arguments: str, directory: Path) -> str:
    assert _BROWSER
    done = subprocess.run(
        [_BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--virtual-time-budget=3000", f"--user-data-dir={directory / 'profile'}", *arguments,
         f"file://{PAGE.resolve()}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def screenshot(directory: Path, width: int, *arguments: str) -> list[bytes]:
    """Return the rows of a picture, three or four bytes for each pixel."""
    path = directory / "shot.png"
    browse(f"--screenshot={path}", f"--window-size={width},1200", *arguments, directory=directory)
    data = path.read_bytes()
    shown, height, _, color = struct.unpack(">IIBB", data[16:26])
    channels = {2: 3, 6: 4}[color]
    packed, position = b"", 8
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        if data[position + 4 : position + 8] == b"IDAT":
            packed += data[position + 8 : position + 8 + length]
        position += 12 + length
    return _unfiltered(zlib.decompress(packed), shown * channels, height, channels)


def _unfiltered(data: bytes, width: int, height: int, channels: int) -> list[bytes]:
    """PNG, section 9: each row says how it was predicted."""
    rows: list[bytes] = []
    above = bytes(width)
    for number in range(height):
        start = number * (width + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + width])
        for index in range(width):
            left = row[index - channels] if index >= channels else 0
            corner = above[index - channels] if index >= channels else 0
            row[index] = (row[index] + _predicted(kind, left, above[index], corner)) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda each: abs(guess - each))
    return (0, left, up, (left + up) // 2)[kind]


def brightness(rows: list[bytes]) -> float:
    return sum(map(sum, rows[::20])) / sum(map(len, rows[::20]))


def test_the_treemap_is_drawn(tmp_path: Path) -> None:
    html = browse("--dump-dom", "--window-size=1200,1200", directory=tmp_path)
    boxes = re.findall(r'<div[^>]*title="[^"]+: [\d.]+ [kM]?B"', html)
    assert len(boxes) > 15
    assert 'aria-pressed="true"' in html
    assert re.search(r'id="crumbs">.*image.* \([\d.]+ MB\)', html)


def test_light_and_dark(tmp_path: Path) -> None:
    light = brightness(screenshot(tmp_path, 1200))
    dark = brightness(screenshot(tmp_path, 1200, "--blink-settings=preferredColorScheme=0"))
    assert light > 200
    assert dark < 100


def test_a_phone_shows_it_without_scrolling_sideways(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    script = (
        "<script>document.title = document.documentElement.scrollWidth <= innerWidth"
        " ? 'fits' : 'too wide'</script></body>"
    )
    page.write_text(PAGE.read_text().replace("</body>", script))
    assert _BROWSER
    done = subprocess.run(
        [_BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=500,900",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{page}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "<title>fits</title>" in done.stdout
