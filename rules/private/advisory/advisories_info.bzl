"""Defines the provider that carries known vulnerabilities."""

visibility("//...")

AdvisoriesInfo = provider(
    doc = """\
Which known vulnerabilities an image or a lock has.

Made by `advisories` and `advisory_test`; read by `image_report`.
""",
    fields = {
        "findings": "File. JSON: what counts, what does not and why.",
    },
)
