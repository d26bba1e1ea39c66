"""Decides which paths of a package an image gets.

A policy is data: a list of rules ``{"omit": [globs], "keep": [globs], "divert": {path: path}}``.
The globs are tried in the order of the rules, in each rule first ``omit``, then ``keep``; **the
last glob that matches decides**, and a path that none matches is kept. That is the order dpkg gives
to its ``path-exclude`` and ``path-include`` options (dpkg(1)). Unlike dpkg's, a star stays within
one path component:

    *       any characters but ``/``
    ?       one character but ``/``
    [a-c]   one of these; [!a-c] none of these
    **      as a whole component: any number of components, none included

So ``usr/share/man/**`` matches ``usr/share/man`` and everything below it. Paths are those in the
image: relative, merged-usr. A dropped directory still appears when something below it is kept.

``divert`` moves single files, as dpkg-divert(1) does; globs see their new paths.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Rule = Mapping[str, Any]

DEFAULT: tuple[Rule, ...] = (
    {
        "omit": (
            "usr/share/doc/**",
            "usr/share/man/**",
            "usr/share/info/**",
            "usr/share/lintian/**",
            "usr/share/locale/**",
            "usr/share/bug/**",
            "usr/share/doc-base/**",
            "usr/share/gnome/**",
            "usr/share/gtk-doc/**",
            "usr/share/help/**",
            "usr/share/menu/**",
            "usr/share/linda/**",
            # What other packages add to shells; the shells' own functions are not in it.
            "usr/share/bash-completion/**",
            "usr/share/zsh/site-functions/**",
            "usr/share/zsh/vendor-completions/**",
            "usr/share/fish/vendor_completions.d/**",
            "usr/share/applications/**",
            "usr/share/pixmaps/**",
            "usr/share/apport/**",
        ),
        "keep": (
            # The licence of every package; for some packages ``doc/NAME`` is a link to the
            # directory of the package that carries it (Debian Policy 12.3, 12.5).
            "usr/share/doc/*",
            "usr/share/doc/*/copyright",
        ),
    },
)
"""Drops what no program reads at run time; keeps every licence."""


class PolicyError(PlinthError):
    """A rule that cannot be understood."""


class PathPolicy:
    """Decides for each path whether it is in the image."""

    __slots__ = ("_diversions", "_globs")

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Compile rules.

        Raises:
            PolicyError: a rule has other keys than omit, keep and divert, or a glob is malformed.
        """
        globs: list[tuple[Glob, bool]] = []
        self._diversions: dict[str, str] = {}
        for rule in rules:
            unknown = sorted(set(rule) - {"omit", "keep", "divert"})
            if unknown:
                raise PolicyError(
                    f"path policy: unknown key {unknown[0]!r}\n  a rule has omit, keep and divert"
                )
            self._diversions.update(rule.get("divert", {}))
            globs += [(Glob(text), False) for text in rule.get("omit", ())]
            globs += [(Glob(text), True) for text in rule.get("keep", ())]
        globs.reverse()
        self._globs = globs

    def place(self, path: str) -> str:
        """Return the path in the image of the file that a package ships at ``path``."""
        return self._diversions.get(path, path)

    def keeps(self, path: str) -> bool:
        """Return whether ``path``, relative to the root of the image, is kept."""
        for glob, verdict in self._globs:
            if glob.matches(path):
                return verdict
        return True


def compile_policy(values: list[object], default: tuple[Rule, ...]) -> PathPolicy:
    """Make a policy of the ``policy`` lines of a params file; no line means ``default``.

    Raises:
        PolicyError: a line is neither "default" nor a rule.
    """
    if not values:
        return PathPolicy(default)
    rules: list[Rule] = []
    for value in values:
        if value == "default":
            rules += DEFAULT
        elif isinstance(value, dict):
            rules.append(value)
        else:
            raise PolicyError(f"path policy: {value!r} is neither 'default' nor a rule")
    return PathPolicy(rules)


class Glob:
    """One glob: a literal start, for speed, then components; see the module for its language."""

    __slots__ = ("_components", "_literal", "_tail", "_text")

    def __init__(self, text: str) -> None:
        """Compile a glob.

        Raises:
            PolicyError: it is not relative, or has ``**`` next to other characters.
        """
        parts = text.split("/")
        if not text or "" in parts or "." in parts or ".." in parts:
            raise PolicyError(
                f"path policy: malformed glob {text!r}\n"
                "  write it relative to the root: usr/share/doc/**"
            )
        if any("**" in part and part != "**" for part in parts):
            raise PolicyError(f"path policy: in {text!r}, ** must be a whole component")
        literal = 0
        while literal < len(parts) and not set(parts[literal]) & set("*?["):
            literal += 1
        self._text = text
        self._literal = "/".join(parts[:literal])
        self._tail = self._literal + "/" if literal else ""
        self._components = parts[literal:]

    def matches(self, path: str) -> bool:
        """Return whether the whole of ``path`` matches."""
        if path.startswith(self._tail):
            rest = path[len(self._tail) :]
            return _match_components(self._components, rest.split("/") if rest else [])
        # ``usr/share/man/**`` has no component left to match for ``usr/share/man`` itself.
        return path == self._literal and _match_components(self._components, [])


def _match_components(globs: list[str], parts: list[str]) -> bool:
    if not globs:
        return not parts
    if globs == ["**"]:
        return True
    if globs[0] == "**":
        return any(_match_components(globs[1:], parts[n:]) for n in range(len(parts) + 1))
    return (
        bool(parts) and _match_name(globs[0], parts[0]) and _match_components(globs[1:], parts[1:])
    )


def _match_name(glob: str, name: str) -> bool:
    """Match one component, backtracking to the latest star only (linear in practice)."""
    g = n = 0
    star = mark = -1
    while n < len(name):
        if g < len(glob) and glob[g] == "*":
            star, mark = g, n
            g += 1
            continue
        width = _match_character(glob, g, name[n]) if g < len(glob) else 0
        if width:
            g += width
            n += 1
        elif star >= 0:
            mark += 1
            g, n = star + 1, mark
        else:
            return False
    return not glob[g:].strip("*")


def _match_character(glob: str, position: int, character: str) -> int:
    """Length of the glob element at ``position`` when it matches ``character``, else 0."""
    symbol = glob[position]
    if symbol == "?":
        return 1
    end = glob.find("]", position + 2) if symbol == "[" else -1
    if end < 0:
        return int(symbol == character)
    members = glob[position + 1 : end]
    negated = members[0] == "!"
    members = members[negated:]
    found = False
    while members:
        if len(members) >= 3 and members[1] == "-":
            found |= members[0] <= character <= members[2]
            members = members[3:]
        else:
            found |= members[0] == character
            members = members[1:]
    return end + 1 - position if found != negated else 0
