"""apache2-maintscript-helper and a2query(1): what packages enable in Apache, and ask of it."""

from __future__ import annotations

from collections.abc import Mapping

from tools.effects.commands.debian import UPGRADES, has_unknown_argument
from tools.effects.effect import Command
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import FALSE, TRUE, Unknown

_ENABLED = (
    "mpm_event", "authz_host", "auth_basic", "access_compat", "authn_file", "authz_user", "alias",
    "dir", "autoindex", "env", "mime", "negotiation", "setenvif", "filter", "deflate", "status",
    "reqtimeout", "authn_core", "authz_core",
)  # fmt: skip
"""What the package apache2 enables when it is first installed, and what those modules need."""


def _invoke(context: Context, call: Call) -> Result:
    """``apache2_invoke enmod NAME``."""
    if has_unknown_argument(context, call):
        return Result()
    words = call.arguments
    if len(words) >= 2 and words[0].startswith("en"):
        context.emit(call, Command, f"a2{words[0]}", ("-m", words[1]))
        return Result()
    return context.needless(call, UPGRADES)


def _switch_mpm(context: Context, call: Call) -> Result:
    """``apache2_switch_mpm NAME``: one way to process requests in place of another."""
    if has_unknown_argument(context, call):
        return Result()
    if len(call.arguments) != 1:
        context.fail(call, "its arguments are not understood")
        return Result()
    name = f"mpm_{call.arguments[0].removeprefix('mpm_')}"
    if name not in _ENABLED:
        context.emit(call, Command, "a2dismod", ("-m", _ENABLED[0]))
        context.emit(call, Command, "a2enmod", ("-m", name))
    return Result()


def _query(context: Context, call: Call) -> Result:
    """Answer as for Apache at its first installation."""
    words = call.arguments
    if words == ("-M",):
        return Result(output=_ENABLED[0].removeprefix("mpm_") + "\n")
    if words == ("-m",):
        return Result(
            output="".join(f"{name} (enabled by maintainer script)\n" for name in _ENABLED)
        )
    if len(words) == 2 and words[0] == "-m":
        return Result(TRUE if words[1] in _ENABLED else FALSE)
    return _asked(context, call)


def _asked(_: Context, __: Call) -> Result:
    unknown = Unknown("how Apache is set up")
    return Result(unknown, unknown)


APACHE: Mapping[str, Handler] = {
    "a2query": _query,
    "apache2_has_module": _asked,
    "apache2_invoke": _invoke,
    "apache2_needs_action": _asked,
    "apache2_switch_mpm": _switch_mpm,
}
"""The commands of this topic."""
