"""The contract between the Starlark rules and the action tools.

An action runs ``tools @PARAMS``. PARAMS is a UTF-8 file. Its first line is the verb; each further
one is a JSON object with exactly one key, so that Starlark can expand a depset into lines without
flattening it:

    package-fragment
    {"deb": "external/…/bash.deb"}
    {"policy": "default"}
    {"out_segment": "bazel-out/…/bash.segment"}

A key marked ``*`` may stand on any number of lines and makes a list in the given order; any other
key stands at most once. ``?`` marks optional keys. Unknown keys are errors. Paths named ``src``,
``deb``, ``segment``, ``facts``, ``out…`` are files of the action; paths named ``path`` are paths in
the image: relative, without a leading ``/`` or ``./``. Modes are octal strings such as ``"0755"``.

Every fragment verb takes
    out_segment         compressed tar entries: no directories, no end-of-archive
    out_facts           JSON beside it (see ``tools/layer/facts.py``)
    origin?             who brought the files, for error messages: a label or a package
    component?          what the files are, for the SBOM, if no Debian package: see ``facts.py``
    compression?        {"format", "level"?}; format is gzip (default) or estargz, with levels 1 to
                        12, or zstd or zstd:chunked, with levels 1 to 19; without level, or with 0,
                        the format's own default

package-fragment        one Debian package, filtered
    deb                 the .deb
    package             the lock's facts: {"name", "version", "architecture", "source",
                        "source_version", "sha256", "filename"}; more keys are carried along
    policy*?            "default" (see ``path_policy.DEFAULT``) or a rule {"drop": [globs],
                        "keep": [globs], "divert": {path: path}}; no line at all means "default"; {}
                        means: drop nothing
    part?               bool: only the files, for an image that has the package itself in another
                        layer: no status.d entry, and not one of the layer's packages

locale-fragment         some of the compiled locales of a package
    deb                 the locales-all .deb
    package             the lock's facts of that package
    locale*             directories below usr/lib/locale, such as de_DE.utf8

tar-fragment            anybody's tar archive
    tar                 plain, or compressed with gzip, xz, zstd or bzip2
    prefix?             directory in the image that it goes to, default the root
    policy*?            as above; no line means: drop nothing

files-fragment          files of the build
    file*?              {"src", "path", "mode"?, "uid"?, "gid"?, "kind"?, "architecture"?}; kind
                        says what the file must be: "jar", or "program", an ELF program for an
                        architecture, by Debian's name; or is: "arguments", a file of arguments of
                        java(1), whose text goes into the facts
    symlink*?           {"path", "target", "uid"?, "gid"?}
    directory*?         {"path", "mode"?, "uid"?, "gid"?}
    tree*?              {"src": directory, "path": prefix ("" is the root), "mode"?, "uid"?, "gid"?}
    policy*?            as above, on paths in the image; no line means: drop nothing
    A mode left out is decided by content, never by the host's permission bits, because Bazel's
    sandboxes and remote executors set those differently: 0755 for a script (``#!``) or an ELF
    program, else 0644. Owners default to 0:0.

wheel-fragment          one Python wheel, unpacked
    wheel               the .whl
    prefix              site-packages directory in the image; programs, data and headers go where
                        ``wheel_scheme.py`` says
    interpreter?        of its programs, default /usr/bin/python3
    policy*?            as above; no line means: drop nothing

archive-fragment        files of an upstream archive
    file*               {"src", "path"}; modes as in files-fragment
    symlink*?           {"path", "target"}
    policy*?            as above, on paths in the image; no line means: drop nothing
    component           of type "archive": see ``facts.py``; with "sha256" or "sha512" of upstream's
                        archive
    record              {"package", "version", "architecture"} of its entry in status.d

accounts-fragment       etc/passwd, etc/group and home directories
    user*?              {"name", "uid", "gid", "home"?, "shell"?, "gecos"?, "create_home"?,
                        "home_mode"?}
    group*?             {"name", "gid", "members"?: [names]}
    below*?             layer.json of layers whose accounts stay; these are added to them
    Lines are written in the given order. A home is made (mode 0700, owned by the user) when
    create_home is true, which is the default for every home but /nonexistent and /.

certificates-fragment   etc/ssl/certs/ca-certificates.crt
    deb?                the ca-certificates .deb; its copyright and status.d entry come along
    package?            the lock's facts of that package; needed with deb
    certificate*?       PEM files to trust as well
    bundle?             path of the bundle, default etc/ssl/certs/ca-certificates.crt; false for a
                        keystore alone: no bundle, no links, and nothing of the package itself
    hashed_links?       bool, default false: also <subject hash>.0 beside the bundle, with one
                        certificate each
    openssl_directory?  e.g. "usr/lib/ssl": also cert.pem and certs links there, where OpenSSL looks
                        when no variable is set (only without the openssl package, which ships them)
    java_keystore?      path of a JKS trust store to write as well, e.g. etc/ssl/certs/java/cacerts

ld-so-cache-fragment    etc/ld.so.cache for everything in the image
    facts*              facts of fragments, or layer.json files, base layers included
    architecture        Debian's name: amd64, arm64, armhf, s390x, ppc64el, riscv64, i386

configuration-fragment  what configuring packages adds to them (see ``tools/configure``)
    segment*            {"segment": path, "facts": path} of the packages, and of what else is in
                        their layers
    below*?             {"blob": path, "facts": layer.json} of the layers that these will lie on
    architecture        Debian's name
    effect*?            what to do: see ``configuration_fragment.EFFECTS``

os-release-fragment     usr/lib/os-release
    os_release          {KEY: value}; keys are written in the given order

layer                   fragments -> layer blob + layer.json
    segment*?           {"segment": path, "facts": path}, in the order of the layer
    out_layer           the blob
    out_facts           layer.json
    created_by?         label for the image's history
    below*?             layer.json of layers that this one will lie on. Directories that this layer
                        needs but does not name look there as they do in those (a home directory
                        of the base with mode 0700, say); without it they become 0755 root, and
                        ``image`` refuses the pair when that differs.
    kept*?              name of a package below that is there in another version than the lock of
                        this layer's packages has: what these ask of it is checked
    compression?        as above; its format must be that of the segments

image                   layers -> config and manifest; reads no blob
    layer*?             layer.json of this image's own layers, in order
    base_layer*?        layer.json of the base's layers, or facts of a foreign image, for checks
    base_config?        config.json of the base
    base_manifest?      manifest.json of the base; both or neither
    config?             {"entrypoint"?: [..], "cmd"?: [..], "env"?: {NAME: value}, "user"?,
                        "workdir"?, "exposed_ports"?: [..], "volumes"?: [..],
                        "labels"?: {}, "annotations"?: {}, "stop_signal"?, "created"?,
                        "os"?, "architecture"?, "variant"?}
                        architecture: OCI's name or Debian's. ``$NAME`` and ``${NAME}`` in env
                        values mean the base's value, ``$$`` a dollar sign. Empty values of
                        entrypoint, cmd, user, workdir and stop_signal clear the base's.
    allow_replaced*?    a path that a later layer may ship again (etc/ld.so.cache, say), or a glob
    out_config, out_manifest, out_image
                        out_image: the manifest's descriptor with platform, and the layers'

index                   images of several platforms -> image index
    image*              ``out_image`` of each, in the order of the index
    annotations?        {}
    out_index

layout-image            an image of a layout directory that another tool has made
    layout              the directory
    ref?                org.opencontainers.image.ref.name of the image; needed if there are several
    architecture        OCI's name: which image of an index
    variant?            OCI's name: which of several such
    out_config, out_manifest, out_image
                        as of ``image``

foreign-layers          facts of the layers of an image that another tool has made
    config, manifest    of the image
    blob*               where its layers are, as ``foreign_blob`` below
    known*?             layer.json of those of its layers that Plinth has made
    out                 see ``tools/layer/facts.py``

layout                  an OCI image-layout directory of regular files
    config*, manifest*  of each ``image``, in the same order
    index?              of ``index``, if there are several
    layer*?             {"blob": path, "facts": layer.json}
    foreign_blob*?      where layers are found that have no layer.json: a file named by the
                        hexadecimal digits of its digest, or a layout directory that holds some
    out                 the directory
    ref?                org.opencontainers.image.ref.name, default "latest"
    label?, shown_as?   what to call the image and the directory when telling the user

pin-images              images named by digest in a text
    text                the text
    image               {"repository", "descriptor" or "index"}, repeated: HOST/NAME as the text has
                        it, and the file that tells the digest
    out_text            where the text goes
validate                check an OCI image-layout directory against the image spec
    layout              the directory
    out?                JSON report

What judges and compares images takes any number of
    image*              {"label", "config", "manifest", "layers"}, see ``image_facts.read_image``;
                        an image index is several lines of it

closure                 checks that everything programs need is in the image
    image*
    allow*?             {"path": glob, "reason": text}: what may be missing
    out_test?           a shell script that prints the verdict and ends with its status
    out_report?         the verdict as JSON
    fail?               bool: end with an error, rather than a verdict, when something is missing

budget                  checks that an image stays within limits
    image*
    max?                {key of surface.NUMBERS or surface.LISTS: the largest number, or "12MB"}
    forbid*?            key of surface.LISTS
    allow*?             {"path": glob, "reason": text}: what is not forbidden
    out_test?, out_report?
                        as of ``closure``

surface                 what an image exposes
    image*
    comparison?         JSON: {"sets": [what ``package-set`` writes, …]}
    out_text?, out_markdown?, out_json?
                        the report

transfer                what a node pulls to get from one image to another
    old*?, new*         images; also with "format", where there are several
    nodes?              how many nodes, default 1
    out_text?, out_markdown?, out_json?

diff                    how two images differ
    old*, new*          images
    out_text?, out_markdown?, out_json?

package-set             the surface of some packages, for comparisons
    name                what to call them
    facts*              facts of their fragments
    out                 JSON
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class ParamsError(PlinthError):
    """The params file breaks the contract; a bug of the rules, not of the user."""


class Params:
    """What one action was asked to do: the checked content of a params file."""

    __slots__ = ("_values", "source")

    def __init__(self, values: dict[str, list[Any]], source: str = "params") -> None:
        """Wrap ``values``, a list per key; ``source`` is where they stood, for messages."""
        self._values = values
        self.source = source

    def only(self, keys: Iterable[str]) -> None:
        """Refuse keys that the verb does not know.

        Raises:
            ParamsError: a key is not among ``keys``.
        """
        unknown = sorted(set(self._values) - set(keys))
        if unknown:
            raise ParamsError(f"{self.source}: unknown key {unknown[0]!r}")

    def many(self, key: str) -> list[Any]:
        """All values of ``key``, in the order of their lines."""
        return self._values.get(key, [])

    def one(self, key: str, default: Any = None) -> Any:
        """The value of a key that stands at most once.

        Raises:
            ParamsError: the key stands twice, or is missing and has no default.
        """
        values = self._values.get(key, [])
        if len(values) > 1:
            raise ParamsError(f"{self.source}: key {key!r} stands {len(values)} times")
        if values:
            return values[0]
        if default is None:
            raise ParamsError(f"{self.source}: key {key!r} is missing")
        return default

    def path(self, key: str) -> str:
        """The value of a key that must be there and be a file name."""
        value = self.one(key)
        if not isinstance(value, str) or not value:
            raise ParamsError(f"{self.source}: key {key!r} must be a path, not {value!r}")
        return value

    def optional(self, key: str) -> Any:
        """The value of a key that stands at most once, or None."""
        return self.one(key) if key in self._values else None


def parse_params(lines: Iterable[str], source: str) -> Params:
    """Read the lines after the verb; ``source`` is the name of their file, for messages.

    Raises:
        ParamsError: a line is not an object with one key.
    """
    values: dict[str, list[Any]] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        try:
            item = json_text.loads(line)
        except ValueError as error:
            raise ParamsError(f"{source}:{number}: {error}") from error
        if not isinstance(item, dict) or len(item) != 1:
            raise ParamsError(f"{source}:{number}: a line must be an object with one key")
        ((key, value),) = item.items()
        values.setdefault(key, []).append(value)
    return Params(values, source)


def parse_mode(text: str, where: str) -> int:
    """Turn an octal string (``"0755"``) into a mode.

    Raises:
        ParamsError: not octal, or beyond 07777.
    """
    try:
        mode = int(text, 8)
    except (TypeError, ValueError):
        mode = -1
    if not 0 <= mode <= 0o7777:
        raise ParamsError(
            f"{where}: {text!r} is not a file mode\n  write four octal digits, such as '0755'"
        )
    return mode
