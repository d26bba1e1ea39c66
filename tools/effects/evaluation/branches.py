"""Evaluates branches: one of two, or both under their conditions, and what is left of both.

A command may leave a function, a loop or a subshell in one branch only. What follows is then
reached through the other branch, and the result of the function, loop or subshell is that of both
ways together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.effects.evaluation.context import Call, Context
from tools.effects.evaluation.expansion import Variables
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
    reason_of,
    stored,
)

_OUTWARDS = ("continue", "break", "return", "exit")
EVERY_WAY = frozenset(_OUTWARDS)
"""What ends a subshell."""


class Leave(Exception):  # noqa: N818 - it is no error
    """``exit``, ``return``, ``break`` or ``continue``."""

    def __init__(self, kind: str, truth: Truth = TRUE) -> None:
        self.kind = kind
        self.truth = truth
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class State:
    """What commands change of a shell, as it was at a moment.

    Attributes:
        values: of variables.
        default: the value of a variable that is not set.
        positional: parameters.
        functions: that were defined.
        input: standard input.
        printed: the output so far, for each of the sinks.
        directory: the working directory.
        umask: as it is.
        unsure: as of the context.
        files: those that do not last.
    """

    values: dict[str, Stored]
    default: Value
    positional: tuple[Value, ...]
    functions: dict[str, Definition]
    input: Value
    printed: tuple[tuple[Value, ...], ...]
    directory: str
    umask: int
    unsure: dict[str, tuple[Call, str]]
    files: dict[str, tuple[str, bytes | None, str]]


@dataclass(frozen=True, slots=True)
class Departure:
    """A way out of a function, a loop or a script, under a condition.

    Attributes:
        kind: of the command that leaves.
        gone: the condition.
        truth: the result.
        state: at that moment.
    """

    kind: str
    gone: Truth
    truth: Truth
    state: State


class Branches:
    """The state of a shell, and its branches.

    Attributes:
        context: the state that commands change.
        variables: of the shell.
        functions: that were defined.
        input: standard input of the current command.
        sinks: of output; the last is that of the current command.
        changed: the last command that has changed the working directory, and the umask.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.variables = Variables({})
        self.functions: dict[str, Definition] = {}
        self.input: Value = ""
        self.sinks: list[list[Value]] = [[]]
        self.changed: dict[str, Call] = {}
        self._departures: list[Departure] = []
        self._subshells = 0

    def branch(  # noqa: PLR0911 - a case for each way to go on
        self,
        reached: Truth,
        then: Callable[[], Truth],
        otherwise: Callable[[], Truth] = lambda: TRUE,
    ) -> Truth:
        """Run branches of a truth: one of the two, or both with their conditions.

        Raises:
            Leave: both end the script, function or loop.
        """
        reached = self._decided(reached)
        if reached == TRUE:
            return then()
        if reached == FALSE:
            return otherwise()
        before, rest = self._state(), negation(reached)
        first = self._under(reached, then)
        after_first = self._state()
        self._restore(before)
        second = self._under(rest, otherwise)
        # Installation fails where a script exits so; images are of installations that succeed.
        farther = _distance(first) - _distance(second)
        if self._fails(second):
            self._restore(after_first)
            return _passed_on(first)
        if self._fails(first):
            return _passed_on(second)
        if farther > 0:
            self._depart(first, reached, after_first)
            return _passed_on(second)
        if farther < 0:
            self._depart(second, rest, self._state())
            self._restore(after_first)
            return _passed_on(first)
        self._merge(after_first, reached)
        result = _one_of(reached, _truth(first), _truth(second))
        return _passed_on(Leave(first.kind, result) if isinstance(first, Leave) else result)

    def scope(self, kinds: frozenset[str], body: Callable[[], Truth]) -> Truth:
        """Run what commands of these kinds leave; return its result, in whichever way it ends.

        Raises:
            Leave: a command of another kind.
        """
        context = self.context
        start, left, exited = len(self._departures), context.left, context.exited
        outer: Leave | None = None
        result: Truth = TRUE
        try:
            result = body()
        except Leave as leave:
            result = leave.truth
            if leave.kind not in kinds:
                outer = leave
        since = self._departures[start:]
        del self._departures[start:]
        context.left, context.exited = left, exited
        taken = [departure for departure in since if departure.kind in kinds]
        for departure in since:
            if departure.kind not in kinds:
                self._open(departure)
        if outer:
            if not taken:
                raise outer
            # It is left outwards only where it was not left before.
            if not self._fails(outer):
                stays: Truth = TRUE
                for departure in taken:
                    stays = both(stays, negation(departure.gone))
                self._depart(outer, stays, self._state())
            last = taken.pop()
            self._restore(last.state)
            result = last.truth
        for departure in reversed(taken):
            result = _one_of(departure.gone, departure.truth, result)
            self._merge(departure.state, departure.gone)
        return result

    def apart(self, body: Callable[[], Truth]) -> Truth:
        """Run a subshell; its changes of the shell's state are lost, but for its output."""
        before = self._state()
        self._subshells += 1
        try:
            return self.scope(EVERY_WAY, body)
        finally:
            self._subshells -= 1
            self.variables.values.clear()
            self.variables.values.update(before.values)
            self.variables.default = before.default
            self.variables.positional[:] = before.positional
            self.functions = before.functions
            self._return_to(before)

    def collected(self, body: Callable[[], Truth]) -> tuple[Truth | Leave, Value]:
        """Run something; return its result, or how it left, and its output."""
        start = len(self._departures)
        self.sinks.append([])
        result: Truth | Leave
        try:
            result = body()
        except Leave as leave:
            result = leave
        output, depth = joined(self.sinks.pop()), len(self.sinks)
        for departure in self._departures[start:]:
            if len(departure.state.printed) > depth:
                other = joined(list(departure.state.printed[depth]))
                if other != output:
                    output = _one_output(departure.gone, other, output)
        return result, output

    def _decided(self, reached: Truth) -> Truth:
        """Return a truth, decided if the conditions of the current command decide it."""
        if isinstance(reached, Unknown) or reached in (TRUE, FALSE):
            return reached
        here = self.context.reached()
        if both(here, reached) == FALSE:
            return FALSE
        return TRUE if both(here, negation(reached)) == FALSE else reached

    def _under(self, reached: Truth, body: Callable[[], Truth]) -> Truth | Leave:
        """Run a body under a condition; return its result, or how it left."""
        context = self.context
        guard, doubt = context.guard, context.doubt
        inner = both(guard, reached)
        if isinstance(inner, Unknown):
            context.doubt = doubt or inner.reason
        else:
            context.guard = inner
        try:
            return body()
        except Leave as leave:
            return leave
        finally:
            context.guard, context.doubt = guard, doubt

    def _fails(self, result: Truth | Leave) -> bool:
        fails = isinstance(result, Leave) and result.kind == "exit" and result.truth == FALSE
        return fails and not self._subshells

    def _depart(self, leave: Truth | Leave, reached: Truth, state: State) -> None:
        assert isinstance(leave, Leave)  # noqa: S101 - for the type alone
        context = self.context
        gone = Unknown(context.doubt) if context.doubt else both(context.guard, reached)
        self._open(Departure(leave.kind, gone, leave.truth, state))

    def _open(self, departure: Departure) -> None:
        """Record a way out that is still to be joined with the others."""
        context = self.context
        self._departures.append(departure)
        if departure.kind == "exit":
            context.exited = either(context.exited, departure.gone)
        else:
            context.left = either(context.left, departure.gone)

    def _state(self) -> State:
        return State(
            values=dict(self.variables.values),
            default=self.variables.default,
            positional=tuple(self.variables.positional),
            functions=dict(self.functions),
            input=self.input,
            printed=tuple(tuple(sink) for sink in self.sinks),
            directory=self.context.directory,
            umask=self.context.umask,
            unsure=dict(self.context.unsure),
            files=self.context.passing_files(),
        )

    def _restore(self, state: State) -> None:
        self.variables.values.clear()
        self.variables.values.update(state.values)
        self.variables.default = state.default
        self.variables.positional[:] = state.positional
        self.functions = dict(state.functions)
        self.input = state.input
        self.sinks[-1][:] = state.printed[len(self.sinks) - 1]
        self._return_to(state)
        self.context.set_passing_files(state.files)

    def _return_to(self, state: State) -> None:
        context = self.context
        context.directory, context.umask = state.directory, state.umask
        context.unsure = dict(state.unsure)

    def _merge(self, other: State, reached: Truth) -> None:
        """Join the state with another one, which holds under a condition."""
        reason = reason_of(reached)
        values, variables = self.variables.values, self.variables
        for name in other.values.keys() | values.keys():
            first, second = other.values.get(name, ""), values.get(name, "")
            if first != second:
                if isinstance(reached, Unknown):
                    values[name] = Unknown(f"${name}: {reason}")
                else:
                    values[name] = Choice(reached, first, second)
        variables.default = variables.default or other.default
        if other.positional != tuple(variables.positional):
            variables.positional[:] = [Unknown(f"the arguments: {reason}", many=True)]
        for name in other.functions.keys() | self.functions.keys():
            one, two = other.functions.get(name), self.functions.get(name)
            if one is not two:
                self.functions[name] = Fork(reached, one, two)
        if other.input != self.input:
            self.input = Unknown(f"what was read: {reason}")
        sink = self.sinks[-1]
        printed = joined(list(other.printed[len(self.sinks) - 1])), joined(sink)
        if printed[0] != printed[1]:
            sink[:] = [_one_output(reached, *printed)]
        unsure = self.context.unsure = other.unsure | self.context.unsure
        if other.directory != self.context.directory and "directory" in self.changed:
            unsure["directory"] = self.changed["directory"], reason
        if other.umask != self.context.umask and "umask" in self.changed:
            unsure["umask"] = self.changed["umask"], reason
        self.context.merge_passing_files(other.files, reason)


def _one_of(reached: Truth, first: Truth, second: Truth) -> Truth:
    if first == second:
        return first
    return either(both(reached, first), both(negation(reached), second))


def _distance(result: Truth | Leave) -> int:
    """Return how far a command leaves; less than nothing if it does not."""
    return _OUTWARDS.index(result.kind) if isinstance(result, Leave) else -1


def _truth(result: Truth | Leave) -> Truth:
    return result.truth if isinstance(result, Leave) else result


def _passed_on(result: Truth | Leave) -> Truth:
    if isinstance(result, Leave):
        raise result
    return result


def _one_output(reached: Truth, first: Value, second: Value) -> Unknown:
    reason = f"what was printed: {reason_of(reached)}"
    if isinstance(reached, Unknown):
        return Unknown(reason)
    return Unknown(reason, choice=Choice(reached, stored(first), stored(second)))
