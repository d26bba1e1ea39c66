"""What users read when something is refused, as a page."""

from __future__ import annotations

from tests.refusals.table import Refusal, Topic, read_table

_ABOUT = """\
What is said when something is refused, after which mistake, and what to do about it. Tests make
every mistake on this page and compare the message.

`//app` is your package, and `<…>` is text that differs. Above the message of a rule or of a module
extension, Bazel 7 and 8 print a traceback: read the sentence after `Error in fail:`. Messages about
packages and wheels have no traceback: read what follows `doesn't match this configuration`."""


def messages_page() -> str:
    """Return the page."""
    parts = ["# Messages", _ABOUT, *(_topic(topic) for topic in read_table())]
    return "\n\n".join(part for part in parts if part) + "\n"


def _topic(topic: Topic) -> str:
    refusals = [_refusal(each) for each in topic.refusals if not each.hidden]
    return "\n\n".join([f"## {topic.title}", *refusals]) if refusals else ""


def _refusal(refusal: Refusal) -> str:
    message = refusal.message.strip("\n")
    return f"### {refusal.mistake}\n\n```text\n{message}\n```\n\n{refusal.cure}"
