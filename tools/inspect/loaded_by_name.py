"""What libraries load or read by name, which no ``NEEDED`` entry shows.

Notes, not failures: a program may link a library and never use the part that needs the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tools.inspect.problem import Problem
from tools.layer.path_policy import Glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.dynamic_linker import Object
    from tools.inspect.image_facts import ImageFacts


class _Known(NamedTuple):
    """A library, and the files that it looks for.

    Attributes:
        library: its soname.
        wants: globs, of which one must match a file.
        what: what that is.
        cure: what to do.
        given: a glob; if it matches nothing, the library looks for nothing.
    """

    library: str
    wants: tuple[str, ...]
    what: str
    cure: str
    given: str = ""


_KNOWN = (
    _Known(
        "libQt5Gui.so.5",
        ("usr/lib/*/qt5/plugins/platforms/*.so", "**/plugins/platforms/*.so"),
        "a platform plug-in, without which no window opens and QGuiApplication aborts",
        "add libqt5gui5t64 whole, or set QT_QPA_PLATFORM_PLUGIN_PATH",
    ),
    _Known(
        "libQt6Gui.so.6",
        ("usr/lib/*/qt6/plugins/platforms/*.so", "**/plugins/platforms/*.so"),
        "a platform plug-in, without which no window opens and QGuiApplication aborts",
        "add qt6-qpa-plugins, or set QT_QPA_PLATFORM_PLUGIN_PATH",
    ),
    _Known(
        "libgdk_pixbuf-2.0.so.0",
        ("usr/lib/*/gdk-pixbuf-2.0/2.10.0/loaders.cache",),
        "loaders.cache, without which it reads no formats but those built in",
        "it is generated from the loaders of the image: see docs on maintainer scripts",
        "usr/lib/*/gdk-pixbuf-2.0/2.10.0/loaders/*.so",
    ),
    _Known(
        "libgio-2.0.so.0",
        ("usr/share/glib-2.0/schemas/gschemas.compiled",),
        "gschemas.compiled, without which programs with settings abort",
        "it is generated from the schemas of the image: see docs on maintainer scripts",
        "usr/share/glib-2.0/schemas/*.gschema.xml",
    ),
    _Known(
        "libfontconfig.so.1",
        ("etc/fonts/fonts.conf",),
        "etc/fonts/fonts.conf",
        "add fontconfig-config, and a package of fonts",
    ),
    _Known(
        "libmagic.so.1",
        ("usr/lib/file/magic.mgc", "usr/share/misc/magic.mgc"),
        "the table of file types, magic.mgc",
        "add libmagic-mgc",
    ),
    _Known(
        "libsasl2.so.2",
        ("usr/lib/*/sasl2/*.so", "usr/lib/sasl2/*.so"),
        "the mechanisms of SASL, without which every login by it fails",
        "add libsasl2-modules",
    ),
    _Known("libpam.so.0", ("etc/pam.d/*",), "etc/pam.d", "add libpam-runtime"),
    _Known(
        "libcurl.so.4",
        ("etc/ssl/certs/ca-certificates.crt",),
        "the certificates of authorities, without which https fails",
        "add a `ca_certificates` fragment, or a base that has it",
    ),
    _Known(
        "libgnutls.so.30",
        ("etc/ssl/certs/ca-certificates.crt",),
        "the certificates of authorities, without which no server is trusted",
        "add a `ca_certificates` fragment, or a base that has it",
    ),
    _Known(
        "libsoup-3.0.so.0",
        ("usr/lib/*/gio/modules/libgiognutls.so", "usr/lib/*/gio/modules/libgioopenssl.so"),
        "GIO's module for TLS, without which https fails",
        "add glib-networking",
    ),
    _Known(
        "libgstreamer-1.0.so.0",
        ("usr/lib/*/gstreamer-1.0/*.so",),
        "plug-ins, without which no pipeline is made",
        "add gstreamer1.0-plugins-base, and others for the formats that it is to play",
    ),
    _Known(
        "libenchant-2.so.2",
        ("usr/lib/*/enchant-2/*.so",),
        "a spelling checker",
        "add libenchant-2-2 whole, and a dictionary of hunspell",
    ),
    _Known("libEGL.so.1", ("usr/share/glvnd/egl_vendor.d/*",), "a driver", "add libegl-mesa0"),
    _Known("libGLX.so.0", ("usr/lib/*/libGLX_*.so.0",), "a driver", "add libglx-mesa0"),
    _Known("libvulkan.so.1", ("usr/share/vulkan/icd.d/*",), "a driver", "add mesa-vulkan-drivers"),
    _Known("libOpenCL.so.1", ("etc/OpenCL/vendors/*",), "a driver", "add pocl-opencl-icd"),
)

_ICONV = (
    "usr/lib/*/gconv/*.so",
    "converts charsets by iconv(3), and the image has {} of its converters: of UTF-8, ASCII, UCS-2"
    " and UCS-4 alone where there is none",
    "if it reads others, put their converters below: //base/base_nossl:debian13_iconv, or a"
    " package_slice of libc6 with usr/lib/*/gconv/**",
)
_MOST_CONVERTERS = 200  # glibc 2.36 to 2.42 have about 250

# The first two are part of glibc since 2.34; the others are in the file of every Debian, which has
# their libraries only where you install them.
_NOT_MISSED = {"files", "dns", "compat", "db", "nis"}


def check_loaded_by_name(image: ImageFacts, objects: Sequence[Object]) -> Iterator[Problem]:
    """Find the files that the objects of an image look for and that are missing."""
    files = [path for path, entry in image.entries.items() if entry["type"] != "directory"]
    users: dict[str, Object] = {}
    for item in objects:
        for name in item.elf.get("needed", ()):
            users.setdefault(name, item)
    for known in _KNOWN:
        user = users.get(known.library)
        if user is None or (known.given and not _any(known.given, files)):
            continue
        if not any(_any(glob, files) for glob in known.wants):
            message = f"loads {known.library}, which looks for {known.what}, and the image lacks it"
            yield _note("missing-by-name", user, message, known.cure)
    yield from _iconv(objects, files)
    yield from _name_services(image)


def _iconv(objects: Sequence[Object], files: Sequence[str]) -> Iterator[Problem]:
    glob, message, cure = _ICONV
    converting = [
        item
        for item in objects
        # libstdc++ has it for a template that few programs use.
        if item.elf.get("iconv") and not item.elf.get("soname", "").startswith("libstdc++")
    ]
    if not converting:
        return
    matching = Glob(glob)
    number = sum(map(matching.matches, files))
    if number < _MOST_CONVERTERS:
        # A program is more specific than a library.
        converting.sort(key=lambda item: ("interpreter" not in item.elf, item.path))
        more = [item.path for item in converting[1:4]]
        details = (f"as do {', '.join(more)}",) if more else ()
        first = converting[0]
        yield Problem(
            "missing-charsets",
            first.path,
            first.origin,
            message.format(number or "none"),
            details,
            cure,
            "note",
        )


def _name_services(image: ImageFacts) -> Iterator[Problem]:
    """nsswitch.conf(5): each service is a library, unless it is built in."""
    path = "etc/nsswitch.conf"
    entry = image.entries.get(path, {})
    names = {each.rpartition("/")[2] for each in image.entries}
    lines = [line.partition("#")[0] for line in entry.get("text", "").splitlines()]
    services = {
        word
        for line in lines
        for word in line.partition(":")[2].split()
        if not word.startswith(("[", "!")) and not word.endswith("]")
    }
    for service in sorted(services - _NOT_MISSED):
        library = f"libnss_{service}.so.2"
        if library not in names:
            yield Problem(
                "missing-by-name",
                path,
                entry.get("origin", ""),
                f"names the service {service}, and {library} is not in the image",
                (),
                "add the package that has it, or take the word out",
                "note",
            )


def _any(glob: str, files: Sequence[str]) -> bool:
    return any(map(Glob(glob).matches, files))


def _note(kind: str, item: Object, message: str, cure: str) -> Problem:
    return Problem(kind, item.path, item.origin, message, (), cure, "note")
