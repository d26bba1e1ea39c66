"""Containers start as a user that the image knows."""

from __future__ import annotations

import pytest

from tests.tools.image.tiny_image import AMD64, Image, link
from tests.tools.workbench import Failed, Workbench

APP = {"name": "app", "uid": 1000, "gid": 1000}


def _image(workbench: Workbench, user: str, *, accounts: bool = True) -> Image:
    layers = [workbench.layer(link(workbench, "usr/a"))]
    if accounts:
        group = ("group", {"name": "users", "gid": 1000})
        layers.append(workbench.layer(workbench.fragment(
            "accounts-fragment", ("origin", "//:accounts"), ("user", APP), group
        )))  # fmt: skip
    return Image(workbench, {**AMD64, "user": user}, *layers)


@pytest.mark.parametrize("user", ["", "0", "123:456", "app", "app:users", "app:0", "5:users"])
def test_names_of_accounts_and_any_numbers(workbench: Workbench, user: str) -> None:
    assert _image(workbench, user).config.get("config", {}).get("User", "") == user


@pytest.mark.parametrize("user", ["ap", "users", "app:app", "0:nogroup"])
def test_other_names(workbench: Workbench, user: str) -> None:
    with pytest.raises(Failed) as caught:
        _image(workbench, user)
    wrong = user.rpartition(":")[2]
    assert f"image: user: {wrong!r} is no" in str(caught.value)
    assert "It has app." in str(caught.value) or "It has users." in str(caught.value)


def test_an_image_without_accounts(workbench: Workbench) -> None:
    with pytest.raises(Failed, match="'app' is no user of /etc/passwd in the image\n  It has none"):
        _image(workbench, "app", accounts=False)


def test_accounts_of_the_base(workbench: Workbench) -> None:
    base = _image(workbench, "")
    assert Image(workbench, {"user": "app"}, base=base).config["config"]["User"] == "app"
