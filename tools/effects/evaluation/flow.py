"""Evaluates the compound commands of a script: sequences, branches, loops, functions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from tools.effects.evaluation.branches import Branches, Leave
from tools.effects.evaluation.context import Call, Context
from tools.effects.evaluation.expansion import Expansion, parameters_of
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Choice,
    Stored,
    Truth,
    Unknown,
    Value,
    either,
    negation,
    truth,
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
    Word,
)

_BREAK, _CONTINUE = frozenset({"break"}), frozenset({"continue"})
_MOST_ROUNDS = 100
_MOST_STEPS = 40_000


_LEAVES = re.compile(r"(?:return|exit)\s+\"?\$\?\"?$")


class Flow(Branches, ABC):
    """The shell without its simple commands.

    Attributes:
        status: the result of the last command.
        expansion: of words.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.status: Truth = TRUE
        self._steps = 0
        self.expansion = Expansion(
            self.variables, context.files, lambda: context.directory, self._printed
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

        def run(value: Stored) -> Truth:
            values[name] = value
            result = self.execute(command)
            if values.get(name) == value:
                values[name] = choice
            return result

        return self.branch(choice.when, lambda: run(choice.first), lambda: run(choice.second))

    def _other(self, command: Command) -> Truth:
        if isinstance(command, Block):
            return (
                self.apart(lambda: self.run(command.body))
                if command.subshell
                else self.run(command.body)
            )
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
        result, output = self.collected(lambda: self.execute(command.command))
        self.input = before
        call = Call("redirection", (), "", command.line, command.text)
        self.write_to(call, command.redirections, output)
        if isinstance(result, Leave):
            raise result
        return result

    def _and_or(self, command: AndOr) -> Truth:
        result = self.execute(command.first)
        for operator, following in command.rest:
            ways = [
                lambda following=following: self.execute(following),
                lambda result=FALSE if operator == "&&" else TRUE: result,
            ]
            result = self.branch(result, *(ways if operator == "&&" else reversed(ways)))
        return result

    def _if(self, command: If) -> Truth:
        def run_from(index: int) -> Truth:
            if index == len(command.branches):
                return self.run(command.otherwise)
            condition, body = command.branches[index]
            reached = self.run(condition)
            return self.branch(reached, lambda: self.run(body), lambda: run_from(index + 1))

        return run_from(0)

    def _case(self, command: Case) -> Truth:
        value = self.expansion.text(command.word)

        def run_from(index: int) -> Truth:
            if index == len(command.items):
                return TRUE
            patterns, body = command.items[index]
            matches: Truth = FALSE
            for pattern in patterns:
                matches = either(matches, self._matches(value, pattern))
            return self.branch(matches, lambda: self.run(body), lambda: run_from(index + 1))

        return run_from(0)

    def _matches(self, value: Value, pattern: Word) -> Truth:
        expression = self.expansion.pattern(pattern)
        if isinstance(expression, Unknown):
            return expression
        if expression == "(?s:.*)":
            return TRUE
        if isinstance(value, Unknown):
            return value
        return truth(re.fullmatch(expression, value, re.DOTALL) is not None)

    def _for(self, command: For) -> Truth:
        if command.words is None:
            fields = list(self.variables.positional)
        else:
            fields = self.expansion.fields(command.words)

        def rounds() -> Truth:
            for value in fields:
                self.variables.values[command.name] = value
                if isinstance(value, Unknown):
                    self.branch(value, lambda: self._round(command.body))
                else:
                    self._round(command.body)
            return TRUE

        return self.scope(_BREAK, rounds)

    def _round(self, body: tuple[Command, ...]) -> Truth:
        """Run one round of a loop."""
        return self.scope(_CONTINUE, lambda: self.run(body))

    def _while(self, command: While) -> Truth:
        def rounds() -> Truth:
            for _ in range(_MOST_ROUNDS):
                reached = self.run(command.condition)
                reached = negation(reached) if command.negated else reached
                if reached == FALSE:
                    return TRUE
                if reached != TRUE:
                    length = Unknown("a loop of unknown length")
                    return self.branch(
                        reached if isinstance(reached, Unknown) else length,
                        lambda: self._round(command.body),
                    )
                self._round(command.body)
            raise Leave("exit", Unknown("a loop of the script runs too long"))

        return self.scope(_BREAK, rounds)

    def _pipeline(self, command: Pipeline) -> Truth:
        before = self.input
        result: Truth = TRUE
        try:
            for index, item in enumerate(command.commands):
                if index == len(command.commands) - 1:
                    result = self._isolated((item,)) if index else self.execute(item)
                else:
                    self.input = self._printed((item,))
        finally:
            self.input = before
        return negation(result) if command.negated else result

    def _isolated(self, body: tuple[Command, ...]) -> Truth:
        return self.apart(lambda: self.run(body))

    def _printed(self, body: tuple[Command, ...]) -> Value:
        """Run commands in a subshell; return their output."""
        result, output = self.collected(lambda: self._isolated(body))
        assert not isinstance(result, Leave)  # noqa: S101 - nothing leaves a subshell
        self.status = result
        return output
