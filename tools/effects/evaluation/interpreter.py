"""Runs the simple commands of a script, and passes on their output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tools.effects.effect import File
from tools.effects.evaluation.branches import Leave
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.flow import Flow
from tools.effects.evaluation.values import (
    TRUE,
    Choice,
    Definition,
    Fork,
    Stored,
    Truth,
    Unknown,
    Value,
    joined,
    stored,
)
from tools.effects.shell.syntax import Command, Redirection, Simple

Handler = Callable[[Context, Call], Result]
"""A command: records its effects, and returns its result."""

Builtin = Callable[["Interpreter", Call], Result]
"""A command that changes the state of the shell itself."""

_DEEPEST = 60
_RETURN = frozenset({"return"})
_SILENT = frozenset({"/dev/null", "/dev/stderr", "/dev/tty", "/dev/console", "/dev/stdout"})


class Interpreter(Flow):
    """The shell with its commands.

    Attributes:
        builtins: the commands of the shell itself.
    """

    def __init__(
        self,
        context: Context,
        handlers: Mapping[str, Handler],
        builtins: Mapping[str, Builtin],
        run_file: Callable[[Interpreter, Call, str], Result | None],
    ) -> None:
        """Take the commands, and the function that runs a script by its path."""
        super().__init__(context)
        self.status_before: Truth = TRUE
        self._run_file = run_file
        self.builtins = builtins
        self._handlers = handlers
        self._depth = 0

    def simple(self, command: Simple) -> Truth:  # noqa: PLR0912
        """Run a simple command."""
        self.status_before, self.status = self.status, TRUE
        values = {name: self.expansion.text(word) for name, word in command.assignments}
        fields = self.expansion.fields(command.words)
        if not fields:
            for name, value in values.items():
                self.variables.values[name] = stored(value)
            if command.redirections:
                call = Call("redirection", (), "", command.line, command.text)
                self.write_to(call, command.redirections, "")
            return self.status
        before = self.input
        self.read_from(command.redirections)
        if self._opened(command, lasting=fields == ["exec"]) and fields == ["exec"]:
            return TRUE
        call = Call(
            "" if isinstance(fields[0], Unknown) else fields[0],
            tuple(fields[1:]), self.input, command.line, command.text,
        )  # fmt: skip
        redirected = any(item.descriptor == 1 for item in command.redirections)
        # Variables before a command are the command's own, except before those of the shell.
        saved = {name: self.variables.values.get(name) for name in values}
        self.variables.values.update({name: stored(value) for name, value in values.items()})
        result: Truth | Leave
        output: Value = ""
        try:
            if redirected:
                result, output = self.collected(lambda: self._named(fields[0], call))
            else:
                result = self._named(fields[0], call)
        finally:
            for name, old in saved.items():
                if old is None:
                    self.variables.values.pop(name, None)
                else:
                    self.variables.values[name] = old
            if call.name.rpartition("/")[2] != "read":
                self.input = before
        if redirected:
            self.write_to(call, command.redirections, output)
        if isinstance(result, Leave):
            raise result
        return result

    def _named(self, name: Value, call: Call) -> Truth:
        for index, value in enumerate(call.values):
            if isinstance(value, Unknown) and value.choice is not None:
                return self._for_each_value(name, call, index, value.choice)
        if isinstance(name, Unknown):
            self.context.fail(call, f"the command's name is unknown: {name.reason}")
            return Unknown("the result of an unknown command")
        return self.call(call)

    def _for_each_value(self, name: Value, call: Call, index: int, choice: Choice) -> Truth:
        """Run a command once for each value that one of its arguments may have."""

        def run(value: Stored) -> Truth:
            known = Unknown("", choice=value) if isinstance(value, Choice) else value
            values = (*call.values[:index], known, *call.values[index + 1 :])
            return self._named(name, replace(call, values=values))

        return self.branch(choice.when, lambda: run(choice.first), lambda: run(choice.second))

    def call(self, call: Call) -> Truth:
        """Run a command by its name: a function, a command of the shell, or one of the table."""
        return self._defined(self.functions.get(call.name), call)

    def _defined(self, function: Definition | None, call: Call) -> Truth:
        if isinstance(function, Fork):
            return self._forked(function, call)
        if function is not None:
            return self._function(function, call)
        path, name = call.name, call.name.rpartition("/")[2]
        call = replace(call, name=name)
        builtin = self.builtins.get(name)
        result = builtin(self, call) if builtin else self._external(call, path)
        if result.output != "":
            self.sinks[-1].append(result.output)
        return result.truth

    def _forked(self, function: Fork, call: Call) -> Truth:
        return self.branch(
            function.when,
            lambda: self._defined(function.first, call),
            lambda: self._defined(function.second, call),
        )

    def separate(self, arguments: list[Value], body: Callable[[], Truth]) -> Truth:
        """Run a separate script, with other arguments; its changes of variables are lost."""
        if self._depth > _DEEPEST:
            raise Leave("exit", Unknown("scripts call each other without end"))

        def run() -> Truth:
            self.variables.positional[:] = arguments
            return body()

        self._depth += 1
        try:
            return self.apart(run)
        finally:
            self._depth -= 1

    def _external(self, call: Call, path: str) -> Result:
        handler = self._handlers.get(call.name)
        if path.startswith("/etc/init.d/"):
            return self.context.needless(call, "no service manager runs in an image")
        if handler is None and path.startswith("/"):
            found = self._run_file(self, call, path)
            if found:
                return found
        if handler is None:
            self.context.fail(call, f"{call.name}: it is not known what it does")
            return Result(
                Unknown(f"the result of {call.name}"), Unknown(f"the output of {call.name}")
            )
        return handler(self.context, call)

    def _function(self, body: Command, call: Call) -> Truth:
        if self._depth > _DEEPEST:
            raise Leave("exit", Unknown("functions call each other without end"))
        positional = list(self.variables.positional)
        self.variables.positional[:] = list(call.values)
        before, self.input = self.input, call.input
        self._depth += 1
        try:
            return self.scope(_RETURN, lambda: self.execute(body))
        finally:
            self._depth -= 1
            self.input = before
            self.variables.positional[:] = positional

    # Redirections

    def read_from(self, redirections: tuple[Redirection, ...]) -> None:
        """Set standard input as redirections say."""
        for item in redirections:
            if item.operator == "<<":
                self.input = self.expansion.text(item.target)
            elif item.operator == "<<<":
                self.input = joined([self.expansion.text(item.target), "\n"])
            elif item.operator == "<" and item.descriptor == 0:
                path = self.expansion.text(item.target)
                self.input = path if isinstance(path, Unknown) else self.content(path)

    def _opened(self, command: Simple, *, lasting: bool) -> bool:
        """Return whether a file is opened for the next commands, which is reported.

        Args:
            command: that redirects.
            lasting: whether it is ``exec`` alone, so that standard output stays redirected, too.
        """
        found = False
        for item in command.redirections:
            if item.operator not in {">", ">>", ">|"} or item.descriptor < (1 if lasting else 3):
                continue
            target = self.expansion.text(item.target)
            if isinstance(target, Unknown) or not (
                target in _SILENT or self.context.passing(self.context.path(target))
            ):
                call = Call("redirection", (), "", command.line, command.text)
                self.context.fail(call, "it opens a file for what follows")
                found = True
        return found

    def content(self, path: str) -> Value:
        """Return the content of a file."""
        if path == "/dev/null":
            return ""
        data = self.context.files.content(self.context.path(path))
        if data is None:
            return Unknown(f"the content of {path}")
        return data.decode("utf-8", "surrogateescape")

    def write_to(self, call: Call, redirections: tuple[Redirection, ...], output: Value) -> None:
        """Write the output of a command to the target of its redirection."""
        sink: list[Value] | None = self.sinks[-1]
        for item in redirections:
            if item.descriptor != 1 or item.operator.startswith("<"):
                continue
            target = self.expansion.text(item.target)
            sink = None
            if item.operator == ">&":
                continue  # to standard error
            if isinstance(target, Unknown):
                self.context.fail(call, f"it is unknown where it writes to: {target.reason}")
            elif target not in _SILENT and not target.startswith(("/proc/", "/sys/", "/dev/")):
                self._write_file(call, target, output, append=item.operator == ">>")
        if sink is not None and output != "":
            sink.append(output)

    def _write_file(self, call: Call, target: str, output: Value, *, append: bool) -> None:
        context, path = self.context, self.context.path(target)
        passing = context.passing(path)
        if isinstance(output, Unknown):
            if not passing and not output.made:
                context.fail(call, f"it is unknown what it writes: {output.reason}", path=path)
            context.unknown_content[path] = output.reason
            context.files.make(path, "file")
            return
        if not passing:
            context.emit(call, File, path, output, mode=context.file_mode(), append=append)
        before = context.files.content(path) if append else b""
        before = b"" if before is None and not context.files.kind(path) else before
        data = output.encode("utf-8", "surrogateescape")
        context.make(path, "file", None if before is None else before + data)
