"""Errors about a registry that a user can see."""

from __future__ import annotations

from tools.errors import PlinthError


class RegistryError(PlinthError):
    """A registry refused, or could not be reached.

    Attributes:
        registry: host and port.
        status: HTTP status of the answer; 0 if there was none.
        codes: error codes of the answer (distribution spec, "Error Codes").
        retry_after: seconds that the registry asks us to wait.
        final: another attempt would fail in the same way, or there were enough attempts.
    """

    def __init__(  # noqa: PLR0913 - data of the error
        self,
        registry: str,
        problem: str,
        remedy: str = "",
        *,
        status: int = 0,
        codes: tuple[str, ...] = (),
        retry_after: float = 0.0,
        final: bool = False,
    ) -> None:
        self.registry = registry
        self.status = status
        self.codes = codes
        self.retry_after = retry_after
        self.final = final
        super().__init__(f"{registry}: {_printable(problem)}" + (f"\n  {remedy}" if remedy else ""))


def malformed(registry: str, problem: str) -> RegistryError:
    """Return the error of an answer that violates a specification, and would do so again."""
    return RegistryError(registry, problem, "ask who runs the registry", final=True)


def _printable(text: str) -> str:
    """Return a text in which a registry cannot hide control sequences for the terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else repr(character)[1:-1]
        for character in text[:_LONGEST_SHOWN]
    )


_LONGEST_SHOWN = 2000
