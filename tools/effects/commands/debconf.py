"""Debconf's commands, confmodule(3): questions are answered by their defaults.

The front end is noninteractive, so a question has the default of its template, unless a script sets
another answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from tools.effects.evaluation.context import Call, Result
from tools.effects.evaluation.interpreter import Builtin, Interpreter
from tools.effects.evaluation.values import FALSE, Unknown, Value, joined


def questions(templates: str) -> dict[str, dict[str, str]]:
    """Return the fields of each question, by its name: debconf-devel(7), "Templates files".

    Names of fields are in lower case; ``default`` is always there.
    """
    found = {}
    for stanza in templates.split("\n\n"):
        fields = {"default": ""}
        for line in stanza.splitlines():
            name, colon, value = line.partition(":")
            if colon and not line.startswith((" ", "\t", "#")):
                fields[name.lower()] = value.strip()
        if "template" in fields:
            if not fields["default"] and fields.get("type") == "boolean":
                fields["default"] = "false"
            found[fields["template"]] = fields
    return found


def _get(shell: Interpreter, call: Call) -> Result:
    name = _name(call)
    if isinstance(name, Unknown):
        _answer(shell, name)
        return Result(name)
    answer = shell.context.answers.get(name)
    if answer is None:
        # Asked of another package's templates, or of none.
        answer = Unknown(f"debconf's answer to {name}")
    _answer(shell, answer)
    return Result()


def _set(shell: Interpreter, call: Call) -> Result:
    name = _name(call)
    if isinstance(name, Unknown):
        return Result()
    parts: list[Value] = []
    for value in call.values[1:]:
        parts += [" ", value] if parts else [value]
    answer, answers = joined(parts), shell.context.answers
    if shell.context.surely() or answers.get(name) == answer:
        answers[name] = answer
    else:
        answers[name] = Unknown(f"debconf's answer to {name}")
    return Result()


def _input(_: Interpreter, __: Call) -> Result:
    # 30: the question is not shown.
    return Result(FALSE)


def _seen(shell: Interpreter, _: Call) -> Result:
    _answer(shell, Unknown("whether a question was seen"))
    return Result()


def _metaget(shell: Interpreter, call: Call) -> Result:
    words = call.arguments
    fields = shell.context.package.questions.get(words[0]) if len(words) == 2 else None
    if fields is None:
        _answer(shell, Unknown("the text of a question"))
    else:
        _answer(shell, fields.get(words[1].lower(), ""))
    return Result()


def _register(shell: Interpreter, call: Call) -> Result:
    """Register a question with the template of another, and so with its default."""
    if len(call.arguments) == 2:
        template, name = call.arguments
        answer = shell.context.answers.get(template)
        if answer is not None:
            shell.context.answers.setdefault(name, answer)
    return Result()


def _silent(shell: Interpreter, _: Call) -> Result:
    _answer(shell, "")
    return Result()


def _answer(shell: Interpreter, value: Value) -> None:
    shell.variables.values["RET"] = value


def _name(call: Call) -> Value:
    return call.values[0] if call.values else Unknown("a question without a name")


DEBCONF: Mapping[str, Builtin] = {
    "db_get": _get, "db_set": _set, "db_input": _input, "db_fget": _seen, "db_metaget": _metaget,
    "db_register": _register,
    **dict.fromkeys(
        (
            "db_go", "db_stop", "db_fset", "db_reset", "db_subst", "db_title", "db_settitle",
            "db_version", "db_capb", "db_purge", "db_unregister", "db_beginblock", "db_endblock",
            "db_clear", "db_info", "db_progress", "db_x_loadtemplatefile",
        ),
        _silent,
    ),
}  # fmt: skip
"""The commands of this topic."""
