"""Commands that usually print, and may do more: compressors, programs in other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.effects.commands.text import TEXT, input_of
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown

# For commands that print: the options with which they write a file instead.
_WRITING = {
    "sort": r"-o.*|--output.*", "shuf": r"-o.*|--output.*", "iconv": r"-o.*|--output.*",
    "dd": r"of=(?!/dev/null).*", "gcc": r"-o.*", "date": r"-s.*|--set.*",
    "dpkg-deb": r"-[xebX]|--(?:extract|build|vextract)",
    "hostname": r"[^-].*", "visudo": r"-f?e.*",
    "mount": r".*", "xxd": "-r",
}  # fmt: skip
_COMPRESSORS = frozenset({"gzip", "gunzip"})


def _writes(call: Call) -> bool:
    """Return whether a command that usually prints writes a file."""
    words = call.arguments
    if call.name in _COMPRESSORS:  # a named file is replaced, except with these options
        letters = "".join(word[1:] for word in words if re.fullmatch("-[a-z0-9]+", word))
        named = any(not isinstance(word, str) or word[:1] != "-" for word in call.values)
        to_output = {"--stdout", "--to-stdout", "--test", "--list"} & set(words)
        return named and not set(letters) & set("ctl") and not to_output
    pattern = _WRITING.get(call.name, "")
    return bool(pattern) and any(re.fullmatch(pattern, word) for word in words)


def _unless_it_writes(handler: Handler) -> Handler:
    def checked(context: Context, call: Call) -> Result:
        if _writes(call):
            context.fail(call, f"it is not known what {call.name} writes")
            return Result(output=Unknown(f"the output of {call.name}"))
        return handler(context, call)

    return checked


_PRINT_FIELD = re.compile(r"\s*\{\s*print \$(\d+|NF);?\s*\}\s*")
# A redirection of print, or a command.
_AWK_ACTS = re.compile(r"print[^;}\n]*>\s*\"|\bsystem\s*\(|\|\s*\"|print[^;}\n]*>>")


def _awk(context: Context, call: Call) -> Result:
    """``awk -F: '{print $1}'``."""
    words = list(call.arguments)
    separator = None
    if words and words[0].startswith("-F"):
        separator = words.pop(0)[2:] or (words.pop(0) if words else None)
    programs = [*call.arguments]
    if "-f" in programs[:-1]:
        data = context.files.content(context.path(programs[programs.index("-f") + 1]))
        programs.append('print > "?"' if data is None else data.decode("utf-8", "replace"))
    if any(_AWK_ACTS.search(word) for word in programs) or "inplace" in programs:
        context.fail(call, "it is a program in awk that does more than print")
        return Result(output=Unknown("the output of awk"))
    match = _PRINT_FIELD.fullmatch(words[0]) if words else None
    text = input_of(context, call, words[1:])
    if match and isinstance(text, Unknown) and separator is None:
        known = dict(text.fields).get(match[1])
        if known is not None:
            return Result(output=f"{known}\n")
    if not match or isinstance(text, Unknown) or len(call.arguments) < len(call.values):
        return Result(output=text if isinstance(text, Unknown) else Unknown("the output of awk"))
    lines = []
    for line in text.splitlines():
        fields = [line, *line.split(separator)]
        number = len(fields) - 1 if match[1] == "NF" else int(match[1])
        lines.append(fields[number] if number < len(fields) else "")
    return Result(output="".join(f"{line}\n" for line in lines))


_PERL_ACTS = re.compile(
    r"\b(?:unlink|rename|open|mkdir|rmdir|chmod|chown|system|exec|symlink|link|utime|syswrite|qx)\b"
    r"|`|\bFile::(?:Copy|Path)\b"
)


def _perl(context: Context, call: Call) -> Result:
    """Evaluate a filter of one line; any other program may do anything."""
    options = [str(value) for value in call.values if str(value).startswith("-")]
    filters = bool(options) and bool(re.fullmatch("-[lnpe0w]*", options[0]))
    if (
        filters
        and any("e" in word for word in options)
        and not any("i" in word for word in options)
        and not any(_PERL_ACTS.search(word) for word in call.arguments)
    ):
        return Result(output=Unknown("the output of perl"))
    context.fail(call, "it is a program in perl")
    return Result(Unknown("the result of perl"), Unknown("the output of perl"))


def _python(context: Context, call: Call) -> Result:
    if any("py_compile" in str(word) or "compileall" in str(word) for word in call.values):
        return context.needless(call, "Python compiles a module when it is imported")
    context.fail(call, "it is a program in Python")
    return Result(Unknown(f"the result of {call.name}"), Unknown(f"the output of {call.name}"))


FILTERS: Mapping[str, Handler] = {
    **{name: _unless_it_writes(TEXT[name]) for name in (*_WRITING, *_COMPRESSORS)},
    "awk": _awk, "gawk": _awk, "mawk": _awk, "perl": _perl,
    "python3": _python, "python3.13": _python, "python3.12": _python, "python": _python,
}  # fmt: skip
"""The commands of this topic."""
