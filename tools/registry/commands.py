"""The commands of the rules that publish and pull."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tools.errors import PlinthError
from tools.registry.image_lock import lock_images
from tools.registry.publish_commands import load_image, push
from tools.registry.pull_commands import pull_blob, pull_description

_COMMANDS = {
    "push": push,
    "load": load_image,
    "pull-description": pull_description,
    "pull-blob": pull_blob,
    "lock-images": lock_images,
}


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status is 1 after an error."""
    try:
        _COMMANDS[arguments[0]](arguments[1:], os.environ)
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        problem = f"error: {where}{error.strerror or error}"
        print(f"{problem}\n  make room there, or make it writable", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0
