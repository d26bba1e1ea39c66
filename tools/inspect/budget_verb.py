"""The verb ``budget``: checks that an image stays within its limits.

Its keys:
    image*              see ``image_facts.read_image``; an image index is several lines of it
    max?                {key of surface.NUMBERS or surface.LISTS: the largest number, or "12MB"}
    forbid*?            key of surface.LISTS
    allow*?             {"path": glob, "reason": text}: exceptions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.inspect.image_facts import ImageFacts, read_image
from tools.inspect.problem import (
    Allowance,
    Problem,
    apply_allowances,
    read_allowances,
    shown,
)
from tools.inspect.sizes import format_size, parse_size
from tools.inspect.surface import LISTS, NUMBERS, Surface, largest_origins, measure_surface
from tools.inspect.verdict import VERDICT_KEYS, Verdict, write_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.action.params import Params

_SIZES = ("compressed", "uncompressed")
_LARGEST = 5
_SHOWN = 20
_CURES = {
    "setuid": "drop the file with a path policy, or clear the bit",
    "setgid": "drop the file with a path policy, or clear the bit",
    "root-user": 'name a user: user = "65532"',
    "port": "remove it from exposed_ports",
    "login": "give the account /usr/sbin/nologin, or drop the shell",
    "world-writable": "give it another mode",
    "root-writable": "give it another mode or owner",
    "user-writable": "give it to root, or clear the bit",
}


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: facts cannot be read, or a limit is malformed.
    """
    params.only(("image", "max", "forbid", "allow", *VERDICT_KEYS))
    limits = {key: _limit(key, value) for key, value in params.one("max", {"": 0}).items() if key}
    forbidden = params.many("forbid")
    unknown = sorted(set(forbidden) - set(LISTS))
    if unknown:
        raise PlinthError(
            f"forbid: there is no {unknown[0]!r}\n  there are: {', '.join(sorted(LISTS))}"
        )
    images = [read_image(item) for item in params.many("image")]
    write_verdict(params, judge(images, limits, forbidden, read_allowances(params.many("allow"))))


def judge(
    images: Sequence[ImageFacts],
    limits: Mapping[str, int],
    forbidden: Sequence[str],
    allowances: Sequence[Allowance],
) -> Verdict:
    """Check images, which are those of one index, and report the result.

    Args:
        images: the images; each must stay within the budget.
        limits: the largest number for some of the keys of ``NUMBERS`` and ``LISTS``.
        forbidden: keys of ``LISTS`` that must be empty.
        allowances: exceptions to ``forbidden``.

    Raises:
        PlinthError: facts are missing.
    """
    blocks, documents, unused, passed = [], [], list(allowances), True
    for image in images:
        surface = measure_surface(image)
        found = [*_over(image, surface, limits), *_found(image, surface, forbidden)]
        problems, allowed, idle = apply_allowances(found, allowances)
        unused = [item for item in unused if item in idle]
        passed = passed and not problems
        title = f"budget of {image.label} ({image.platform})"
        lines = [f"{title}: {'exceeded' if problems else 'kept'}"]
        lines += [f"  {line}" for line in _usage(surface, limits)]
        lines += [f"  {problem.text()}" for problem in problems[:_SHOWN]]
        lines += [f"  … and {len(problems) - _SHOWN} more"] * (len(problems) > _SHOWN)
        lines += [f"  allowed: {shown(item.path)}: {reason}" for item, reason in allowed]
        blocks.append("\n".join(lines))
        documents.append(
            {
                "image": image.label,
                "platform": image.platform,
                "numbers": dict(surface.numbers),
                "problems": [problem.document() for problem in problems],
                "allowed": [{**item.document(), "reason": reason} for item, reason in allowed],
            }
        )
    if unused:
        passed = False
        blocks += [
            f"allow: {item.path}: it matches nothing that is forbidden\n    remove it"
            for item in unused
        ]
    limits_document = {"max": dict(limits), "forbid": list(forbidden)}
    return Verdict(passed, "\n".join(blocks) + "\n", {"images": documents, **limits_document})


def _limit(key: str, value: str | int) -> int:
    if key in _SIZES:
        return parse_size(str(value))
    if key not in NUMBERS and key not in LISTS:
        raise PlinthError(f"budget: there is no {key!r}")
    return int(value)


def _measured(surface: Surface, key: str) -> int:
    return surface.numbers[key] if key in NUMBERS else len(surface.lists[key])


def _written(key: str, number: int) -> str:
    return format_size(number) if key in _SIZES else str(number)


def _usage(surface: Surface, limits: Mapping[str, int]) -> Iterator[str]:
    for key, limit in limits.items():
        number = _measured(surface, key)
        part = f", {100 * number / limit:.0f} %" if limit else ""
        yield f"{_name(key)}: {_written(key, number)} of {_written(key, limit)}{part}"


def _over(image: ImageFacts, surface: Surface, limits: Mapping[str, int]) -> Iterator[Problem]:
    for key, limit in limits.items():
        number = _measured(surface, key)
        if number <= limit:
            continue
        largest = [f"{name} {format_size(size)}" for name, size in largest_origins(image, _LARGEST)]
        yield Problem(
            f"max-{key}",
            "",
            "",
            f"{_name(key)}: {_written(key, number)}, and the budget is {_written(key, limit)}",
            (f"largest: {', '.join(largest)}",) if key in _SIZES else (),
            "leave something out, or raise the budget",
        )


def _found(image: ImageFacts, surface: Surface, forbidden: Sequence[str]) -> Iterator[Problem]:
    for key in forbidden:
        for item in surface.lists[key]:
            entry = image.entries.get(item)
            origin = entry.get("origin", "") if entry else ""
            cure = _CURES.get(key, "drop it with a path policy, or leave the package out")
            message = f"forbidden: {_name(key)}"
            path = item if entry else ""
            if not entry:
                message += f": {item}"
            yield Problem(f"forbidden-{key}", path, origin, message, cure=cure)


def _name(key: str) -> str:
    return NUMBERS.get(key) or LISTS[key]
