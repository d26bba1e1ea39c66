"""Commands that read and print, and change nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from tools.effects.effect import Capability
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Unknown,
    Value,
    joined,
    truth,
)

try:  # the C module of hashlib, which actions do not import
    from _hashlib import openssl_md5 as md5
    from _hashlib import openssl_sha1 as sha1
    from _hashlib import openssl_sha256 as sha256
    from _hashlib import openssl_sha512 as sha512
except ImportError:
    from hashlib import md5, sha1, sha256, sha512


def input_of(context: Context, call: Call, names: list[str]) -> Value:
    """Return the files of the arguments, or standard input."""
    if not names or names == ["-"]:
        return call.input
    parts: list[Value] = []
    for name in names:
        path = context.path(name)
        data = context.files.content(path)
        if data is None:
            if path in context.unknown_content:
                return Unknown(context.unknown_content[path])
            if context.files.kind(path) == "":
                continue
            return Unknown(f"the content of {name}")
        parts.append(data.decode("utf-8", "surrogateescape"))
    return joined(parts)


def _cat(context: Context, call: Call) -> Result:
    for value in call.values:
        if isinstance(value, Unknown):
            return Result(output=value)
    names = [name for name in call.arguments if name == "-" or not name.startswith("-")]
    return Result(output=input_of(context, call, names))


def _dirname(_: Context, call: Call) -> Result:
    value = call.values[-1] if call.values else ""
    if isinstance(value, Unknown):
        return Result(output=value)
    return Result(
        output=(posixpath.dirname(value.rstrip("/")) or ("/" if value[:1] == "/" else ".")) + "\n"
    )


def _basename(_: Context, call: Call) -> Result:
    for value in call.values:
        if isinstance(value, Unknown):
            return Result(output=value)
    words = [word for word in call.arguments if word != "--"]
    if not words:
        return Result()
    name = posixpath.basename(words[0].rstrip("/"))
    if len(words) > 1 and name != words[1]:
        name = name.removesuffix(words[1])
    return Result(output=f"{name}\n")


def _readlink(context: Context, call: Call) -> Result:
    value = call.values[-1] if call.values else ""
    if isinstance(value, Unknown):
        return Result(output=value)
    path = context.path(value)
    canonical = any(str(word) in {"-f", "-m", "-e", "--canonicalize"} for word in call.values)
    kind = context.files.kind(path)
    if kind == "" and not canonical:
        return Result(FALSE)
    if call.name == "realpath" or canonical:
        if kind in {"file", "executable", "directory", ""}:
            return Result(output=f"{path}\n")
    elif kind in {"file", "executable", "directory"}:
        return Result(FALSE)
    return Result(output=Unknown(f"what {value} points to"))


def _cut(_: Context, call: Call) -> Result:
    words = call.arguments
    text = " ".join(words)
    delimiter = re.search(r"(?:^|\s)-d\s*(.)", text)
    field = re.search(r"(?:^|\s)-f\s*(\d+)(-?)", text)
    if isinstance(call.input, Unknown):
        return Result(output=call.input)
    if (span := _CHARACTERS.fullmatch(text)) and len(words) == len(call.values):
        last = span[3] if span[2] else span[1]
        first, end = int(span[1] or 1) - 1, int(last) if last else None
        return Result(output="".join(f"{line[first:end]}\n" for line in call.input.splitlines()))
    if (
        not field
        or len(words) < len(call.values)
        or not words[-1].startswith(("-", *"0123456789:"))
    ):
        return Result(output=Unknown("the output of cut"))
    separator, number = delimiter[1] if delimiter else "\t", int(field[1])
    lines = []
    for line in call.input.splitlines():
        fields = line.split(separator)
        if len(fields) == 1:
            lines.append(line)
        else:
            kept = fields[number - 1 :] if field[2] else fields[number - 1 : number]
            lines.append(separator.join(kept))
    return Result(output="".join(f"{line}\n" for line in lines))


_CHARACTERS = re.compile(r"-[bc]\s*(?=[-\d])(\d*)(-?)(\d*)")
"""``cut -c FIRST-LAST``, of which one may be missing, or ``-c ONE``."""


def _tr(_: Context, call: Call) -> Result:
    words = call.arguments
    if isinstance(call.input, Unknown):
        return Result(output=call.input)
    ranges = {"A-Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a-z": "abcdefghijklmnopqrstuvwxyz",
              "[:upper:]": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[:lower:]": "abcdefghijklmnopqrstuvwxyz",
              "\\n": "\n", "\\t": "\t", "[:space:]": " \t\n"}  # fmt: skip
    sets = [ranges.get(word, word) for word in words if not word.startswith("-")]
    if words[:1] == ("-d",) and len(sets) == 1:
        return Result(output=call.input.translate(dict.fromkeys(map(ord, sets[0]))))
    if len(sets) == 2 and len(sets[0]) == len(sets[1]) and len(words) == 2:
        return Result(output=call.input.translate(str.maketrans(sets[0], sets[1])))
    return Result(output=Unknown("the output of tr"))


def _head(context: Context, call: Call) -> Result:
    text = " ".join(call.arguments)
    count = re.match(r"(?:-n\s*|-|--lines=)(\d+)", text)
    names = [word for word in call.arguments if not re.fullmatch(r"-.*|\d+", word)]
    value = input_of(context, call, names)
    if isinstance(value, Unknown) or len(call.arguments) < len(call.values):
        return Result(output=value if isinstance(value, Unknown) else Unknown("a file's start"))
    lines = value.splitlines(keepends=True)
    number = int(count[1]) if count else 10
    kept = lines[:number] if call.name == "head" else lines[len(lines) - number :] if number else []
    return Result(output="".join(kept))


def _sort(context: Context, call: Call) -> Result:
    value = input_of(context, call, [word for word in call.arguments if word[:1] != "-"])
    if isinstance(value, Unknown):
        return Result(output=value)
    if set(call.arguments) - {"-u", "-r"}:
        return Result(output=Unknown("the output of sort"))
    lines = value.splitlines(keepends=True)
    if call.name == "sort":
        lines = sorted(
            set(lines) if "-u" in call.arguments else lines, reverse="-r" in call.arguments
        )
    else:
        lines = list(dict.fromkeys(lines))
    return Result(output="".join(lines))


def _wc(context: Context, call: Call) -> Result:
    options = "".join(word[1:] for word in call.arguments if word[:1] == "-")
    names = [word for word in call.arguments if word[:1] != "-"]
    text = input_of(context, call, names)
    if isinstance(text, Unknown) or len(names) > 1 or len(call.arguments) < len(call.values):
        return Result(output=text if isinstance(text, Unknown) else Unknown("the output of wc"))
    counts = {
        "l": text.count("\n"), "w": len(text.split()),
        "c": len(text.encode("utf-8", "surrogateescape")),
    }  # fmt: skip
    if options not in counts:
        return Result(output=Unknown("the output of wc"))
    return Result(output=f"{counts[options]}{''.join(f' {name}' for name in names)}\n")


def _uname(_: Context, call: Call) -> Result:
    if set(call.arguments) <= {"-s"}:
        return Result(output="Linux\n")
    return Result(output=Unknown("the running system"))


def _seq(_: Context, call: Call) -> Result:
    numeric = all(re.fullmatch(r"-?\d+", word) for word in call.arguments)
    if len(call.arguments) == len(call.values) and numeric:
        numbers = [int(word) for word in call.arguments]
        first, step, last = (
            (1, 1, *numbers)
            if len(numbers) == 1
            else ((numbers[0], 1, numbers[1]) if len(numbers) == 2 else tuple(numbers))
        )
        return Result(
            output="".join(
                f"{n}\n" for n in range(first, last + (1 if step > 0 else -1), step or 1)
            )
        )
    return Result(output=Unknown("the output of seq"))


def _stat(context: Context, call: Call) -> Result:
    paths = [word for word in call.arguments if word.startswith("/")]
    if not paths:
        return Result(TRUE, Unknown("what stat says"))
    exists = context.files.test("e", context.path(paths[-1]))
    path = context.path(paths[-1])
    if "%a" in call.arguments and context.files.is_plain_directory(path):
        return Result(exists, "755\n")
    for letter, value in (("%u", "0"), ("%g", "0"), ("%U", "root"), ("%G", "root")):
        if letter in call.arguments and context.owned(path) == FALSE:
            return Result(exists, f"{value}\n")
    return Result(exists, Unknown("what stat says"))


def _cmp(context: Context, call: Call) -> Result:
    paths = [context.path(word) for word in call.arguments if not word.startswith("-")]
    unknown = Unknown(f"the result of {call.name}")
    if len(paths) != 2 or len(call.arguments) < len(call.values):
        return Result(unknown, unknown)
    if "" in {context.files.kind(path) for path in paths}:
        return Result(FALSE, unknown)
    contents = [context.files.content(path) for path in paths]
    if None in contents:
        return Result(unknown, unknown)
    return Result(truth(contents[0] == contents[1]), unknown)


_DIGESTS = {"md5sum": md5, "sha1sum": sha1, "sha256sum": sha256, "sha512sum": sha512}


def _digest(context: Context, call: Call) -> Result:
    names = [word for word in call.arguments if not word.startswith("-")]
    text = input_of(context, call, names)
    if isinstance(text, Unknown) or len(names) > 1 or len(call.arguments) < len(call.values):
        return Result(output=Unknown(f"the output of {call.name}"))
    data = text.encode("utf-8", "surrogateescape")
    digest = _DIGESTS[call.name](data, usedforsecurity=False).hexdigest()
    return Result(output=f"{digest}  {names[0] if names else '-'}\n")


def _ischroot(_: Context, __: Call) -> Result:
    return Result(TRUE)


def _getcap(context: Context, call: Call) -> Result:
    paths = [context.path(word) for word in call.arguments if word[:1] != "-"]
    given = {effect.path for effect in context.effects if isinstance(effect, Capability)}
    if given & set(paths) or len(call.arguments) < len(call.values):
        return Result(TRUE, Unknown("the capabilities of a file"))
    return Result()  # unpacked files have none


def _asked(_: Context, call: Call) -> Result:
    """Return a question about the running system."""
    unknown = Unknown(f"the result of {call.name}")
    return Result(unknown, unknown)


def _settings(context: Context, call: Call) -> Result:
    """``squid -k parse``: the file that the package ships sets none of what its script asks for."""
    if call.arguments[:2] == ("-k", "parse"):
        return Result()
    context.fail(call, f"{call.name}: it is not known what it does")
    return Result(Unknown(f"the result of {call.name}"), Unknown(f"the output of {call.name}"))


def printed(_: Context, call: Call) -> Result:
    """Evaluate a command that only prints unknown text."""
    return Result(TRUE, Unknown(f"the output of {call.name}"))


NAME_OF_MACHINE = "the name of a machine is not of an image: write it when the container starts"
"""Why it is unknown what hostname(1) prints."""


def _hostname(_: Context, __: Call) -> Result:
    return Result(output=Unknown(NAME_OF_MACHINE))


def _no(_: Context, __: Call) -> Result:
    return Result(FALSE)


_QUESTIONS_TEXT = """
    kpsewhich runlevel named-checkconf visudo pg_checksystem lpstat mountpoint lsmod
    lspci udevadm-info aa-status df du mount modinfo ip lsof fuser findmnt losetup blkid lsblk
    debconf-show apt-config dpkg-deb systemd-escape lsb_release debconf-get-selections locale
    pathfind grub-probe update-perl-sax-parsers-query ps sh-version php-config gcc tty
    grub-mkrelpath od hexdump md5check dmsetup nproc free lscpu bc zgrep
    xdpyinfo loginctl
"""
_QUESTIONS = tuple(_QUESTIONS_TEXT.split())
_PRINTING_TEXT = """
       date dd cksum exim_dumpdb check-support-status jq netstat envsubst munin-node-configure expr
       base64
    gunzip zcat gzip fold fmt nl tac paste join comm rev openssl-version uuidgen pwgen iconv
    logname strings xxd printenv arch file perl-print stty bzcat xzcat column cpp m4 lsb-release
    comm numfmt shuf
"""
_PRINTING = tuple(_PRINTING_TEXT.split())

TEXT: Mapping[str, Handler] = {
    "cat": _cat, "dirname": _dirname, "basename": _basename, "readlink": _readlink,
    "realpath": _readlink, "cut": _cut,
    "tr": _tr, "head": _head, "tail": _head, "sort": _sort, "uniq": _sort, "uname": _uname,
    "wc": _wc,
    "seq": _seq, "pgrep": _no, "pidof": _no,  # no process runs in an image
    "stat": _stat, "cmp": _cmp, "diff": _cmp, "md5sum": _digest, "sha1sum": _digest,
    "sha256sum": _digest,
    "sha512sum": _digest,
     "ischroot": _ischroot,
    "running_in_container": _ischroot, "systemd-detect-virt": _ischroot, "aa-enabled": _no,
    "selinuxenabled": _no, "squid": _settings,
    "systemd-notify": _no, "getcap": _getcap,
    **dict.fromkeys(_QUESTIONS, _asked),
    **dict.fromkeys(_PRINTING, printed), "dnsdomainname": _hostname, "hostname": _hostname,
}  # fmt: skip
"""The commands of this topic."""
