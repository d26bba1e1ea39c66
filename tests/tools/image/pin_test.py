"""Images are named by digest where a text names them, and nowhere else."""

from __future__ import annotations

import pytest

from tools.errors import PlinthError
from tools.image.pin import pin_images

APP = "registry.example/team/app"
DIGEST = "sha256:" + "a" * 64


def pin(text: str, repository: str = APP) -> str:
    return pin_images(text, {repository: DIGEST}, "deployment.yaml")


@pytest.mark.parametrize(
    "name",
    [APP, f"{APP}:latest", f"{APP}:v1.2.3-rc.1", f"{APP}@sha256:{'b' * 64}", f"{APP}:v1@{DIGEST}"],
)
@pytest.mark.parametrize("around", ["image: {}\n", 'image: "{}"', "image: {} # app", "[{}, {}]"])
def test_puts_the_digest_in_place_of_tag_and_digest(name: str, around: str) -> None:
    assert pin(around.format(name, name)) == around.format(f"{APP}@{DIGEST}", f"{APP}@{DIGEST}")


@pytest.mark.parametrize(
    "other",
    [
        f"{APP}-worker:v1",
        f"{APP}.worker",
        f"{APP}/worker",
        f"mirror.example/{APP}",
        f"my.{APP}",
        "registry.example/team",
    ],
)
def test_leaves_other_images_alone(other: str) -> None:
    text = f"- image: {other}\n- image: {{}}\n"
    assert pin(text.format(APP)) == text.format(f"{APP}@{DIGEST}")


def test_knows_registries_by_port() -> None:
    assert pin("localhost:5000/app:1", "localhost:5000/app") == f"localhost:5000/app@{DIGEST}"


def test_knows_urls_and_sentences() -> None:
    assert pin(f"Copy docker://{APP}:v1.\n") == f"Copy docker://{APP}@{DIGEST}.\n"


def test_is_idempotent() -> None:
    assert pin(pin(f"image: {APP}:v1")) == pin(f"image: {APP}:v1")


def test_keeps_every_other_byte() -> None:
    assert pin(f"a: é\r\nimage: {APP}\r\n") == f"a: é\r\nimage: {APP}@{DIGEST}\r\n"


def test_an_image_that_is_not_named_is_an_error() -> None:
    with pytest.raises(PlinthError, match=r"deployment\.yaml: nothing names the image"):
        pin("image: registry.example/team/other\n")
