"""The verb ``locale-fragment``: some of the compiled locales of Debian's ``locales-all``.

Locales share most of their files, and in the package each is a link to the first locale by name:
``de_DE.utf8/LC_COLLATE`` leads to ``aa_DJ.utf8``. Here, a link to a locale that was not requested
becomes the file itself, and further links to that file become hard links.

Its keys:
    deb                 the locales-all .deb
    package             the lock's facts of that package
    locale*             directories below usr/lib/locale, such as de_DE.utf8
"""

from __future__ import annotations

from posixpath import dirname, join, normpath

from tools.errors import PlinthError
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.package_fragment import PackageFile, copy_package
from tools.layer.path_policy import PathPolicy
from tools.tar.header import FILE, HARDLINK, SYMLINK
from tools.tar.reader import MOST_LINKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.action.params import Params

_LOCALES = "usr/lib/locale"


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the package is damaged, or lacks a locale.
    """
    params.only((*FRAGMENT_KEYS, "deb", "package", "locale"))
    package = params.one("package")
    with PackageFile(params.path("deb"), package) as source:
        writer = FragmentWriter(params, source.name)
        copyright_file = f"usr/share/doc/{package['name']}/copyright"
        policy = PathPolicy([{"omit": ["**"], "keep": [copyright_file]}])
        more = copy_package(source, policy, writer)
        _copy_locales(source, sorted(set(params.many("locale"))), writer)
    writer.finish({"package": source.package, **more})


def _copy_locales(source: PackageFile, locales: list[str], writer: FragmentWriter) -> None:
    names: dict[str, list[str]] = {}  # file of the package: its names in the image
    for name, file in _wanted(source, locales).items():
        names.setdefault(file, []).append(name)
    for entry in source.entries():
        if entry.type != FILE or entry.path not in names:
            continue
        first, *others = names.pop(entry.path)
        writer.file(first, entry.size, entry.body(), mode=entry.mode)
        for other in others:
            writer.hardlink(other, first)
    for file, (name, *_) in names.items():
        raise PlinthError(f"{source.name}: {name}: leads to {file}, which is no file here")


def _wanted(source: PackageFile, locales: list[str]) -> dict[str, str]:
    """Return every file of the locales, with its file of the package."""
    links: dict[str, str] = {}
    files = set()
    for entry in source.entries():
        if entry.type == SYMLINK:
            links[entry.path] = normpath(join(dirname(entry.path), entry.target))
        elif entry.type == HARDLINK:
            links[entry.path] = entry.target
        elif entry.type == FILE:
            files.add(entry.path)
    wanted = {}
    for locale in locales:
        below = f"{_LOCALES}/{locale}/"
        found = sorted(path for path in (*files, *links) if path.startswith(below))
        if not found:
            raise PlinthError(
                f"{source.name}: no locale {locale}\n  the package has those in {_LOCALES}"
            )
        for path in found:
            file = path
            for _ in range(MOST_LINKS):
                file = links.get(file, file)
            wanted[path] = file
    return wanted
