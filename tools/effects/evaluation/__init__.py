"""Evaluates maintainer scripts without running them: static parts are computed.

Knows the state of a first installation. Must not know single commands beyond the shell's own:
those are in ``commands``. Other parts are unknown values, each with a reason.
"""
