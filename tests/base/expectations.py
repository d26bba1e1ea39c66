"""What each family of the catalogue promises, in addition to what all of them do."""

from __future__ import annotations

from dataclasses import dataclass

PASSWD = """\
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
"""
GROUP = "root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

DIRECTORIES = {  # path: mode, owner
    "etc": (0o755, 0),
    "home": (0o755, 0),
    "home/nonroot": (0o700, 65532),
    "root": (0o700, 0),
    "tmp": (0o1777, 0),
    "var/tmp": (0o1777, 0),
}
FILES = (
    "etc/debian_version",
    "etc/group",
    "etc/mime.types",
    "etc/nsswitch.conf",
    "etc/os-release",
    "etc/passwd",
    "etc/protocols",
    "etc/services",
    "etc/ssl/certs/ca-certificates.crt",
    "usr/lib/ssl/cert.pem",
    "usr/share/doc/ca-certificates/copyright",
    "usr/share/zoneinfo/Europe/Zurich",
    "usr/share/zoneinfo/UTC",
)
UNWANTED = (  # globs of fnmatch; `*` crosses directories
    "*.a",
    "*.h",
    "*.la",
    "*.pyc",
    "*/gconv/EUC-JP.so",
    "etc/init.d/*",
    "etc/shadow",
    "usr/include/*",
    "usr/lib/debug/*",
    "usr/lib/python3.*/test/*",
    "usr/share/bash-completion/*",
    "usr/share/gdb/*",
    "usr/share/info/*",
    "usr/share/lintian/*",
    "usr/share/locale/*",
    "usr/share/man/*",
    "usr/share/zoneinfo/right/*",
    "var/cache/*",
    "var/lib/dpkg/info/*",
    "var/lib/dpkg/status",
)
SHELLS = {"ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "sh", "zsh"}


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        entrypoint: of the images that are not for debugging; None for none.
        env: beyond PATH and SSL_CERT_FILE.
        files: that are there, links followed; or globs.
        debug_files: that only debug images have.
        packages: some that must be there.
        megabytes: compressed with gzip on amd64, the largest that it may be.
        layers: at most. Two are left for an application under a budget of eight.
        archives: names under which software that is no Debian package is recorded.
    """

    entrypoint: tuple[str, ...] | None
    env: dict[str, str]
    files: tuple[str, ...]
    packages: tuple[str, ...]
    megabytes: float
    debug_files: tuple[str, ...] = ()
    layers: int = 6
    archives: frozenset[str] = frozenset()


# PEP 600: what the manylinux policies let a wheel expect of the system, but for the libraries of
# X11, OpenGL and GLib; and libgomp.
_MANYLINUX = tuple(
    f"usr/lib/*/{name}"
    for name in (
        "libanl.so.1",
        "libatomic.so.1",
        "libc.so.6",
        "libdl.so.2",
        "libexpat.so.1",
        "libgcc_s.so.1",
        "libgomp.so.1",
        "libm.so.6",
        "libnsl.so.1",
        "libpthread.so.0",
        "libresolv.so.2",
        "librt.so.1",
        "libstdc++.so.6",
        "libutil.so.1",
        "libz.so.1",
    )
)
# What iconv(3) converts in addition to UTF-8 and ASCII.
_CHARACTER_SETS = tuple(
    f"usr/lib/*/gconv/{name}.so"
    for name in ("CP1252", "ISO8859-1", "ISO8859-15", "UNICODE", "UTF-16", "UTF-32", "UTF-7")
)
_LOCALE = ("etc/ld.so.cache", "usr/lib/locale/C.utf8/LC_CTYPE", *_CHARACTER_SETS)
_LANG = {"LANG": "C.UTF-8"}


def _java(release: int, megabytes: float) -> Family:
    home = f"usr/lib/jvm/java-{release}-openjdk-{{architecture}}"
    return Family(
        ("/usr/bin/java", "-jar"),
        {**_LANG, "JAVA_VERSION": rf"{release}\.\d+\.\d+(\.\d+)?"},
        (
            *_LOCALE,
            "usr/bin/java",
            "etc/ssl/certs/adoptium/cacerts",
            f"usr/lib/jvm/temurin-{release}-jre-{{architecture}}/bin/java",
            f"{home}/bin/java",
            f"{home}/lib/security/cacerts",
            f"{home}/lib/*/libjvm.so",  # `server`, or `zero` where that is all there is
            "etc/fonts/fonts.conf",
            "usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        ),
        (f"openjdk-{release}-jre-headless", "libfontconfig1", "libharfbuzz0b"),
        megabytes,
        (
            f"{home}/bin/javac",
            f"{home}/bin/jcmd",
            f"usr/lib/jvm/temurin-{release}-jdk-{{architecture}}/bin/javac",
        ),
    )


def _python(version: str, megabytes: float, *more: str) -> Family:
    return Family(
        (f"/usr/bin/python{version}",),
        _LANG,
        (*_LOCALE, "usr/bin/python", "usr/bin/python3", "usr/sbin/ldconfig", *more),
        (f"libpython{version}-stdlib", f"python{version}-minimal", "libstdc++6"),
        megabytes,
    )


def _nodejs(release: int) -> Family:
    return Family(
        ("/nodejs/bin/node",),
        {},
        (*_LOCALE, "nodejs/bin/node"),
        ("libstdc++6", "libgcc-s1"),
        60.0,
        layers=7,  # the program is of the size of all else, and moves more often
        archives=frozenset({f"nodejs{release}"}),
    )


FAMILIES = {  # by family, or by family and distribution where that matters
    "static": Family(None, {}, (), ("base-files", "media-types", "netbase", "tzdata"), 0.9),
    "base_nossl": Family(None, {}, _LOCALE, ("libc6", "libc-bin"), 3.0),
    "base": Family(None, {}, _LOCALE, ("libc6",), 6.0),
    "cc": Family(None, {}, _LOCALE, ("libstdc++6", "libgomp1", "libgcc-s1"), 7.0),
    "java_base": Family(
        None, _LANG, (*_LOCALE, "etc/ssl/certs/java/cacerts"), ("fonts-dejavu-core",), 9.0
    ),
    "java17": _java(17, 75.0),
    "java21": _java(21, 75.0),
    "java25": _java(25, 90.0),
    "nodejs": Family(
        ("/nodejs/bin/node",),
        {},
        (*_LOCALE, "nodejs/bin/node", "usr/share/nodejs/undici/undici-fetch.js"),
        ("nodejs", "libicu76"),
        40.0,
    ),
    "nodejs22": _nodejs(22),
    "nodejs24": _nodejs(24),
    "nodejs26": _nodejs(26),
    "python3_debian12": _python("3.11", 16.0, *_MANYLINUX),
    "python3_debian13": _python("3.13", 16.0, *_MANYLINUX),
    "python3_slim_debian12": _python("3.11", 13.1),
    "python3_slim_debian13": _python("3.13", 13.1),
}
