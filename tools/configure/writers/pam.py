"""What pam-auth-update(8) makes: /etc/pam.d/common-*, from profiles of packages."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.configure.image import Image
    from tools.configure.root import Root

_PROFILES, _TEMPLATES, _STATE = "usr/share/pam-configs", "usr/share/pam", "var/lib/pam"
_FILES = {
    "common-account": ("account", False),
    "common-auth": ("auth", False),
    "common-password": ("password", False),
    "common-session": ("session", False),
    "common-session-noninteractive": ("session", True),
}
_NO_MODULE = "[default=1]\t\t\tpam_permit.so"


class _Profile:
    """A profile: its fields, a list of lines for those of modules."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.fields: dict[str, list[str]] = {}
        field = ""
        for line in text.splitlines():
            if line[:1] in {" ", "\t"}:
                self.fields[field].append(line.strip())
            elif ":" in line:
                field, _, value = line.partition(":")
                self.fields[field] = [value.strip()] if value.strip() else []

    def value(self, field: str) -> str:
        return " ".join(self.fields.get(field, []))

    @property
    def priority(self) -> int:
        return int(self.value("Priority") or 0)


def write(image: Image) -> None:
    """Write the files, of the profiles that are on by default."""
    root = image.root
    if not root.exists(f"{_TEMPLATES}/common-auth"):
        return  # only libpam-runtime uses profiles
    names = [name for name in root.names(_PROFILES) if "." not in name]
    root.fetch(
        f"{directory}/{name}"
        for directory, some in ((_PROFILES, names), (_TEMPLATES, _FILES))
        for name in some
    )
    profiles = [
        _Profile(name, root.read(f"{_PROFILES}/{name}").decode("utf-8", "replace"))
        for name in names
    ]
    profiles.sort(key=lambda profile: (profile.priority, profile.name), reverse=True)
    chosen = [profile for profile in profiles if profile.value("Default") == "yes"]
    for name, (kind, noninteractive) in _FILES.items():
        if root.exists(f"{_TEMPLATES}/{name}"):
            template = root.read(f"{_TEMPLATES}/{name}").decode("utf-8", "replace")
            text = _filled(template, kind, chosen, noninteractive=noninteractive)
            root.write(f"etc/pam.d/{name}", text.encode())
    _write_state(root, profiles, chosen)


def _filled(template: str, kind: str, profiles: Iterable[_Profile], *, noninteractive: bool) -> str:
    lines = []
    for line in template.splitlines():
        name = f"{kind}_nonint" if noninteractive else kind
        block = {f"${name}_primary": "Primary", f"${name}_additional": "Additional"}.get(line)
        if block is None:
            lines.append(line)
            continue
        modules = _modules(kind, block, profiles, noninteractive=noninteractive)
        if block == "Primary" and not modules:
            modules = [_NO_MODULE]
        lines += [
            f"{kind}\t{_with_end(module, len(modules) - at)}" for at, module in enumerate(modules)
        ]
    return "\n".join(lines) + "\n"


def _modules(
    kind: str, block: str, profiles: Iterable[_Profile], *, noninteractive: bool
) -> list[str]:
    found: list[str] = []
    title = kind.capitalize()
    for profile in profiles:
        if profile.value(f"{title}-Type") != block:
            continue
        if noninteractive and profile.value(f"{title}-Interactive-Only") == "yes":
            continue
        initial = profile.fields.get(f"{title}-Initial")
        found += initial if initial is not None and not found else profile.fields.get(title, [])
    return found


def _with_end(module: str, distance: int) -> str:
    """Return a module with ``end`` replaced by how many modules are to be skipped to get there."""
    if module.endswith(".so") and module != _NO_MODULE:
        module += " "  # and no arguments
    control, bracket, rest = module.partition("]")
    return control.replace("=end", f"={distance}") + bracket + rest if bracket else module


def _write_state(root: Root, profiles: list[_Profile], chosen: list[_Profile]) -> None:
    for name, (kind, noninteractive) in _FILES.items():
        text, title, first = "", kind.capitalize(), True
        for block in ("Primary", "Additional"):
            some = [profile for profile in chosen if profile.value(f"{title}-Type") == block]
            if block == "Primary" and not some:
                text += f"Module: null\n{_NO_MODULE}\n"
            for profile in some:
                if noninteractive and profile.value(f"{title}-Interactive-Only") == "yes":
                    continue
                initial = profile.fields.get(f"{title}-Initial")
                lines = initial if initial is not None and first else profile.fields.get(title, [])
                text += f"Module: {profile.name}\n" + "".join(f"{line}\n" for line in lines)
                first = False
            first = True
        state = name.removeprefix("common-")
        root.write(f"{_STATE}/{state}", text.encode())
    seen = "".join(f"{profile.name}\n" for profile in profiles)
    root.write(f"{_STATE}/seen", seen.encode())
