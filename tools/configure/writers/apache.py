"""Makes the results of a2enmod and its like(8): links to enabled files, and records."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tools.configure.image import Image
    from tools.configure.root import Root

_KINDS = {
    "a2enmod": ("mods", "module"),
    "a2enconf": ("conf", "conf"),
    "a2ensite": ("sites", "site"),
}
_DIRECTORY = "etc/apache2"


def write(image: Image) -> None:
    """Enable what the packages enable."""
    modules = f"{_DIRECTORY}/mods-available"
    root = image.root
    if image.commands.get("a2enmod"):
        root.fetch(f"{modules}/{name}" for name in root.names(modules) if name.endswith(".load"))
    for command, (kind, noted) in _KINDS.items():
        for effect in image.commands.get(command, ()):
            by, names = _arguments(effect)
            for name in names:
                _enable(root, kind, noted, by, name)
    # A package disables what another one enables by default.
    for effect in image.commands.get("a2dismod", ()):
        by, names = _arguments(effect)
        for name in names:
            _disable(root, by, name)


def _arguments(effect: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return on whose behalf a command acts, and the names that it gets."""
    arguments = effect.get("arguments", ())
    by = "maint" if "-m" in arguments else "admin"
    return by, [name for name in arguments if not name.startswith("-")]


def _disable(root: Root, by: str, name: str) -> None:
    records = f"var/lib/apache2/{_KINDS['a2enmod'][1]}"
    for path in (
        f"{_DIRECTORY}/mods-enabled/{name}.load",
        f"{_DIRECTORY}/mods-enabled/{name}.conf",
        f"{records}/enabled_by_maint/{name}",
        f"{records}/enabled_by_admin/{name}",
    ):
        if root.entry(path, follow=False) is not None:
            root.remove(path)
    root.write(f"{records}/disabled_by_{by}/{name}", b"")


def _enable(root: Root, kind: str, noted: str, by: str, name: str) -> None:
    available, enabled = f"{_DIRECTORY}/{kind}-available", f"{_DIRECTORY}/{kind}-enabled"
    main = f"{name}.load" if kind == "mods" else f"{name}.conf"
    link = f"{enabled}/{main}"
    if not root.exists(f"{available}/{main}") or root.entry(link, follow=False) is not None:
        return
    if kind == "mods":
        text = root.read(f"{available}/{main}").decode("utf-8", "replace")
        for line in text.splitlines():
            if line.startswith("# Depends:"):
                for needed in line.partition(":")[2].split():
                    _enable(root, kind, noted, by, needed)
    for file in dict.fromkeys((main, f"{name}.conf")):
        if root.exists(f"{available}/{file}"):
            root.symlink(f"{enabled}/{file}", f"../{kind}-available/{file}")
    root.write(f"var/lib/apache2/{noted}/enabled_by_{by}/{name}", b"")
