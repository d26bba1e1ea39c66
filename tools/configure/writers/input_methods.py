"""What gtk-query-immodules-3.0(1) makes: which input methods GTK has, and for which languages.

It loads each module and asks it. This writer knows the modules of GTK itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_MODULES = {
    "im-am-et.so": ("am_et", "Amharic (EZ+)", "am"),
    "im-broadway.so": ("broadway", "Broadway", ""),
    "im-cedilla.so": ("cedilla", "Cedilla", "az:ca:co:fr:gv:oc:pt:sq:tr:wa"),
    "im-cyrillic-translit.so": ("cyrillic_translit", "Cyrillic (Transliterated)", ""),
    "im-inuktitut.so": ("inuktitut", "Inuktitut (Transliterated)", "iu"),
    "im-ipa.so": ("ipa", "IPA", ""),
    "im-multipress.so": ("multipress", "Multipress", ""),
    "im-thai.so": ("thai", "Thai-Lao", "lo:th"),
    "im-ti-er.so": ("ti_er", "Tigrigna-Eritrean (EZ+)", "ti"),
    "im-ti-et.so": ("ti_et", "Tigrigna-Ethiopian (EZ+)", "ti"),
    "im-viqr.so": ("viqr", "Vietnamese (VIQR)", ""),
    "im-wayland.so": ("wayland", "Wayland", ""),
    "im-xim.so": ("xim", "X Input Method", "ko:ja:th:zh"),
}
_HEADER = """\
# GTK+ Input Method Modules file
# Automatically generated file, do not edit
# Created by {program} from gtk+-{version}
#
# ModulesPath = {path}
#
"""


def write(image: Image) -> None:
    """Write the cache of each directory of modules."""
    root = image.root
    versions = [each.version for each in image.packages if each.name.startswith("libgtk-3-0")]
    version = versions[0].rpartition(":")[2].partition("-")[0] if versions else ""
    for triplet in root.names("usr/lib"):
        library = f"/usr/lib/{triplet}/gtk-3.0"
        directory = f"{library}/3.0.0/immodules"
        names = [name for name in root.names(directory[1:]) if name in _MODULES]
        if not names:
            continue
        places = (f"{base}{system}" for base in ("/3.0.0", "") for system in ("/linux", ""))
        text = _HEADER.format(
            program=f"/usr/lib/{triplet}/libgtk-3-0t64/gtk-query-immodules-3.0",
            version=version,
            path=":".join(f"{library}{place}/immodules" for place in places),
        )
        for name in names:
            context, title, languages = _MODULES[name]
            text += f'"{directory}/{name}" \n'
            text += f'"{context}" "{title}" "gtk30" "/usr/share/locale" "{languages}" \n\n'
        root.write(f"{library}/3.0.0/immodules.cache", text.encode())
