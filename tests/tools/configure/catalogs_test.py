"""Writers of catalogs and lists: the same as the tools of Debian make of the same packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.tools.configure.configuration_fragment_test import configure, package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Fragment, Workbench

_HEADER = '<?xml version="1.0"?>\n<catalog>\n'
_DTD = "/usr/share/xml/x/catalog.xml"


def command(name: str, *arguments: str) -> dict[str, Any]:
    """Return a call of a tool."""
    return {"kind": "command", "name": name, "arguments": list(arguments)}


def made(workbench: Workbench, *packages: Fragment, effect: str) -> dict[str, str]:
    """Return the files that configuring packages adds, and the targets of links."""
    fragment = configure(workbench, *packages, effects=("files", effect))
    return {
        entry["path"]: entry.get("target") or fragment.content(entry["path"]).decode()
        for entry in fragment.facts["entries"]
        if entry["type"] != "directory"
    }


def test_catalogs_of_xml(workbench: Workbench) -> None:
    core = package(
        workbench,
        "xml-core",
        Entry("usr/share/xml-core/catalog.header", _HEADER.encode()),
        Entry("usr/share/xml-core/catalog.footer", b"</catalog>\n"),
    )
    add = ("--sort", "--add", "--package", "x")
    x = package(
        workbench,
        "x",
        effects=(
            command("update-xmlcatalog", *add, "--type", "system", "--id", "u", "--local", _DTD),
            command("update-xmlcatalog", *add, "--type", "public", "--id", "p", "--local", _DTD),
            command("update-xmlcatalog", *add, "--type", "uri", "--id", "n", "--local", _DTD),
            command("update-xmlcatalog", *add, "--type", "public", "--id", "p", "--root"),
        ),
    )
    public = f'delegatePublic publicIdStartString="p"><catalog="file://{_DTD}">'
    assert made(workbench, core, x, effect="xml_catalogs") == {
        "etc/xml/catalog": f'{_HEADER}<delegatePublic publicIdStartString="p"'
        ' catalog="file:///etc/xml/x.xml"/>\n</catalog>\n',
        "etc/xml/x.xml": f"{_HEADER}"
        f'<delegatePublic publicIdStartString="p" catalog="file://{_DTD}"/>\n'
        f'<delegateSystem systemIdStartString="u" catalog="file://{_DTD}"/>\n'
        f'<delegateURI uriStartString="n" catalog="file://{_DTD}"/>\n</catalog>\n',
        "var/lib/xml-core/catalog": '<delegatePublic publicIdStartString="p">'
        '<catalog="file:///etc/xml/x.xml">\n',
        "var/lib/xml-core/x": f"<{public}\n"
        f'<delegateSystem systemIdStartString="u"><catalog="file://{_DTD}">\n'
        f'<delegateURI uriStartString="n"><catalog="file://{_DTD}">\n',
    }


def test_catalogs_of_sgml(workbench: Workbench) -> None:
    base = package(
        workbench, "sgml-base", Entry("usr/share/sgml-base/catalog.centralized", b"-- x --\n")
    )
    x = package(
        workbench,
        "x",
        Entry("usr/share/sgml/x/catalog", b""),
        Entry("etc/sgml/lacks.cat", b"BASE /usr/share/sgml\nCATALOG 'nothing'\n"),
        Entry("etc/sgml/whole.cat", b"-- CATALOG none --\nCATALOG /usr/share/sgml/x/catalog\n"),
        effects=(
            command("update-catalog", "--add", "/etc/sgml/x.cat", "/usr/share/sgml/x/catalog"),
        ),
    )
    found = made(workbench, base, x, effect="sgml_catalogs")
    assert found["etc/sgml/x.cat"] == "-- x --\nCATALOG /usr/share/sgml/x/catalog\n"
    listed = found["var/lib/sgml-base/supercatalog"].splitlines()
    assert listed[4:] == ["CATALOG /etc/sgml/whole.cat", "CATALOG /etc/sgml/x.cat"]


def test_the_first_word_list_by_name(workbench: Workbench) -> None:
    lists = {"deutsch (New German)": "ngerman", "american (American English)": "american-english"}
    packages = [
        package(
            workbench,
            name,
            Entry(
                f"var/lib/dictionaries-common/wordlist/{name}",
                f"Language: {language}\nHash-Name: {name}\n".encode(),
            ),
        )
        for language, name in lists.items()
    ]
    assert made(workbench, *packages, effect="word_lists") == {}
    common = package(workbench, "dictionaries-common")
    assert made(workbench, common, *packages, effect="word_lists") == {
        "etc/dictionaries-common/words": "/usr/share/dict/american-english",
        "usr/share/dict/words": "/etc/dictionaries-common/words",
    }


def test_tables_that_postfix_reads(workbench: Workbench) -> None:
    header, cdb, mysql = "# type\n", "cdb\tpostfix-cdb.so\tx\n", "mysql\tpostfix-mysql.so\tx\n"
    known = (header + cdb + mysql).encode()
    postfix = package(workbench, "postfix", Entry("usr/share/postfix/dynamicmaps.cf", known))
    tables = package(
        workbench, "tables", effects=(command("addmap", "mysql"), command("addmap", "no"))
    )
    assert made(workbench, postfix, tables, effect="postfix") == {
        "etc/postfix/dynamicmaps.cf": header + mysql
    }
    assert made(workbench, tables, effect="postfix") == {}


def test_fonts_of_ghostscript(workbench: Workbench) -> None:
    fonts = package(
        workbench,
        "fonts-x",
        Entry("etc/ghostscript/fontmap.d/20x.conf", b"/X (x) ;\n"),
        Entry("etc/ghostscript/fontmap.d/10a.conf", b"/A (a) ;\n"),
        Entry("etc/ghostscript/fontmap.d/README", b"none"),
    )
    assert made(workbench, fonts, effect="ghostscript") == {}
    program = package(workbench, "ghostscript", Entry("usr/sbin/update-gsfontmap", b""))
    assert made(workbench, fonts, program, effect="ghostscript") == {
        "var/lib/ghostscript/fonts/Fontmap": "/A (a) ;\n/X (x) ;\n",
        "var/lib/ghostscript/fonts/cidfmap": "",
    }


def test_types_of_desktop_entries(workbench: Workbench) -> None:
    entry = b"[Desktop Entry]\nMimeType=text/x;a/b;\n[Desktop Action new]\nMimeType=c/d;\n"
    x = package(
        workbench,
        "x",
        Entry("usr/share/applications/x.desktop", entry),
        Entry("usr/share/applications/kde/a.desktop", b"[Desktop Entry]\nMimeType = text/x\n"),
    )
    assert made(workbench, x, effect="desktop_types") == {}
    utils = package(workbench, "desktop-file-utils", Entry("usr/bin/update-desktop-database", b""))
    assert made(workbench, x, utils, effect="desktop_types") == {
        "usr/share/applications/mimeinfo.cache": "[MIME Cache]\na/b=x.desktop;\n"
        "text/x=kde-a.desktop;x.desktop;\n"
    }


def test_settings_of_lighttpd_and_those_that_they_need(workbench: Workbench) -> None:
    available = "etc/lighttpd/conf-available"
    server = package(
        workbench,
        "lighttpd",
        Entry(f"{available}/15-php.conf", b"# -*- depends: fastcgi -*-\n"),
        Entry(f"{available}/10-fastcgi.conf"),
        Entry(f"{available}/10-cgi.conf"),
        effects=(command("lighty-enable-mod", "php"),),
    )
    assert made(workbench, server, effect="lighttpd") == {
        "etc/lighttpd/conf-enabled/10-fastcgi.conf": "../conf-available/10-fastcgi.conf",
        "etc/lighttpd/conf-enabled/15-php.conf": "../conf-available/15-php.conf",
    }


def test_input_methods_of_gtk(workbench: Workbench) -> None:
    directory = "usr/lib/x-gnu/gtk-3.0/3.0.0"
    gtk = package(
        workbench,
        "libgtk-3-0t64",
        Entry(f"{directory}/immodules/im-thai.so"),
        Entry(f"{directory}/immodules/im-of-others.so"),
        effects=(command("gtk-query-immodules-3.0", "--update-cache"),),
    )
    text = made(workbench, gtk, effect="input_methods")[f"{directory}/immodules.cache"]
    assert text.startswith("# GTK+ Input Method Modules file\n")
    assert text.endswith(
        f'#\n"/{directory}/immodules/im-thai.so" \n'
        '"thai" "Thai-Lao" "gtk30" "/usr/share/locale" "lo:th" \n\n'
    )


def test_programs_that_show_types_of_files(workbench: Workbench) -> None:
    mailcap = package(
        workbench,
        "mailcap",
        Entry("usr/sbin/update-mime", b"", 0o755),
        Entry("usr/lib/mime/mailcap", b"# mailcap\n# -----  User Section Ends  ----- #\n"),
        Entry("usr/lib/mime/packages/tar", b"application/x-tar; tar tvf %s ; priority=1\n"),
        Entry("usr/lib/mime/packages/util", b"# pager\ntext/*; more %s\ntext/plain; less %s\n"),
        Entry("usr/lib/mime/packages/web", b"text/html; browser %s; priority=6; copiousoutput\n"),
        Entry(
            "usr/share/applications/draw.desktop",
            b"[Desktop Entry]\nName=Draw\nExec=draw %U\nMimeType=image/png;image/gif;\n",
        ),
        effects=(command("update-mime", "--triggered"),),
    )
    lines = made(workbench, mailcap, effect="mailcap")["etc/mailcap"].splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "text/html; browser %s; copiousoutput",
        "text/plain; less %s",
        'image/png; draw %s; test=test -n "$DISPLAY"',
        'image/gif; draw %s; test=test -n "$DISPLAY"',
        "text/*; more %s",
        "application/x-tar; tar tvf %s",
    ]
