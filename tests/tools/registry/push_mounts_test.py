"""A registry that does not mount blobs of other repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.registry.pushing import Pushing
from tests.tools.registry.tiny_image import TinyImage, publication


def refusals(site: Pushing, tmp_path: Path, count: int, status: str) -> tuple[int, int]:
    """Count POSTs and DELETEs of a push of so many images that share all but one layer."""
    directory = tmp_path / f"{status}-{count}"
    images = [TinyImage(directory / str(n), b"shared", b"%d" % n) for n in range(count)]
    prefix = f"{site.name}/{status}-{count}"
    site.proxy.seen.clear()
    site.proxy.unmounted = status
    outcomes = site.push(*(i.publication(f"{prefix}/{n}", "1") for n, i in enumerate(images)))
    assert all(len(outcome.sent) == 3 for outcome in outcomes)
    return site.proxy.count("^POST"), site.proxy.count("^DELETE")


@pytest.mark.parametrize("status", ["202", "403", "404", "405"])
def test_refused_mounts_cost_no_more_than_a_request_an_image(
    site: Pushing, tmp_path: Path, status: str
) -> None:
    for count in (5, 20):
        posts, _ = refusals(site, tmp_path, count, status)
        # An upload for each blob; a repository that refuses to give is not asked again.
        assert posts <= 3 * count + (0 if status == "202" else 4)


def test_no_upload_is_left_open_by_refused_mounts(site: Pushing, tmp_path: Path) -> None:
    image = TinyImage(tmp_path / "image", b"layer")
    site.proxy.unmounted = "202"
    bases = tuple(f"{site.proxy.address}/{site.name}/{base}" for base in "abc")
    item = publication([image], f"{site.name}/app", index=False, repositories=bases)
    site.push(item)
    posts, deletes = site.proxy.count("^POST"), site.proxy.count("^DELETE")
    assert (posts, deletes) == (6, 4)  # of two blobs: each in three repositories, and then sent
    assert site.proxy.count("^PUT .*/blobs/uploads/") == 2
