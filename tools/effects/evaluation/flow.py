"""Evaluates the compound commands of a script: sequences, branches, loops, functions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable

from tools.effects.evaluation.context import Call, Context
from tools.effects.evaluation.expansion import Expansion, Variables, parameters_of
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Choice,
    Definition,
    Fork,
    Stored,
    Truth,
    Unknown,
    Value,
    both,
    either,
    joined,
    negation,
)
from tools.effects.shell.syntax import (
    AndOr,
    Block,
    Case,
    Command,
    For,
    Function,
    If,
    Pipeline,
    Redirected,
    Redirection,
    Simple,
    While,
)

_MOST_ROUNDS = 100
_MOST_STEPS = 40_000


class Leave(Exception):  # noqa: N818 - it is no error
    """``exit``, ``return``, ``break`` or ``continue``."""

    def __init__(self, kind: str, truth: Truth = TRUE) -> None:
        self.kind = kind
        self.truth = truth
        super().__init__(kind)


_LEAVES = re.compile(r"(?:return|exit)\s+\"?\$\?\"?$")


class Flow(ABC):
    """The shell without its simple commands.

    Attributes:
        context: the state that commands change.
        variables: of the shell.
        functions: that were defined.
        input: standard input of the current command.
        status: the result of the last command.
        expansion: of words.
        sinks: of output; the last is that of the current command.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.functions: dict[str, Definition] = {}
        self.variables = Variables({})
        self.input: Value = ""
        self.status: Truth = TRUE
        self.sinks: list[list[Value]] = [[]]
        self._steps = 0
        self.expansion = Expansion(
            self.variables, context.files, lambda: context.directory, self._substituted
        )

    @abstractmethod
    def simple(self, command: Simple) -> Truth:
        """Run a simple command."""

    @abstractmethod
    def read_from(self, redirections: tuple[Redirection, ...]) -> None:
        """Set standard input as redirections say."""

    @abstractmethod
    def write_to(self, call: Call, redirections: tuple[Redirection, ...], output: Value) -> None:
        """Write the output of a command to the target of its redirection."""

    def run(self, commands: tuple[Command, ...]) -> Truth:
        """Run commands one after the other; return the result of the last.

        Raises:
            Leave: the script, function or loop ends.
        """
        result: Truth = TRUE
        for command in commands:
            result = self.execute(command)
        return result

    def execute(self, command: Command) -> Truth:  # noqa: PLR0911
        """Run one command."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Leave("exit", Unknown("the script runs too long"))
        if isinstance(command, (Simple, Case, For)):
            name = self._choice(command)
            if name:
                return self._ended(self._execute_for_each(command, name))
        if isinstance(command, Simple):
            return self._ended(self.simple(command))
        if isinstance(command, AndOr):
            return self._ended(self._and_or(command))
        if isinstance(command, If):
            return self._ended(self._if(command))
        if isinstance(command, Case):
            return self._ended(self._case(command))
        if isinstance(command, Function):
            self.functions[command.name] = command.body
            return self._ended(TRUE)
        return self._ended(self._other(command))

    def _ended(self, result: Truth) -> Truth:
        """Record the result of the last command, which is ``$?``."""
        self.status = result
        if isinstance(result, Unknown) or result in (TRUE, FALSE):
            known = result if isinstance(result, Unknown) else "0" if result == TRUE else "1"
            self.variables.values["?"] = known
        else:
            self.variables.values["?"] = Choice(result, "0", "1")
        return result

    def _choice(self, command: Simple | Case | For) -> str:
        """Return the name of a variable among a command's words that is a choice; or empty."""
        if isinstance(command, Simple):
            words = (*command.words, *(word for _, word in command.assignments))
            words += tuple(item.target for item in command.redirections)
        else:
            words = (command.word,) if isinstance(command, Case) else command.words or ()
        values = self.variables.values
        names = [name for name in parameters_of(words) if isinstance(values.get(name), Choice)]
        if names == ["?"] and isinstance(command, Simple) and _LEAVES.match(command.text):
            return ""  # it exits with the current status
        return names[0] if names else ""

    def _execute_for_each(self, command: Command, name: str) -> Truth:
        """Run a command once for each value that a variable may have."""
        values = self.variables.values
        choice = values[name]
        assert isinstance(choice, Choice)  # noqa: S101 - by _choice
        results: dict[bool, Truth] = {True: TRUE, False: TRUE}

        def run(*, first: bool) -> None:
            value = choice.first if first else choice.second
            values[name] = value
            results[first] = self.execute(command)
            if values.get(name) == value:
                values[name] = choice

        self.branch(choice.when, lambda: run(first=True), lambda: run(first=False))
        return either(both(choice.when, results[True]), both(negation(choice.when), results[False]))

    def _other(self, command: Command) -> Truth:
        if isinstance(command, Block):
            return self._subshell(command.body) if command.subshell else self.run(command.body)
        if isinstance(command, Pipeline):
            return self._pipeline(command)
        if isinstance(command, For):
            return self._for(command)
        if isinstance(command, While):
            return self._while(command)
        return self._redirected(command) if isinstance(command, Redirected) else TRUE

    def _redirected(self, command: Redirected) -> Truth:
        before = self.input
        self.read_from(command.redirections)
        self.sinks.append([])
        try:
            result = self.execute(command.command)
        finally:
            output = joined(self.sinks.pop())
            self.input = before
        call = Call("redirection", (), "", command.line, command.text)
        self.write_to(call, command.redirections, output)
        return result

    def _and_or(self, command: AndOr) -> Truth:
        result = self.execute(command.first)
        for operator, following in command.rest:
            reached = result if operator == "&&" else negation(result)
            if reached == FALSE:
                continue
            value: list[Truth] = []

            def then(command: Command = following, value: list[Truth] = value) -> None:
                value.append(self.execute(command))

            self.branch(reached, then)
            second = value[0] if value else TRUE
            result = both(result, second) if operator == "&&" else either(result, second)
        return result

    def branch(
        self, reached: Truth, then: Callable[[], None], otherwise: Callable[[], None] | None = None
    ) -> None:
        """Run branches of a truth: one of the two, or both with their conditions."""
        if reached == TRUE:
            then()
            return
        if reached == FALSE:
            if otherwise:
                otherwise()
            return
        before, defined = dict(self.variables.values), dict(self.functions)
        left = self._under(reached, then)
        after_then, defined_then = dict(self.variables.values), self.functions
        self.variables.values.clear()
        self.variables.values.update(before)
        self.functions = defined
        other = self._under(negation(reached), otherwise or (lambda: None))
        if left and other and left.kind == other.kind:
            truth = either(both(reached, left.truth), both(negation(reached), other.truth))
            raise Leave(left.kind, truth)
        if left:
            return  # the rest is reached only through the other branch
        if other:
            self.variables.values.clear()
            self.variables.values.update(after_then)
            self.functions = defined_then
            return
        self._merge(after_then, reached)
        for name in defined_then.keys() | self.functions.keys():
            first, second = defined_then.get(name), self.functions.get(name)
            if first is not second:
                self.functions[name] = Fork(reached, first, second)

    def _under(self, reached: Truth, body: Callable[[], None]) -> Leave | None:
        """Run a body under a condition; return how it left, if it did."""
        context = self.context
        guard, doubt = context.guard, context.doubt
        inner = both(guard, reached)
        if isinstance(inner, Unknown):
            context.doubt = doubt or inner.reason
        else:
            context.guard = inner
        if inner == FALSE:
            context.guard, context.doubt = guard, doubt
            return None
        try:
            body()
        except Leave as leave:
            if leave.kind == "exit" and leave.truth == FALSE:
                # Installation fails there; images are of installations that succeed.
                return leave
            gone = Unknown(context.doubt) if context.doubt else context.guard
            if leave.kind == "exit":
                context.exited = either(context.exited, gone)
            else:
                context.left = either(context.left, gone)
            return leave
        finally:
            context.guard, context.doubt = guard, doubt
        return None

    def _merge(self, after_then: dict[str, Stored], reached: Truth) -> None:
        """Variables that the two branches leave with different values are choices."""
        values = self.variables.values
        for name in after_then.keys() | values.keys():
            first, second = after_then.get(name, ""), values.get(name, "")
            if first != second:
                if isinstance(reached, Unknown):
                    values[name] = Unknown(f"${name}: {reached.reason}")
                else:
                    values[name] = Choice(reached, first, second)

    def _if(self, command: If) -> Truth:
        def run_from(index: int) -> None:
            if index == len(command.branches):
                self.run(command.otherwise)
                return
            condition, body = command.branches[index]
            self.branch(self.run(condition), lambda: self._run(body), lambda: run_from(index + 1))

        run_from(0)
        return TRUE

    def _run(self, commands: tuple[Command, ...]) -> None:
        self.run(commands)

    def _case(self, command: Case) -> Truth:
        value = self.expansion.text(command.word)
        for patterns, body in command.items:
            matches: Truth = FALSE
            for pattern in patterns:
                expression = self.expansion.pattern(pattern)
                if isinstance(expression, Unknown):
                    matches = either(matches, expression)
                elif expression == "(?s:.*)":
                    matches = TRUE if not isinstance(value, Unknown) else either(matches, TRUE)
                elif isinstance(value, Unknown):
                    matches = either(matches, value)
                elif re.fullmatch(expression, value, re.DOTALL):
                    matches = TRUE
            if matches == TRUE and not isinstance(value, Unknown):
                return self.run(body)
            if matches != FALSE:
                # One of several bodies, with unknown choice.
                self.branch(
                    value if isinstance(value, Unknown) else matches,
                    lambda body=body: self._run(body),  # type: ignore[misc]
                )
        return TRUE

    def _for(self, command: For) -> Truth:
        if command.words is None:
            fields = list(self.variables.positional)
        else:
            fields = self.expansion.fields(command.words)
        for value in fields:
            self.variables.values[command.name] = value
            if isinstance(value, Unknown):
                self.branch(value, lambda: self._run(command.body))
            elif not self._round(command.body):
                break
        return TRUE

    def _round(self, body: tuple[Command, ...]) -> bool:
        """Run one round of a loop; return False if it was the last."""
        left = self.context.left
        try:
            self.run(body)
        except Leave as leave:
            if leave.kind not in {"break", "continue"}:
                raise
            return leave.kind == "continue"
        finally:
            self.context.left = left
        return True

    def _one_round(self, body: tuple[Command, ...]) -> None:
        self._round(body)

    def _while(self, command: While) -> Truth:
        for _ in range(_MOST_ROUNDS):
            reached = self.run(command.condition)
            reached = negation(reached) if command.negated else reached
            if reached == FALSE:
                break
            if reached != TRUE:
                self.branch(
                    reached
                    if isinstance(reached, Unknown)
                    else Unknown("a loop of unknown length"),
                    lambda: self._one_round(command.body),
                )
                break
            if not self._round(command.body):
                break
        else:
            raise Leave("exit", Unknown("a loop of the script runs too long"))
        return TRUE

    def _pipeline(self, command: Pipeline) -> Truth:
        before = self.input
        result: Truth = TRUE
        try:
            for index, item in enumerate(command.commands):
                if index == len(command.commands) - 1:
                    result = self._isolated(item) if index else self.execute(item)
                else:
                    self.sinks.append([])
                    try:
                        self._isolated(item)
                    finally:
                        self.input = joined(self.sinks.pop())
        finally:
            self.input = before
        return negation(result) if command.negated else result

    def _isolated(self, command: Command) -> Truth:
        return self._subshell((command,))

    def _subshell(self, body: tuple[Command, ...]) -> Truth:
        values, positional = dict(self.variables.values), list(self.variables.positional)
        directory, mask = self.context.directory, self.context.mask
        exited = self.context.exited
        try:
            return self.run(body)
        except Leave as leave:
            return leave.truth
        finally:
            self.variables.values.clear()
            self.variables.values.update(values)
            self.variables.positional[:] = positional
            self.context.directory, self.context.mask = directory, mask
            self.context.exited = exited

    def _substituted(self, body: tuple[Command, ...]) -> Value:
        self.sinks.append([])
        try:
            self.status = self._subshell(body)
        finally:
            output = joined(self.sinks.pop())
        return output
