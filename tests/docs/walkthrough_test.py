"""What a test understands of a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walkthrough import Command, File, steps

PAGE = """\
# Title

Some `prose` and an example of no consequence:

```starlark
image(name = "image")
```

```starlark title="app/BUILD.bazel"
glob(["*"])
```

```starlark title="app/BUILD.bazel, at its end"
glob(["*.py"])
```

```console
$ bazel build //app
$ podman run image
Python 3.13.… with
OpenSSL
```
"""


def test_files_and_commands_in_their_order() -> None:
    assert steps(PAGE) == [
        File("app/BUILD.bazel", 'glob(["*"])\n'),
        File("app/BUILD.bazel", 'glob(["*.py"])\n', append=True),
        Command(("bazel", "build", "//app"), ""),
        Command(("podman", "run", "image"), "Python 3.13.… with\nOpenSSL"),
    ]


def test_files_are_written(tmp_path: Path) -> None:
    for step in steps(PAGE):
        if isinstance(step, File):
            step.write(tmp_path)
    assert (tmp_path / "app/BUILD.bazel").read_text() == 'glob(["*"])\nglob(["*.py"])\n'


@pytest.mark.parametrize(
    ("printed", "told"),
    [("Python 3.13.5 with\nOpenSSL\n", True), ("Python 3.12.1 with\nOpenSSL\n", False)],
)
def test_dots_stand_for_anything(printed: str, told: bool) -> None:
    command = steps(PAGE)[-1]
    assert isinstance(command, Command)
    assert command.printed(printed) is told
