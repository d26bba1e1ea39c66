"""Commands whose results an image must not have: each with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.effects.commands.text import NAME_OF_MACHINE, printed
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown
from tools.effects.services import REASON as SERVICE

_BY_REASON: Mapping[str, str] = {
    "a key in an image is no secret: make it when the container starts": """
        make-ssl-cert dropbearkey certtool rndc-confgen puttygen gen-auth-cookie dropbearconvert
        mandos-keygen ovs-pki readOrCreatePasswords twadmin getcert
    """,
    "the id of a machine is not of an image: make it when the container starts": """
        dbus-uuidgen systemd-machine-id-setup
    """,
    "a database is data, not configuration: make it when the container starts": """
        dbc_go ejabberdctl mysql mariadb psql rabbitmqctl lpadmin mariadb-install-db
        mysql_install_db pg_createcluster configure_version initdb smbpasswd kdb5_util
        saslpasswd2 slapadd sqlite3
    """,
}


def is_left(reason: str) -> bool:
    """Return whether the reason is that each container does it for itself."""
    return reason == SERVICE or reason.endswith((*_BY_REASON, NAME_OF_MACHINE))


def _unmade(reason: str) -> Handler:
    def handler(context: Context, call: Call) -> Result:
        context.fail(call, reason)
        return Result(output=Unknown(f"the output of {call.name}"))

    return handler


_SECRET = _unmade(next(iter(_BY_REASON)))
# Without an option that names an output file, these only print, or set their status.
_OPENSSL_PRINTS = frozenset(
    {"version", "x509", "verify", "dgst", "passwd", "rand", "enc", "crl", "asn1parse", "base64"}
)
_WRITES = re.compile(r"-(?:out|keyout|signkey|CA.*)")


def _openssl(context: Context, call: Call) -> Result:
    """openssl(1)."""
    words = call.arguments
    if words[:1] and words[0] in _OPENSSL_PRINTS and not any(map(_WRITES.match, words)):
        return printed(context, call)
    return _SECRET(context, call)


def _ssh_keygen(context: Context, call: Call) -> Result:
    """ssh-keygen(1): with these options it only reads a key, or a list of keys."""
    if any(re.fullmatch(r"-[a-zA-Z]*[lyFBDH]", word) for word in call.arguments):
        return printed(context, call)
    return _SECRET(context, call)


def _certutil(context: Context, call: Call) -> Result:
    """certutil(1) of NSS: ``-L`` and ``-K`` list."""
    if {"-L", "-K"} & set(call.arguments):
        return printed(context, call)
    return _SECRET(context, call)


UNMADE: Mapping[str, Handler] = {
    **{name: _unmade(reason) for reason, names in _BY_REASON.items() for name in names.split()},
    "openssl": _openssl,
    "ssh-keygen": _ssh_keygen,
    "certutil": _certutil,
}
"""The commands of this topic."""
