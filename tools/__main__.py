"""The program of every build action: ``tools VERB @PARAMS``, or a worker for one verb.

Verbs and the keys of their params files are listed in ``tools/layer/params.py``. A verb imports
its own modules only, because an action pays for every import.
"""

from __future__ import annotations

import sys
from importlib import import_module

from tools.debian.errors import PlinthError
from tools.layer.params import read_params
from tools.worker import serve

VERBS = {
    "package-fragment": "tools.layer.package_fragment",
    "files-fragment": "tools.layer.files_fragment",
    "wheel-fragment": "tools.layer.wheel_fragment",
    "accounts-fragment": "tools.layer.accounts_fragment",
    "certificates-fragment": "tools.layer.certificates_fragment",
    "ld-so-cache-fragment": "tools.layer.ld_so_cache_fragment",
    "os-release-fragment": "tools.layer.os_release_fragment",
    "layer": "tools.layer.layer",
    "image": "tools.image.image",
    "layout": "tools.image.layout",
    "validate": "tools.image.validate",
}
"""Where each verb's ``run(params)`` is defined."""


def main(arguments: list[str]) -> int:
    """Run one verb; the exit status is 1 after an error that the user can be told."""
    try:
        _start(*arguments)
    except (PlinthError, OSError) as error:  # an OSError names its file and says enough
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _start(verb: str = "", how: str = "", *surplus: str) -> None:
    if verb in VERBS and not surplus:
        run = import_module(VERBS[verb]).run
        if how == "--persistent_worker":
            serve(run, sys.stdin, sys.stdout)
            return
        if how.startswith("@"):
            run(read_params(how[1:]))
            return
    raise PlinthError(f"usage: tools VERB @PARAMS\n  verbs: {', '.join(VERBS)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
