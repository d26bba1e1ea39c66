"""Defines the provider that carries known vulnerabilities."""

visibility("//...")

AdvisoriesInfo = provider(
    doc = """\
The known vulnerabilities of an image or a lock.

Made by `advisories` and `advisory_test`; read by `image_report`.
""",
    fields = {
        "findings": "File. JSON: the findings that count, and those that do not, with reasons.",
    },
)
