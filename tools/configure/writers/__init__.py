"""Writers of files that tools and triggers make for a whole image: one module each.

A writer is imported only for images that need it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.configure.image import Image


class Writer:
    """When a writer runs.

    Attributes:
        module: its name; it has a function ``write(image)``.
        commands: the tools whose work it does.
        instead_of: packages whose scripts do only what it does.
    """

    __slots__ = ("_directories", "commands", "instead_of", "module")

    def __init__(
        self,
        module: str,
        *,
        directories: tuple[str, ...] = (),
        commands: tuple[str, ...] = (),
        instead_of: tuple[str, ...] = (),
    ) -> None:
        """Describe a writer.

        Args:
            module: its name.
            directories: it is asked when the packages bring something below one of these,
            commands: or call one of these tools.
            instead_of: packages whose scripts do only what it does.
        """
        self.module = module
        self._directories = directories
        self.commands = commands
        self.instead_of = instead_of

    def concerns(self, image: Image) -> bool:
        """Return whether the packages of an image have files for the writer."""
        return any(command in image.commands for command in self.commands) or (
            bool(self._directories) and image.root.own_below(*self._directories)
        )


WRITERS: Mapping[str, Writer] = {
    "ld_so_cache": Writer(
        "libraries", commands=("ldconfig",), directories=("usr/lib", "etc/ld.so.conf.d")
    ),
    "certificates": Writer(
        "certificates",
        commands=("update-ca-certificates",),
        directories=("usr/share/ca-certificates", "usr/local/share/ca-certificates", "usr/lib/jvm"),
        instead_of=("ca-certificates",),
    ),
    "apache": Writer("apache", commands=("a2enmod", "a2enconf", "a2ensite", "a2dismod")),
    "php": Writer("php", commands=("phpenmod",), directories=("usr/lib/php",)),
    "graphviz": Writer("graphviz", commands=("libgvc6-config-update",)),
    "input_methods": Writer("input_methods", commands=("gtk-query-immodules-3.0",)),
    "lighttpd": Writer("lighttpd", commands=("lighty-enable-mod",)),
    "pam": Writer(
        "pam",
        commands=("pam-auth-update",),
        directories=("usr/share/pam-configs",),
        instead_of=("libpam-runtime",),
    ),
    "perl_sax": Writer("perl_sax", commands=("update-perl-sax-parsers",)),
    "postfix": Writer("postfix", commands=("addmap",)),
    "desktop_types": Writer(
        "desktop_types",
        commands=("update-desktop-database",),
        directories=("usr/share/applications",),
    ),
    "dictd": Writer("dictd", commands=("dictdconfig",)),
    "ghostscript": Writer(
        "ghostscript", commands=("update-gsfontmap",), directories=("etc/ghostscript",)
    ),
    "mailcap": Writer("mailcap", commands=("update-mime",), directories=("usr/lib/mime/packages",)),
    "mime_types": Writer(
        "mime_types",
        commands=("update-mime-database",),
        directories=("usr/share/mime/packages",),
    ),
    "gio_modules": Writer("gio_modules", commands=("gio-querymodules",)),
    "pixbuf_loaders": Writer("pixbuf_loaders", commands=("gdk-pixbuf-query-loaders",)),
    "schemas": Writer(
        "schemas",
        commands=("glib-compile-schemas",),
        directories=("usr/share/glib-2.0/schemas",),
    ),
    "sgml_catalogs": Writer(
        "sgml_catalogs", commands=("update-catalog",), directories=("etc/sgml",)
    ),
    "shells": Writer("shells", commands=("update-shells",), directories=("usr/share/debianutils",)),
    "word_lists": Writer(
        "word_lists",
        commands=("update-default-wordlist",),
        directories=("var/lib/dictionaries-common/wordlist",),
    ),
    "xml_catalogs": Writer("xml_catalogs", commands=("update-xmlcatalog",)),
}
"""By the name of the effect."""

UNNEEDED: Mapping[str, str] = {
    "fc-cache": "fontconfig reads the fonts themselves when it has no cache",
    "gtk-update-icon-cache": "GTK reads the icons themselves when it has no cache",
    "update-icon-caches": "GTK reads the icons themselves when it has no cache",
    "update-rc.d": "no init system runs in a container",
    "update-dictcommon-aspell": "only editors read its list of dictionaries",
    "update-dictcommon-hunspell": "only editors read its list of dictionaries",
    "update-default-ispell": "only editors read the default dictionary of ispell",
    "vlc-cache-gen": "VLC reads its plug-ins themselves when it has no cache",
    "update-xapian-index": "only apt-xapian-index reads it",
    "mandb": "only whatis and apropos read its index of manual pages",
}
"""Tools whose results images do without, and why."""

_TEX = "TeX makes it itself: run fmtutil-sys --all and mktexlsr in a container, and ship the result"
_DICTIONARY = "it compiles dictionaries with the program itself: hunspell's need no compiling"
_X_FONTS = "only X servers read it; programs with fontconfig find fonts without it"
_TABLE = "it makes a database of a mail server: run it when the container starts"
NOT_MADE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "fmtutil", "fmtutil-sys", "mktexlsr", "texhash", "update-fmtutil", "update-language",
            "update-texmf", "update-texmf-config", "update-updmap", "updmap", "updmap-sys",
        ),
        _TEX,
    ),
    **dict.fromkeys(("aspell-autobuildhash", "ispell-autobuildhash"), _DICTIONARY),
    **dict.fromkeys(
        (
            "mkfontdir", "mkfontscale", "update-fonts-alias", "update-fonts-dir",
            "update-fonts-scale",
        ),
        _X_FONTS,
    ),
    **dict.fromkeys(("newaliases", "postalias", "postmap"), _TABLE),
}  # fmt: skip
"""Tools whose results images lack, and what to do about it."""


def report_unknown(image: Image) -> None:
    """Record the calls of tools whose results no writer makes."""
    known = {command for writer in WRITERS.values() for command in writer.commands}
    for name, effects in sorted(image.commands.items()):
        if name not in known and name not in UNNEEDED:
            reported = set()
            for effect in effects:
                if effect["package"] not in reported:
                    reported.add(effect["package"])
                    reason = NOT_MADE.get(name, f"nothing makes what {name} makes")
                    image.skipped(effect["package"], effect, reason)
