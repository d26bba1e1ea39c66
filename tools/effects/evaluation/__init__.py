"""Evaluates maintainer scripts without running them: what is static is computed.

Knows what a first installation looks like. Must not know single commands beyond the shell's own:
those are in ``commands``. What is not static is unknown, and says why.
"""
