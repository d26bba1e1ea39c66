"""Hostile inputs for everything that reads what comes from outside.

The law: a reader returns, or raises the project's own error (``tools/errors.py``), soon and in
little memory. Never another exception, and never a file outside of its directory.

``corpus`` has small sound inputs; ``targets`` says who reads them; ``mutation`` makes hostile ones
of them. ``fuzz_test`` tries some in each build, always the same;
``./bazelw run //tests/fuzz -- 60`` tries others for an hour. What it finds becomes a test of
the room that it is in.

A new reader gets a target: a function, sound inputs, and the words of its format.
"""
