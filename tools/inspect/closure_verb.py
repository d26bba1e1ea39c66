"""The verb ``closure``: checks that everything that an image's programs need is in it.

Its keys:
    image*              see ``image_facts.read_image``; an image index is several lines of it
    allow*?             {"path": glob, "reason": text}: accepted problems
    programs*?          a program that is meant to run there: path, or name in PATH
    fail?               bool: fail with an error, instead of a verdict, when something is missing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.inspect.closure import Closure, check_closure
from tools.inspect.image_facts import ImageFacts, read_image
from tools.inspect.problem import Allowance, Problem, apply_allowances, read_allowances, shown
from tools.inspect.verdict import VERDICT_KEYS, Verdict, write_verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.action.params import Params

_EXAMPLES = 3
_SUMMED_UP = frozenset({"dangling-link", "not-reproduced", "other-platform", "wrong-architecture"})


class ClosureError(PlinthError):
    """Something that an image's programs need is missing."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        ClosureError: something is missing, and ``fail`` is set.
        PlinthError: facts cannot be read.
    """
    params.only(("image", "allow", "programs", "fail", *VERDICT_KEYS))
    images = [read_image(item) for item in params.many("image")]
    verdict = judge(images, read_allowances(params.many("allow")), params.many("programs"))
    if params.optional("fail") and not verdict.passed:
        raise ClosureError(verdict.text)
    write_verdict(params, verdict)


def judge(
    images: Sequence[ImageFacts], allowances: Sequence[Allowance], programs: Sequence[str] = ()
) -> Verdict:
    """Check images, which are those of one index, and report the result.

    An allowance must match a problem of one of them; ``programs`` are those that are meant to run.

    Raises:
        PlinthError: facts are missing.
    """
    blocks: list[str] = []
    documents = []
    unused = list(allowances)
    passed = True
    for image in images:
        closure = check_closure(image, programs)
        problems, allowed, idle = apply_allowances(closure.problems, allowances)
        notes, allowed_notes, idle_for_notes = apply_allowances(closure.notes, allowances)
        allowed += allowed_notes
        idle = [item for item in idle if item in idle_for_notes]
        unused = [item for item in unused if item in idle]
        passed = passed and not problems
        blocks.append(_text(image, closure, problems, notes, allowed))
        documents.append(
            {
                "image": image.label,
                "platform": image.platform,
                "digest_of_config": image.manifest["config"]["digest"],
                "counts": closure.counts,
                "problems": [problem.document() for problem in problems],
                "notes": [problem.document() for problem in notes],
                "allowed": [
                    {**problem.document(), "reason": reason} for problem, reason in allowed
                ],
                "assumed": [{"path": path, "library": name} for path, name in closure.assumed],
            }
        )
    if unused:
        passed = False
        blocks.append(
            "\n".join(
                f"allow: {item.path}: it matches no problem\n    remove it" for item in unused
            )
        )
    document = {"images": documents, "unused": [item.path for item in unused]}
    return Verdict(passed, "\n".join(blocks) + "\n", document)


def _text(
    image: ImageFacts,
    closure: Closure,
    problems: Sequence[Problem],
    notes: Sequence[Problem],
    allowed: Sequence[tuple[Problem, str]],
) -> str:
    counts = closure.counts
    looked = (
        f"{counts['programs']} programs, {counts['objects'] - counts['programs']} libraries,"
        f" {counts['scripts']} scripts, {counts['links']} links"
    )
    title = f"closure of {image.label} ({image.platform})"
    if problems:
        count = f"{len(problems)} problem" + "s" * (len(problems) > 1)
        lines = [f"{title}: {count} in {looked}"]
        lines += _problem_lines(problems)
    else:
        lines = [f"{title}: complete: {looked}"]
    lines += [
        f"  allowed: {problem.path}: {problem.message} ({reason})" for problem, reason in allowed
    ]
    lines += _note_lines(notes)
    if closure.assumed:
        objects = len({path for path, _ in closure.assumed})
        lines.append(
            f"  {objects} shared object{'s' * (objects > 1)} rely on libraries that their"
            " program has loaded"
        )
    return "\n".join(lines)


def _problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return the problems; equal ones of several files are one."""
    alike: dict[tuple[str, tuple[str, ...], str], list[Problem]] = {}
    for each in problems:
        alike.setdefault((each.message, each.details, each.cure), []).append(each)
    lines = []
    for first, *others in alike.values():
        lines.append(f"  {first.text()}")
        if others:
            lines.append(f"    likewise {_some([each.path for each in others])}")
    return lines


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _EXAMPLES} more" if len(paths) > _EXAMPLES else ""
    return ", ".join(map(shown, paths[:_EXAMPLES])) + more


def _note_lines(notes: Sequence[Problem]) -> list[str]:
    """Write the notes in few lines: a script is one of many."""
    lines = []
    by_interpreter: dict[str, list[str]] = {}
    for note in notes:
        if note.kind == "missing-interpreter":
            by_interpreter.setdefault(note.cure.partition(",")[0], []).append(note.path)
        elif note.kind not in _SUMMED_UP:
            lines.append(f"  note: {note.text()}")
    for cure, paths in sorted(by_interpreter.items()):
        lines.append(f"  note: scripts without an interpreter: {_some(paths)}: to run them, {cure}")
    undone = [note for note in notes if note.kind == "not-reproduced"]
    lines += [f"  note: {note.text()}" for note in undone[:_EXAMPLES]]
    if len(undone) > _EXAMPLES:
        more = len(undone) - _EXAMPLES
        lines.append(f"  note: {more} more commands of packages' scripts are not reproduced")
    for kind, what in (
        ("dangling-link", "links of packages to what the image lacks"),
        ("wrong-architecture", "files for other architectures"),
        ("other-platform", "addons of npm packages for other platforms"),
    ):
        if paths := [note.path for note in notes if note.kind == kind]:
            lines.append(f"  note: {what}: {_some(paths)}")
    return lines
