"""The program of every build action: ``tools @PARAMS``.

``tools/action/params.py`` describes PARAMS. A verb imports only its own modules, because each
import takes time in each action. The archive of this program decides which modules there are.
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module

from tools.action.params import parse_params
from tools.action.worker import work
from tools.errors import PlinthError

VERBS = {
    "package-fragment": "tools.layer.package_fragment",
    "tar-fragment": "tools.layer.tar_fragment",
    "files-fragment": "tools.layer.files_fragment",
    "wheel-fragment": "tools.layer.wheel_fragment",
    "archive-fragment": "tools.layer.archive_fragment",
    "accounts-fragment": "tools.layer.accounts_fragment",
    "certificates-fragment": "tools.layer.certificates_fragment",
    "locale-fragment": "tools.layer.locale_fragment",
    "ld-so-cache-fragment": "tools.layer.ld_so_cache_fragment",
    "os-release-fragment": "tools.layer.os_release_fragment",
    "configuration-fragment": "tools.configure.configuration_fragment",
    "layer": "tools.layer.layer",
    "image": "tools.image.image",
    "index": "tools.image.index",
    "foreign-layers": "tools.image.foreign_layers",
    "layout-image": "tools.image.layout_image",
    "layout": "tools.image.layout",
    "summary": "tools.image.summary",
    "pin-images": "tools.image.pin",
    "validate": "tools.image.validate",
    "budget": "tools.inspect.budget_verb",
    "closure": "tools.inspect.closure_verb",
    "diff": "tools.inspect.difference_verb",
    "package-set": "tools.inspect.package_set_verb",
    "surface": "tools.inspect.surface_verb",
    "transfer": "tools.inspect.transfer_verb",
    "sbom": "tools.sbom.sbom_verb",
    "provenance": "tools.sbom.provenance_verb",
    "report": "tools.report.report_verb",
    "advisories": "tools.advisory.advisory_verb",
}
"""Where each verb's ``run(params)`` is defined."""


def main(arguments: list[str]) -> int:
    """Run one action, or as a worker any number of them; the exit status is 1 after an error."""
    if arguments == ["--persistent_worker"]:
        work(run_action)
        return 0
    try:
        run_action(*_read_params_file(arguments))
    except (PlinthError, OSError) as error:  # an OSError names its file and the problem
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def run_action(lines: list[str], source: str) -> None:
    """Run the verb that ``lines`` begins with; ``source`` is the file that they are from.

    Raises:
        PlinthError: the user, or the rules, asked for something impossible.
    """
    verb = lines[0].strip() if lines else ""
    if verb not in VERBS:
        raise PlinthError(f"{source}: no such verb: {verb!r}\n  verbs: {', '.join(VERBS)}")
    params = parse_params(lines[1:], source)
    try:
        import_module(VERBS[verb]).run(params)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        place = error.filename or ", ".join(params.outputs())
        raise PlinthError(
            f"cannot write {place}: {error.strerror}\n  Make room there, or make it writable."
        ) from error


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""Errors of a disk that accepts no data; the first two name no file."""


def _read_params_file(arguments: list[str]) -> tuple[list[str], str]:
    if len(arguments) != 1 or not arguments[0].startswith("@"):
        raise PlinthError("usage: tools @PARAMS, or tools --persistent_worker")
    path = arguments[0][1:]
    with open(path, encoding="utf-8") as stream:
        return stream.read().splitlines(), path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
