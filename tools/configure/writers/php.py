"""What phpenmod(8) makes: links to the modules that each way to run PHP loads."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image
    from tools.configure.root import Root

_STATE = "var/lib/php/modules"


def write(image: Image) -> None:
    """Enable the modules of all versions, for all ways to run PHP that are in the image.

    Each such way enables, when it is configured, what was enabled before it; so all have all.
    """
    enabled: dict[str, set[str]] = {}
    below: dict[str, dict[str, None]] = {}
    for path in image.root.below(_STATE):  # what a layer below has enabled
        version, _, rest = path[len(_STATE) + 1 :].partition("/")
        if "/enabled_by_maint/" in rest:
            below.setdefault(version, {})[rest.rpartition("/")[2]] = None
    for effect in image.commands.get("phpenmod", ()):
        version, modules = "", []
        arguments = list(effect.get("arguments", ()))
        while arguments:
            word = arguments.pop(0)
            if word in {"-v", "-s", "-m"} and arguments:
                value = arguments.pop(0)
                version = value if word == "-v" else version
            elif not word.startswith(("-", "*")):  # a star: all in the image
                modules.append(word.partition("/")[0])
        versions = image.root.names("etc/php") if version in {"", "ALL"} else [version]
        for name in versions:
            enabled.setdefault(name, set()).update(modules)
    for version in image.root.names("etc/php"):
        for module in sorted(enabled.get(version, ())):
            image.root.write(f"{_STATE}/{version}/registry/{module}", b"")
        modules_of = enabled.get(version, set()) | set(below.get(version, ()))
        for sapi in image.root.names(f"usr/lib/php/{version}/sapi"):
            for module in sorted(modules_of):
                _enable(image.root, version, sapi, module)


def _enable(root: Root, version: str, sapi: str, module: str) -> None:
    file = f"etc/php/{version}/mods-available/{module}.ini"
    if not root.exists(file):
        return
    link = f"etc/php/{version}/{sapi}/conf.d/{_priority(root, file)}-{module}.ini"
    if root.entry(link, follow=False) is None:
        root.symlink(link, f"/{file}")
        root.write(f"{_STATE}/{version}/{sapi}/enabled_by_maint/{module}", b"")


def _priority(root: Root, file: str) -> str:
    for line in root.read(file).decode("utf-8", "replace").splitlines():
        words = line.lstrip(";").strip()
        if line.startswith(";") and words.startswith("priority="):
            return words.partition("=")[2].strip()
    return "20"
