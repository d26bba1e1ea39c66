"""``python3 -m tests.bench.maintainer_scripts``: how many of their commands are understood.

Evaluates the scripts of a suite's packages, thousands of them, and counts the commands that would
change a system: those with an effect or needless with a reason, those that are understood and left
for each container to do (keys, databases), and those not reproduced, with the most frequent
reasons. A command that removes what no package and no script has made counts as needless: images
that have it nevertheless report it. Builtins of the shell and commands that only print are not
counted.

Of most packages only the control archive is fetched; of those whose scripts read files, the files
too, if the package is not large.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bench.control_archives import ControlArchives, Package
from tests.bench.record import record
from tools.effects.commands.unmade import is_left
from tools.effects.effect import Effect, NotReproduced
from tools.effects.evaluation.context import LEFTOVER
from tools.effects.package import package_effects

_MOST_PASSES = 3


@dataclass(slots=True)
class Count:
    """What was counted.

    Attributes:
        packages: with scripts.
        whole: of them, those of which everything is understood.
        understood: commands, by place.
        left: those that are understood, and left to containers.
        lacking: other commands that are not reproduced.
        reasons: why not, with the first package and place of each.
    """

    packages: int = 0
    whole: int = 0
    understood: int = 0
    left: int = 0
    lacking: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, package: Package, effects: tuple[Effect, ...]) -> None:
        """Count a package."""
        reported = [
            effect
            for effect in effects
            if isinstance(effect, NotReproduced) and not effect.reason.endswith(LEFTOVER)
        ]
        lacking = {effect.place for effect in reported if not is_left(effect.reason)}
        left = {effect.place for effect in reported} - lacking
        self.packages += 1
        self.whole += not lacking
        self.lacking += len(lacking)
        self.left += len(left)
        self.understood += len({effect.place for effect in effects} - lacking - left)
        for effect in reported:
            self.reasons[effect.reason] += 1
            self.examples.setdefault(effect.reason, f"{package.name} {effect}")

    def figures(self) -> dict[str, float]:
        """Return the figures that the documents state."""
        total = self.understood + self.left + self.lacking or 1
        return {
            "packages": self.packages,
            "commands": total,
            "made": self.understood,
            "made_percent": round(100 * self.understood / total, 1),
            "left": self.left,
            "left_percent": round(100 * self.left / total, 1),
        }

    def lines(self, reasons: int) -> list[str]:
        """Return the result as text."""
        total = self.understood + self.left + self.lacking or 1
        return [
            f"packages with scripts: {self.packages}, understood as a whole: {self.whole}"
            f" ({self.whole / (self.packages or 1):.1%})",
            f"commands: {total}",
            f"made or needless: {self.understood} ({self.understood / total:.1%})",
            f"understood and left to containers: {self.left} ({self.left / total:.1%})",
            *(
                f"{count:6} {reason}\n       {self.examples[reason]}"
                for reason, count in self.reasons.most_common(reasons)
            ),
        ]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.bench.maintainer_scripts", description=__doc__
    )
    parser.add_argument("--suite", default="trixie")
    parser.add_argument("--architecture", default="amd64")
    parser.add_argument("--reasons", type=int, default=20, help="how many are shown (default 20)")
    parser.add_argument("--record", action="store_true", help="write the figures of the documents")
    options = parser.parse_args()
    count = Count()
    archives = ControlArchives(options.suite, options.architecture)
    for package, control in archives.read(archives.packages()):
        if {"preinst", "postinst"} & control.keys():
            count.add(package, _effects(archives, package, control, options.architecture))
    print("\n".join(count.lines(options.reasons)))
    if options.record:
        record("tests/bench/results/maintainer_scripts.json", parser.prog, count.figures())


def _effects(
    archives: ControlArchives, package: Package, control: Mapping[str, bytes], architecture: str
) -> tuple[Effect, ...]:
    listed = control.get("md5sums", b"").decode("utf-8", "surrogateescape").splitlines()
    kinds = {f"/{line.partition('  ')[2]}": "file" for line in listed if "  " in line}
    for line in control.get("conffiles", b"").decode("utf-8", "surrogateescape").splitlines():
        if line.startswith("/"):
            kinds[line.strip()] = "file"
    identity = {
        "name": package.name,
        "version": package.version,
        "architecture": architecture,
    }
    contents: dict[str, bytes] = {}
    asked: set[str] = set()

    def read(path: str) -> bytes | None:
        asked.add(path)
        return contents.get(path)

    effects = package_effects(control, identity, kinds, read)
    for _ in range(_MOST_PASSES):
        if asked <= contents.keys():
            break
        known, contents = archives.files(package, asked)
        kinds = known or kinds
        effects = package_effects(control, identity, kinds, read)
        if not known:
            break
    return effects


if __name__ == "__main__":
    main()
