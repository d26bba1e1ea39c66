"""The program of every action that judges or compares images: ``inspect @PARAMS``.

As the program of the other actions, ``tools/__main__.py``, with verbs of its own. An ``image`` in
their parameters is ``{"label", "config", "manifest", "layers"}``, see ``image_facts.read_image``;
an image index is several lines of it.

closure                 checks that everything programs need is in the image
    image*
    allow*?             {"path": glob, "reason": text}: what may be missing
    out_test?           a shell script that prints the verdict and ends with its status
    out_report?         the verdict as JSON
    fail?               bool: end with an error, rather than a verdict, when something is missing

budget                  checks that an image stays within limits
    image*
    max?                {key of surface.NUMBERS or surface.LISTS: the largest number, or "12MB"}
    forbid*?            key of surface.LISTS
    allow*?             {"path": glob, "reason": text}: what is not forbidden
    out_test?, out_report?
                        as of ``closure``

surface                 what an image exposes
    image*
    comparison?         JSON: {"sets": [what ``package-set`` writes, …]}
    out_text?, out_markdown?, out_json?
                        the report

transfer                what a node pulls to get from one image to another
    old*?, new*         images; also with "format", where there are several
    nodes?              how many nodes, default 1
    out_text?, out_markdown?, out_json?

diff                    how two images differ
    old*, new*          images
    out_text?, out_markdown?, out_json?

package-set             the surface of some packages, for comparisons
    name                what to call them
    facts*              facts of their fragments
    out                 JSON
"""

from __future__ import annotations

import sys

from tools.__main__ import main

VERBS = {
    "budget": "tools.inspect.budget_verb",
    "closure": "tools.inspect.closure_verb",
    "diff": "tools.inspect.difference_report",
    "package-set": "tools.inspect.package_set_verb",
    "surface": "tools.inspect.surface_verb",
    "transfer": "tools.inspect.transfer_report",
}
"""Where each verb's ``run(params)`` is defined."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], VERBS))
