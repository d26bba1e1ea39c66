"""What update-mime(8) makes: which programs show and print a type of files, mailcap(5)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.configure.image import Image
    from tools.configure.root import Root

_PROGRAM, _START, _MADE = "usr/sbin/update-mime", "usr/lib/mime/mailcap", "etc/mailcap"
_ENTRIES, _DESKTOP, _ORDER = "usr/lib/mime/packages", "usr/share/applications", "etc/mailcap.order"
_RULE = "#" * 79
_DEFAULT, _GREATEST = 5, 9


def write(image: Image) -> None:
    """Write the entries of all packages, those of the greatest priority first."""
    root = image.root
    start = _MADE if root.exists(_MADE) else _START
    if not root.exists(_PROGRAM) or not root.exists(start):
        return
    head, ends, _ = _text(root, start).partition("\n# -----  User Section Ends")
    if not ends:
        return
    found = [*_from_packages(root), *_from_desktop_entries(root)]
    found.sort(key=lambda entry: (-_priority(entry[1]), _breadth(entry[1])))
    lines = [_without_priority(line) for _, line in _ordered(root, found)]
    text = f"{head}{ends}  ----- #\n\n{_RULE}\n\n" + "".join(f"{line}\n" for line in lines)
    root.write(_MADE, text.encode("utf-8", "surrogateescape"))


def _from_packages(root: Root) -> Iterator[tuple[str, str]]:
    names = [name for name in root.names(_ENTRIES) if name[0] not in ".#" and name[-1] != "~"]
    root.fetch(f"{_ENTRIES}/{name}" for name in names)
    for name in names:
        for line in _text(root, f"{_ENTRIES}/{name}").splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield name, line


def _from_desktop_entries(root: Root) -> Iterator[tuple[str, str]]:
    """Entries of desktop files of which no file of mailcap entries has the name."""
    paths = [path for path in root.below(_DESKTOP) if path.endswith(".desktop")]
    paths = [path for path in paths if root.entry(path) is not None]
    paths.sort(key=lambda path: (path.count("/") == _DESKTOP.count("/") + 1, path))
    root.fetch(paths)
    known = set(root.names(_ENTRIES))
    for path in paths:
        name = path.rpartition("/")[2].removesuffix(".desktop")
        if name not in known:
            known.add(name)
            yield from ((name, line) for line in _lines(_text(root, path), name))


def _lines(text: str, name: str) -> Iterator[str]:
    fields = {"name": name}
    types: list[str] = []
    group = ""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if line.startswith("["):
            group = line
        elif group == "[Desktop Entry]" and value and not line.startswith("#"):
            fields[key.lower()] = value
            if key == "MimeType":
                types += [kind.strip() for kind in value.split(";")]
    command = fields.get("exec", "").replace("\\;", ";").replace(";", "\\;")
    for word in ("%f", "%F", "%u", "%U"):
        command = command.replace(word, "%s")
    command += "" if "%s" in command else " %s"
    command = command.replace("%c", fields["name"])
    command = command.replace("%i", f"--icon {fields.get('icon', '')}")
    test = ""
    if "tryexec" in fields:
        test = f"test=command -v {fields['tryexec']} > /dev/null 2>&1"
    if fields.get("terminal") == "true":
        shown = f"needsterminal; {test}" if test else "needsterminal"
    else:
        shown = f"{test} && " if test else "test="
        shown += 'test -n "$DISPLAY"'
    if "exec" in fields:
        yield from (f"{kind}; {command}; {shown}" for kind in types if kind)


def _ordered(root: Root, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the entries, with those first that an administrator prefers, mailcap.order(5)."""
    first: list[tuple[str, str]] = []
    for line in _text(root, _ORDER).splitlines() if root.exists(_ORDER) else ():
        name, _, kind = line.partition("#")[0].strip().partition(":")
        for entry in entries:
            if entry[0] == name and entry not in first and _is_of(entry[1], kind or "*/*"):
                first.append(entry)
    return [*first, *(entry for entry in entries if entry not in first)]


def _is_of(line: str, kind: str) -> bool:
    own = line.partition(";")[0].strip().split("/")
    return all(want in {"*", part} for want, part in zip(kind.split("/"), own, strict=False))


def _priority(line: str) -> int:
    for field in line.split(";"):
        key, _, value = field.partition("=")
        if key.strip().lower() == "priority" and value.strip().isdigit():
            number = int(value)
            return number if number <= _GREATEST else _DEFAULT
    return _DEFAULT


def _without_priority(line: str) -> str:
    fields = line.split(";")
    kept = [field for field in fields if field.partition("=")[0].strip().lower() != "priority"]
    return ";".join(kept).rstrip("; \t")


def _breadth(line: str) -> int:
    """Types of one kind come before those of all kinds."""
    kind = line.partition(";")[0].strip()
    return 2 * kind.startswith("*/") + kind.endswith("/*")


def _text(root: Root, path: str) -> str:
    return root.read(path).decode("utf-8", "surrogateescape")
