"""Applies effects on files to the file system of an image."""

from __future__ import annotations

from tools.configure.capabilities import file_capability
from tools.errors import PlinthError
from tools.tar.digest import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tools.configure.accounts import Accounts
    from tools.configure.root import Root
    from tools.layer.facts import Entry

    Effect = Mapping[str, Any]


class EffectError(PlinthError):
    """An effect that is impossible in this image; the text says why."""


def apply(effect: Effect, root: Root, accounts: Accounts) -> None:
    """Apply an effect; one that is not about files is ignored.

    Raises:
        EffectError: it cannot be done.
        PlinthError: it names an account that does not exist, or a malformed mode.
    """
    does = _KINDS.get(effect["kind"])
    if does is not None:
        does(effect, root, accounts)


def _directory(effect: Effect, root: Root, accounts: Accounts) -> None:
    path = effect["path"]
    if root.exists(path) and not root.is_directory(path):
        raise EffectError("is no directory")
    if not root.exists(path) or any(key in effect for key in ("mode", "user", "group")):
        root.directory(path)
    _own(effect, path, root, accounts)


def _symlink(effect: Effect, root: Root, _: Accounts) -> None:
    path = effect["path"]
    there = root.entry(path, follow=False)
    if there is not None and there["type"] == "directory":
        path = f"{path}/{effect['target'].rpartition('/')[2]}"  # ln(1) makes it in there
        there = root.entry(path, follow=False)
    if there is None or (effect.get("replace") and there["type"] != "directory"):
        root.symlink(path, effect["target"])


def _hardlink(effect: Effect, root: Root, _: Accounts) -> None:
    there = root.entry(effect["path"], follow=False)
    target = root.entry(effect["target"])
    if target is None or target["type"] != "file":
        raise EffectError(f"its target {effect['target']} is missing")
    if there is None or (effect.get("replace") and there["type"] != "directory"):
        root.place(effect["path"], target)


def _copy(effect: Effect, root: Root, accounts: Accounts) -> None:
    source = root.entry(effect["source"])
    path = effect["path"]
    if root.is_directory(path) and (source is None or source["type"] != "directory"):
        path = f"{path}/{effect['source'].rpartition('/')[2]}"  # cp(1) copies into it
    if root.entry(path, follow=False) is not None and effect.get("keep"):
        return
    if source is None and "content" in effect:
        root.write(path, _bytes(effect["content"]))
    elif source is None:
        raise EffectError(f"its source {effect['source']} is missing")
    elif source["type"] == "directory":
        if not effect.get("recursive"):
            raise EffectError(f"its source {effect['source']} is a directory")
        _copy_tree(source["path"], path, root)
    else:
        root.place(root.locate(path), _with_content({**source, "uid": 0, "gid": 0}, effect))
    _own(effect, path, root, accounts)


def _with_content(source: Entry, effect: Effect) -> Entry:
    """Return a copied file with its content, if the effect has it and it is unchanged."""
    data = _bytes(effect.get("content", ""))
    if "content" in effect and source["sha256"] == sha256(data).hexdigest():
        return {**source, "data": data}
    return source


def _copy_tree(source: str, path: str, root: Root) -> None:
    if not root.is_directory(path):
        look = root.entry(source) or {}
        root.directory(path, mode=look.get("mode"))
    for inner in list(root.below(source)):
        entry = root.entry(inner, follow=False)
        if entry is not None:
            root.place(path.rstrip("/") + inner[len(source) :], entry)


def _file(effect: Effect, root: Root, accounts: Accounts) -> None:
    path = effect["path"]
    there = root.entry(path)
    if there is not None and there["type"] == "directory":
        raise EffectError("is a directory")
    data = _bytes(effect.get("content", ""))
    if there is None or not effect.get("keep"):
        if there is not None and effect.get("append"):
            data = root.read(path) + data
        root.write(path, data)
    _own(effect, path, root, accounts)


def _edit(effect: Effect, root: Root, _: Accounts) -> None:
    path = effect["path"]
    entry = root.entry(path)
    if entry is None or entry["type"] != "file":
        raise EffectError("is no file")
    from tools.effects.editing import edited  # noqa: PLC0415 - few scripts edit, and it takes re

    text = root.read(path).decode("utf-8", "surrogateescape")
    root.write(path, _bytes(edited(text, effect["steps"])))


def _ownership(effect: Effect, root: Root, accounts: Accounts) -> None:
    for path in root.matches(effect["path"]):
        entry = root.entry(path, follow=not effect.get("links"))
        if entry is None:
            continue
        only = effect.get("only")
        if only is None or entry["type"] == only:
            _own(effect, path, root, accounts)
        if effect.get("recursive") and entry["type"] == "directory":
            for inner in list(root.below(entry["path"])):
                link = root.is_symlink(inner)
                if _is(only, inner, root) if only else not link or "mode" not in effect:
                    _own(effect, inner, root, accounts, follow=False)


def _is(kind: str, path: str, root: Root) -> bool:
    entry = root.entry(path, follow=False)
    return entry is not None and entry["type"] == kind


def _own(effect: Effect, path: str, root: Root, accounts: Accounts, *, follow: bool = True) -> None:
    mode, user, group = effect.get("mode"), effect.get("user"), effect.get("group")
    if mode is None and user is None and group is None:
        return
    follow = follow and not effect.get("links")
    uid = None if user is None else accounts.uid(user)
    gid = None
    if group is not None and group == user and not accounts.has_group(group):
        gid = accounts.primary_gid(user)  # ``chown USER:`` means the user's own group
    elif group is not None:
        gid = accounts.gid(group)
    if uid is not None or gid is not None:
        root.change(path, uid=uid, gid=gid, follow=follow)
    if mode is not None:  # after the owner, because changing that clears set-id bits
        root.change(path, mode=mode, follow=follow)


def _capability(effect: Effect, root: Root, _: Accounts) -> None:
    root.change(
        effect["path"], xattrs={"security.capability": file_capability(effect["text"]).hex()}
    )


def _remove(effect: Effect, root: Root, _: Accounts) -> None:
    for path in root.matches(effect["path"]):
        _check_own(path, root)
        root.remove(path, recursive=bool(effect.get("recursive")))


def _check_own(path: str, root: Root) -> None:
    """Layers do not hide files of layers below."""
    name = root.locate(path, follow=False)
    for inner in (name, *root.below(name)):
        if root.is_entry(inner) and inner not in root.own and inner not in root.touched:
            raise EffectError(
                f"/{inner} is of a layer below: put both into one layer, or drop it there with a"
                " path policy"
            )


def _move(effect: Effect, root: Root, _: Accounts) -> None:
    entry = root.entry(effect["path"], follow=False)
    if entry is None:
        return
    _check_own(effect["path"], root)
    if entry["type"] == "directory":
        inside = sorted(root.below(entry["path"]))
        if any(root.exists(effect["to"] + "/" + path[len(entry["path"]) + 1 :]) for path in inside):
            raise EffectError(f"{effect['to']} has files already")
        _copy_tree(entry["path"], effect["to"], root)
        root.remove(effect["path"], recursive=True)
        return
    root.place(effect["to"], entry)
    root.remove(effect["path"])


def _device(_effect: Effect, _root: Root, _accounts: Accounts) -> None:
    raise EffectError("layers hold no devices and pipes; a container runtime makes those in /dev")


_KINDS: Mapping[str, Callable[[Effect, Root, Accounts], None]] = {
    "directory": _directory,
    "symlink": _symlink,
    "hardlink": _hardlink,
    "copy": _copy,
    "file": _file,
    "edit": _edit,
    "ownership": _ownership,
    "capability": _capability,
    "remove": _remove,
    "move": _move,
    "device": _device,
}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
