"""Defines the provider that describes a Python program."""

visibility("//...")

PythonProgramInfo = provider(
    doc = """\
The parts of a Python program or library, without the interpreter and the launcher.

Made by `python_program_aspect` for every target with `PyInfo`; `python_layers` reads it.
""",
    fields = {
        "imports": "Depset of String. Directories to import from, relative to the runfiles.",
        "main": "File, or None. The script that the program begins with.",
        "main_module": "String. The module that the program begins with, if it names one.",
        "runfiles": "`runfiles`. Sources, dependencies and data.",
    },
)
