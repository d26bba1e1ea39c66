"""All commands that are known, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tools.effects.commands.accounts import ACCOUNTS
from tools.effects.commands.apache import APACHE
from tools.effects.commands.debconf import DEBCONF
from tools.effects.commands.debian import DEBIAN
from tools.effects.commands.files import FILES
from tools.effects.commands.filters import FILTERS
from tools.effects.commands.grep import GREP
from tools.effects.commands.listing import LISTING
from tools.effects.commands.needless import NEEDLESS
from tools.effects.commands.odbc import ODBC
from tools.effects.commands.sed import SED
from tools.effects.commands.text import TEXT
from tools.effects.commands.unmade import UNMADE
from tools.effects.effect import Command
from tools.effects.evaluation.builtins import BUILTINS
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Builtin, Handler
from tools.effects.evaluation.values import Unknown

_KNOWN_RESULTS_TEXT = """
    a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite addmap add-shell aspell-autobuildhash
    dconf
    dictdconfig fc-cache fmtutil fmtutil-sys gdk-pixbuf-query-loaders ghc-pkg gio-querymodules
    glib-compile-schemas gtk-query-immodules-2.0 gtk-query-immodules-3.0 gtk-update-icon-cache
    gtk-update-icon-cache-3.0 gtk4-query-immodules ispell-autobuildhash jks-keystore ldconfig
    libgvc6-config-update
    lighty-enable-mod mkfontdir mkfontscale mktexlsr newaliases pam-auth-update phpdismod
    phpenmod postalias postmap remove-shell select-default-ispell select-default-iwrap
    select-default-wordlist texhash update-anthy-dics update-ca-certificates
    update-ca-certificates-fresh update-canna-dics_dir update-catalog update-cracklib
    update-default-aspell update-default-hunspell update-default-ispell update-default-wordlist
    update-desktop-database update-dictcommon-aspell update-dictcommon-hunspell
    update-dictcommon-ispell update-dictcommon-wordlist update-exim4.conf update-inetd
    update-fmtutil update-fonts-alias update-fonts-dir update-fonts-scale update-gs-fontmap
    update-gsfontmap update-icon-caches update-java-alternatives update-language
    update-locale update-mime
    update-mime-database update-perl-sax-parsers update-shells update-texmf update-texmf-cnf
    update-texmf-config update-updmap update-xapian-index update-xmlcatalog updmap updmap-sys
    vlc-cache-gen xmlcatalog
"""
KNOWN_RESULTS = frozenset(_KNOWN_RESULTS_TEXT.split())
"""Tools whose result is a file in a known format, which a writer makes for the whole image."""

_OF_THE_WHOLE_IMAGE = frozenset(
    """
    gdk-pixbuf-query-loaders gio-querymodules glib-compile-schemas fc-cache gtk-update-icon-cache
    libgvc6-config-update pam-auth-update
    update-mime-database ldconfig mktexlsr texhash update-fonts-dir update-fonts-scale mkfontdir
    gtk-query-immodules-2.0 gtk-query-immodules-3.0 update-xmlcatalog update-catalog
    """.split()  # noqa: SIM905 - a list of names reads better as text
)


def _known(context: Context, call: Call) -> Result:
    unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
    if unknown and call.name not in _OF_THE_WHOLE_IMAGE:
        context.fail(call, f"an argument is unknown: {unknown.reason}")
    else:
        text = call.input if isinstance(call.input, str) else ""
        context.emit(call, Command, call.name, call.arguments, text)
    return Result(output=Unknown(f"the output of {call.name}", made=True))


def _needless(context: Context, call: Call) -> Result:
    result = context.needless(call, NEEDLESS[call.name])
    return Result(result.truth, Unknown(f"the output of {call.name}"))


COMMANDS: Mapping[str, Handler] = {
    **dict.fromkeys(KNOWN_RESULTS, _known),
    **dict.fromkeys(NEEDLESS, _needless),
    **TEXT,
    **GREP,
    **FILTERS,
    **UNMADE,
    **SED,
    **ODBC,
    **FILES,
    **ACCOUNTS,
    **APACHE,
    **DEBIAN,
}
"""Programs by name."""

SHELL_COMMANDS: Mapping[str, Builtin] = {**BUILTINS, **DEBCONF, **LISTING}
"""Commands that change the state of the shell, by name."""
