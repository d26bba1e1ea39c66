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
"""

from __future__ import annotations

import sys

from tools.__main__ import main

VERBS = {
    "closure": "tools.inspect.closure_verb",
}
"""Where each verb's ``run(params)`` is defined."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], VERBS))
