"""Files and directories: coreutils and similar commands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from tools.effects.commands.options import chosen, command
from tools.effects.effect import (
    Capability,
    Copy,
    Device,
    Directory,
    File,
    Hardlink,
    Move,
    Ownership,
    Remove,
    Symlink,
)
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown

LARGEST_COPY = 128 << 10
"""The most bytes of a package's own file that the effect of a copy includes."""

_WILDCARD = re.compile(r"[*?\[]")
_NOTHING = "nothing is there on a first installation"


@command("pm:vZ", "parents", "mode=", "verbose")
def _mkdir(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    mode = chosen(options, "m", "mode")
    for name in names:
        _directory(context, call, context.path(name), mode=mode)
    return Result()


def _directory(
    context: Context, call: Call, path: str, *, mode: str | None = None, **owner: str | None
) -> None:
    if mode is None and context.mask != 0o022:
        mode = f"{0o777 & ~context.mask:04o}"
    if not context.passing(path):
        context.emit(call, Directory, path, mode=mode, **owner)
    context.make(path, "directory")


@command("rfRdiIv", "recursive", "force", "dir", "verbose", "one-file-system", "preserve-root")
def _rm(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    recursive = any(name in options for name in ("r", "R", "recursive"))
    for name in names:
        path = context.path(name)
        if context.passing(path):
            context.files.remove(path)
        elif context.files.kind(path) == "" or _too_early(context, path):
            context.needless(call, _NOTHING)
        else:
            context.emit(call, Remove, path, recursive=recursive)
            if context.surely():
                context.files.remove(path)
    return Result()


@command("pv", "ignore-fail-on-non-empty", "parents", "verbose")
def _rmdir(context: Context, call: Call, _: dict[str, str], names: list[str]) -> Result:
    for name in names:
        path = context.path(name)
        if not context.passing(path) and not (
            context.files.kind(path) == "" or _too_early(context, path)
        ):
            context.emit(call, Remove, path)
            if context.surely():
                context.files.remove(path)
        else:
            context.needless(call, _NOTHING)
    return Result()


@command("sfnvrtTb", "symbolic", "force", "no-dereference", "verbose", "relative", "backup=")
def _ln(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if not names:
        context.fail(call, "it has no name")
        return Result()
    relative = "r" in options or "relative" in options
    if len(names) == 1:
        names.append(".")
    *targets, last = names
    replace = "f" in options or "force" in options
    for name in targets:
        target = name
        path = _into(context, last, target, several=len(targets) > 1)
        if "s" in options or "symbolic" in options:
            if relative:
                target = posixpath.relpath(context.path(target), posixpath.dirname(path))
            context.emit(call, Symlink, path, target, replace=replace)
            kind, content = "symlink", None
        else:
            context.emit(call, Hardlink, path, context.path(target), replace=replace)
            kind, content = "file", context.files.content(context.path(target))
        context.make(path, kind, content)
    return Result()


@command(
    "aprRfnuvdLPHxTZ", "archive", "recursive", "force", "no-clobber", "update", "verbose",
    "preserve", "preserve=", "no-preserve=", "no-dereference", "reflink=", "remove-destination",
    "no-target-directory", "dereference", "parents", "backup=",
)  # fmt: skip
def _cp(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) < 2:
        context.fail(call, "it has no target")
        return Result()
    *sources, last = names
    for source in sources:
        copy(
            context, call, context.path(source),
            _into(context, last, source, several=len(sources) > 1),
            keep=any(name in options for name in ("n", "no-clobber", "u", "update")),
            recursive=any(name in options for name in ("a", "r", "R", "recursive", "archive")),
        )  # fmt: skip
    return Result()


def copy(context: Context, call: Call, source: str, path: str, **how: Any) -> None:
    """Copy a file or tree; the effect includes the content if it is available."""
    files = context.files
    if _WILDCARD.search(source):
        if context.passing(source) or _too_early(context, source):
            context.needless(call, _NOTHING)
        else:
            context.fail(call, "which files it copies depends on the image")
        return
    content = files.content(source)
    if _too_early(context, source) and source.startswith(("/etc/", "/var/")):
        context.needless(call, _NOTHING)
        return
    if context.passing(path):
        if content is None and files.kind(source) != "directory":
            context.unknown_content[path] = f"the content of {source}"
        files.make(path, files.kind(source) or "file", content)
        return
    kept: dict[str, Any] = {
        name: how[name] for name in ("mode", "user", "group", "keep") if name in how
    }
    if context.passing(source) or (content is not None and not files.is_own(source)):
        if files.kind(source) == "directory":
            context.fail(call, f"the content of {source}")
        elif content is None:
            reason = context.unknown_content.get(source, f"the content of {source}")
            context.fail(call, reason, path=path)
        else:
            text = content.decode("utf-8", "surrogateescape")
            attributes: dict[str, Any] = dict(context.attributes.get(source, {}))
            attributes.update(kept)
            context.emit(call, File, path, text, **attributes)
    else:
        short = content is not None and len(content) <= LARGEST_COPY and files.is_own(source)
        text_or_none = content.decode("utf-8", "surrogateescape") if short and content else None
        if short and content == b"":
            text_or_none = ""
        context.emit(call, Copy, source, path, content=text_or_none, **how)
    context.make(path, files.kind(source) or "file", content)


@command("fnvuTbZ", "force", "no-clobber", "verbose", "update", "no-target-directory", "backup=")
def _mv(context: Context, call: Call, _: dict[str, str], names: list[str]) -> Result:
    if len(names) < 2:
        context.fail(call, "it has no target")
        return Result()
    *sources, last = names
    for name in sources:
        source = context.path(name)
        path = _into(context, last, name, several=len(sources) > 1)
        if context.passing(source):
            copy(context, call, source, path)
            context.files.remove(source)
        elif context.files.kind(source) == "" or _too_early(context, source):
            context.needless(call, _NOTHING)
        elif _WILDCARD.search(source):
            context.fail(call, "which files it moves depends on the image")
        else:
            context.emit(call, Move, source, path)
            if context.surely():
                content = context.files.content(source)
                context.files.make(path, context.files.kind(source) or "file", content)
                context.files.remove(source)
    return Result()


@command(
    "dDm:o:g:vcpsCTt:bZ", "directory", "mode=", "owner=", "group=", "verbose", "compare", "backup=",
    "preserve-timestamps", "target-directory=",
)  # fmt: skip
def _install(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    owner = {"user": chosen(options, "o", "owner"), "group": chosen(options, "g", "group")}
    mode = chosen(options, "m", "mode")
    if "d" in options or "directory" in options:
        for name in names:
            _directory(context, call, context.path(name), mode=mode, **owner)
        return Result()
    target = chosen(options, "t", "target-directory")
    if len(names) < (1 if target else 2):
        context.fail(call, "it has no target")
        return Result()
    sources, last = (names, target + "/") if target else (names[:-1], names[-1])
    for source in sources:
        path = _into(context, last, source, several=len(sources) > 1)
        if source == "/dev/null":
            context.emit(call, File, path, "", mode=mode or "0755", **owner)
        else:
            copy(context, call, context.path(source), path, mode=mode or "0755", **owner)
        context.make(path, "file", context.files.content(context.path(source)))
    return Result()


@command("acmfhr:d:t:", "no-create", "reference=", "date=", "no-dereference", "time=")
def _touch(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    for name in names:
        path = context.path(name)
        if "c" in options or "no-create" in options or context.files.kind(path):
            context.needless(call, "images have no times of files")
            continue
        if not context.passing(path):
            context.emit(call, File, path, "", mode=context.file_mode(), keep=True)
        context.make(path, "file", b"")
    return Result()


_CHANGE = (
    "recursive", "changes", "quiet", "silent", "verbose", "no-dereference", "dereference", "from=",
    "preserve-root", "no-preserve-root",
)  # fmt: skip


@command("RcfvhHLP", *_CHANGE)
def _chown(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if len(names) + len(call.trees) < 2:
        context.fail(call, "it has no path")
        return Result()
    owner, *paths = names
    user, separator, group = owner.partition(":")
    if not separator and "." in owner and call.name == "chown":
        user, _, group = owner.partition(".")
    if call.name == "chgrp":
        user, group = "", owner
    elif separator and not group:
        group = user  # chown(1): the user's login group, if the user has one
    # --from is a guard for upgrades from an earlier version.
    _change(context, call, paths, options, user=user or None, group=group or None)
    return Result()


def _chmod(context: Context, call: Call) -> Result:
    # A mode may start with a hyphen, so options are not parsed.
    unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
    if unknown:
        context.fail(call, f"an argument is unknown: {unknown.reason}")
        return Result()
    options = {
        letter: ""
        for word in call.arguments
        if re.fullmatch("-[Rcfv]+|--[a-z-]+", word)
        for letter in (word[1:] if word[1] != "-" else [word[2:]])
    }
    words = [word for word in call.arguments if not re.fullmatch("-[Rcfv]+|--[a-z-]*", word)]
    if len(words) + len(call.trees) < 2 or any(
        word.startswith("--reference") for word in call.arguments
    ):
        context.fail(call, "its mode is not written")
        return Result()
    _change(context, call, words[1:], options, mode=words[0])
    return Result()


def _change(
    context: Context, call: Call, paths: list[str], options: dict[str, str], **how: str | None
) -> None:
    for name in paths:
        path = context.path(name)
        if context.passing(path):
            context.attributes.setdefault(path, {}).update(
                {key: value for key, value in how.items() if value is not None}
            )
        elif context.files.kind(path) == "":
            context.needless(call, _NOTHING)
        else:
            context.emit(
                call, Ownership, path, **how,
                recursive="R" in options or "recursive" in options,
                links="h" in options or "no-dereference" in options,
            )  # fmt: skip
    for root, kind in call.trees:
        context.emit(
            call, Ownership, context.path(root), **how, recursive=True, only=kind or None,
            links="h" in options or "no-dereference" in options,
        )  # fmt: skip


def _mktemp(context: Context, call: Call) -> Result:
    directory = any(
        re.fullmatch("-[a-z]*d[a-z]*", word) or word == "--directory" for word in call.arguments
    )
    path = f"/tmp/mktemp.{len(context.temporary)}"  # noqa: S108 - a name that no program makes
    context.temporary.add(path)
    context.files.make(path, "directory" if directory else "file", b"")
    return Result(output=f"{path}\n")


@command("m:Z", "mode=")
def _mknod(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    mode = chosen(options, "m", "mode")
    if call.name == "mkfifo":
        for name in names:
            context.emit(call, Device, context.path(name), "p", mode=mode)
    elif len(names) >= 2:
        device = ":".join(names[2:4])
        context.emit(call, Device, context.path(names[0]), names[1], device, mode=mode)
    return Result()


@command("qrvnf")
def _setcap(context: Context, call: Call, options: dict[str, str], names: list[str]) -> Result:
    if "v" in options:
        return Result(Unknown("the capabilities of a file"))
    if "r" in options:
        for name in names:
            context.emit(call, Capability, context.path(name), "")
        return Result()
    for text, name in zip(names[::2], names[1::2], strict=False):
        context.emit(call, Capability, context.path(name), text)
    return Result()


def _tee(context: Context, call: Call) -> Result:
    append = "-a" in call.arguments
    for value in call.values:
        if isinstance(value, str) and value not in {"-a", "/dev/null"}:
            if isinstance(call.input, Unknown):
                context.fail(call, f"it is unknown what it writes: {call.input.reason}")
            else:
                context.emit(call, File, context.path(value), call.input, append=append)
    return Result(output=call.input)


def _too_early(context: Context, path: str) -> bool:
    """Return whether only an earlier version of the package can have left it: before unpacking."""
    return context.files.kind(path) is None and not context.files.unpacked


def _into(context: Context, last: str, source: str, *, several: bool) -> str:
    """Return the destination: the target itself, or a name in it if it is a directory."""
    path = context.path(last)
    directory = last.endswith("/") or several or context.files.kind(path) == "directory"
    return posixpath.join(path, posixpath.basename(source.rstrip("/"))) if directory else path


FILES: Mapping[str, Handler] = {
    "mkdir": _mkdir, "rm": _rm, "unlink": _rm, "rmdir": _rmdir, "ln": _ln, "cp": _cp, "mv": _mv,
    "install": _install, "touch": _touch, "chown": _chown, "chgrp": _chown, "chmod": _chmod,
    "mktemp": _mktemp, "tempfile": _mktemp, "mknod": _mknod, "mkfifo": _mknod, "setcap": _setcap,
    "tee": _tee,
}  # fmt: skip
"""The commands of this topic."""
