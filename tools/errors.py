"""The base class of every error that a user can see."""

import time


class PlinthError(Exception):
    """An input of the user, or an answer of a mirror, is wrong.

    ``str(error)`` is the whole message for the user: what is wrong, where, and (in a last line
    that starts with two spaces) what to do about it. A program prints it after ``error: `` and
    ends with status 1; it never shows a traceback for it.
    """

    def __str__(self) -> str:
        """Return the message in a form that is safe on every terminal."""
        return printable(super().__str__())

    def __reduce__(self) -> tuple[object, ...]:
        """Make the error picklable, whatever the arguments of its class."""
        return _made_again, (type(self), self.args, self.__dict__)


def printable(text: str) -> str:
    """Return a text of several lines from outside in a form that is safe on every terminal."""
    if text.isascii() and text.isprintable():
        return text
    # Not only control characters: others are invisible, or reverse a line.
    return "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text
    )


def _made_again(
    kind: type[PlinthError], args: tuple[object, ...], data: dict[str, object]
) -> PlinthError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(data)
    return error


def is_clock_right() -> str:
    """Return the question to ask when something has expired, or is from the future."""
    return f"Is your clock right? It says {time.strftime('%Y-%m-%d', time.gmtime(time.time()))}."


class FormatError(PlinthError):
    """A text or a file breaks the format that Debian documents for it.

    Attributes:
        what: the kind of thing that was read, such as ``version``.
        text: the offending text, shortened for display.
        problem: what is wrong with it.
    """

    def __init__(self, what: str, text: str, problem: str) -> None:
        self.what = what
        text = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
        self.text = text.replace("\n", "\\n")
        self.problem = problem
        super().__init__(f'invalid {what} "{self.text}": {problem}')


_LONGEST_SHOWN = 120
