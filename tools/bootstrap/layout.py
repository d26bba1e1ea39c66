"""Writes into the root what Bazel needs in addition to the packages' files."""

from __future__ import annotations

import os
import shutil

from tools.bootstrap.compilers import TRIPLETS, prepare_compilers
from tools.bootstrap.java import OPTIONS, prepare_java
from tools.bootstrap.on_demand import prepare_fetching

# The modules that bazel_tools depends on, and their packages' paths: every requested version is
# this one. Bazel refuses to override others, which are in the registry.
_MODULES = {
    "bazel_features": "tools/features",
    "bazel_skylib": "tools/skylib",
    "platforms": "tools/platforms",
    "rules_cc": "rules/cc",
    "rules_java": "rules/java",
    "rules_license": "rules/license",
    "rules_proto": "rules/proto",
    "rules_python": "rules/python",
}

TRUST_STORE = "usr/share/plinth/cacerts.jks"
CA_BUNDLE = "usr/share/plinth/ca-certificates.crt"
"""The paths of trusted authorities for Java and OpenSSL in the root."""

_VERSION = "usr/share/plinth/version"


def lay_out(directory: str, place: str, name: str, architecture: str, registry: str) -> None:
    """Complete an unpacked root, ``DIRECTORY/root``, and write next to it how to start programs.

    Args:
        directory: gets the links ``ld.so`` and ``lib``: the dynamic linker and its libraries.
        place: the final place of the directory.
        name: of this root; no other has it.
        architecture: Debian's name of it.
        registry: a directory in the form of a Bazel registry, for modules that Bazel must resolve
            and nothing loads.
    """
    root = os.path.join(directory, "root")
    triplet = TRIPLETS[architecture]
    libraries = f"usr/lib/{triplet}"
    linker = next(
        name
        for name in sorted(os.listdir(os.path.join(root, libraries)))
        if name.startswith("ld-linux")
    )
    os.symlink(f"root/{libraries}", os.path.join(directory, "lib"))
    os.symlink(f"root/{libraries}/{linker}", os.path.join(directory, "ld.so"))
    _link(root, "usr/bin/sh", "bash")
    _link(root, "usr/bin/awk", "mawk")
    _link(root, "usr/bin/which", "which.debianutils")
    os.makedirs(os.path.join(root, "usr/lib64"), exist_ok=True)
    for path in ("usr/src", "usr/local", "usr/share/plinth/module", "etc/apt", "etc/ssl"):
        os.makedirs(os.path.join(root, path), exist_ok=True)
    os.makedirs(os.path.join(root, "etc/pki"), exist_ok=True)
    shutil.copytree(registry, os.path.join(root, "usr/share/plinth/registry"))
    _link(root, "usr/lib/ssl/cert.pem", "/" + CA_BUNDLE)
    _write(root, "usr/share/plinth/module/BUILD.bazel", "")
    prepare_fetching(root, place, architecture)
    prepare_compilers(root, place)
    prepare_java(root, place, architecture)
    # The host's own files replace these if it has them.
    _write(root, "etc/resolv.conf", "")
    _write(root, "etc/localtime", "")
    _write(root, "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    _write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    _write(root, "etc/group", "root:x:0:\n")
    _write(root, "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
    # Debian builds Bazel as "development version", which rule sets that ask for it do not expect.
    with open(os.path.join(root, "usr/share/bazel/build-label.txt"), encoding="ascii") as file:
        label = file.read().strip()
    _write(root, f"{_VERSION}/build-data.properties", f"build.label={label}\n")
    _write(root, "etc/bazel/bazelrc", _bazelrc(root, place, name))


def _bazelrc(root: str, place: str, name: str) -> str:
    """Return the system's rc file, instead of Debian's, which turns on --sandbox_debug."""
    runtimes = os.path.join(root, "usr/lib/jvm")
    runtime = next(name for name in sorted(os.listdir(runtimes)) if name.startswith("java-"))
    bazel = f"{place}/root/usr/share/bazel"
    lines = [
        # A path that the host has as well, because programs that `run` starts on the host are
        # linked to it.
        f"startup --install_base={bazel}",
        "startup --trust_install_base",
        f"startup --server_javabase=/usr/lib/jvm/{runtime}",
        f"startup --host_jvm_args=-Djavax.net.ssl.trustStore=/{TRUST_STORE}",
        # Operations of Bazel that Java warns about.
        "startup --host_jvm_args=--enable-native-access=ALL-UNNAMED",
        "startup --host_jvm_args=--sun-misc-unsafe-memory-access=allow",
        # The options of a server show whether it was started in another root.
        f"startup --host_jvm_args=-Dplinth.root={name}",
        # The file from which Bazel reads its own version.
        f"startup --host_jvm_args=-Xbootclasspath/a:/{_VERSION}",
        "common --registry=file:///usr/share/plinth/registry",
        "common --lockfile_mode=off",
        # As in Bazel 8 and newer; without it, Bazel looks up toolchains in archives on GitHub.
        "common --noenable_workspace",
        *OPTIONS,
    ]
    lines += [
        f"common --override_module={module}={bazel}/{path}"
        for module, path in sorted(_MODULES.items())
    ]
    return "\n".join(lines) + "\n"


def _write(root: str, path: str, text: str) -> None:
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        os.unlink(target)
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)


def _link(root: str, path: str, content: str) -> None:
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        os.unlink(target)
    os.symlink(content, target)
