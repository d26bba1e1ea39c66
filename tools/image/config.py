"""Makes the image configuration and manifest: pure functions.

OCI Image Format Specification v1.1: "OCI Image Configuration" and "OCI Image Manifest
Specification". Everything is canonical JSON: sorted keys, no white space.
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.options import check_options
from tools.tar import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
EPOCH = "1970-01-01T00:00:00Z"

ARCHITECTURES = {
    # Debian: (GOARCH, GOARM-like variant), as in the image spec's "platform".
    "amd64": ("amd64", ""),
    "arm64": ("arm64", "v8"),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v5"),
    "i386": ("386", ""),
    "ppc64el": ("ppc64le", ""),
    "riscv64": ("riscv64", ""),
    "s390x": ("s390x", ""),
}
"""OCI's names of Debian's architectures."""

_DOCKER_LAYERS = {
    # Same bytes under an older name; image-spec "Compatibility Matrix".
    "application/vnd.docker.image.rootfs.diff.tar.gzip": (
        "application/vnd.oci.image.layer.v1.tar+gzip"
    ),
    "application/vnd.docker.image.rootfs.diff.tar.zstd": (
        "application/vnd.oci.image.layer.v1.tar+zstd"
    ),
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
}
_OPTIONS = frozenset(
    (
        "annotations", "architecture", "cmd", "created", "entrypoint", "env", "exposed_ports",
        "healthcheck", "labels", "os", "stop_signal", "user", "variant", "volumes", "workdir",
    )
)  # fmt: skip
_REPLACED = {
    "entrypoint": "Entrypoint",
    "cmd": "Cmd",
    "user": "User",
    "workdir": "WorkingDir",
    "stop_signal": "StopSignal",
}


class ConfigError(PlinthError):
    """Options of an image that are wrong, or contradict its base."""


def build_config(
    options: Mapping[str, Any], layers: Sequence[Mapping[str, Any]], base: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Make the configuration of an image.

    Args:
        options: the ``config`` of the params file; see ``tools.action.params``.
        layers: layer.json of the image's own layers, lowest first.
        base: the configuration of the base, or None.

    Raises:
        ConfigError: an option is unknown or contradicts the base, or the platform is missing.
        OptionError: an option has a value that no runtime accepts.
    """
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ConfigError(f"image: unknown option {unknown[0]!r}")
    check_options(options)
    base = base or {}
    created = options.get("created") or EPOCH
    config = _run_config(options, base.get("config") or {})
    result: dict[str, Any] = {
        **_platform(options, base),
        "created": created,
        "rootfs": {
            "type": "layers",
            "diff_ids": [
                *base.get("rootfs", {}).get("diff_ids", ()),
                *(layer["diff_id"] for layer in layers),
            ],
        },
        "history": [
            *(base.get("history") or ()),
            *({"created": created, "created_by": layer["created_by"]} for layer in layers),
        ],
    }
    if config:
        result["config"] = config
    return result


def build_manifest(
    options: Mapping[str, Any],
    config_text: bytes,
    layers: Sequence[Mapping[str, Any]],
    base: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Make the manifest that names a configuration and the layers, the base's first."""
    base = base or {}
    annotations = {**(base.get("annotations") or {}), **options.get("annotations", {})}
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config_text),
        "layers": [
            *(_oci_layer(layer) for layer in base.get("layers", ())),
            *(
                {
                    "mediaType": layer["media_type"],
                    "digest": layer["digest"],
                    "size": layer["size"],
                    **({"annotations": layer["annotations"]} if "annotations" in layer else {}),
                }
                for layer in layers
            ),
        ],
    }
    if annotations:
        manifest["annotations"] = annotations
    return manifest


def descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    """Describe content: "OCI Content Descriptors"."""
    return {
        "mediaType": media_type,
        "digest": f"sha256:{digest.sha256(content).hexdigest()}",
        "size": len(content),
    }


def platform(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the ``platform`` of a descriptor, from a configuration."""
    return {
        key: config[key] for key in ("architecture", "os", "os.version", "variant") if key in config
    }


def canonical(value: Any) -> bytes:
    """Encode JSON so that equal values have equal digests."""
    return json_text.dumps(value).encode()


def _run_config(options: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    config = dict(base)
    if options.get("entrypoint") is not None:
        # A command is the arguments of an entry point: the base's does not fit a new one.
        config.pop("Cmd", None)
    for option, key in _REPLACED.items():
        if options.get(option):
            config[key] = options[option]
        elif options.get(option) is not None:
            # An empty value clears the base's: absent and empty keys mean the same.
            config.pop(key, None)
    if options.get("healthcheck"):
        from tools.image.healthcheck import docker_healthcheck  # noqa: PLC0415 - seldom needed

        config["Healthcheck"] = docker_healthcheck(options["healthcheck"])
    if options.get("env"):
        config["Env"] = _environment(options["env"], base.get("Env") or [])
    for option, key in (("exposed_ports", "ExposedPorts"), ("volumes", "Volumes")):
        if options.get(option):
            config[key] = {**(config.get(key) or {}), **{item: {} for item in options[option]}}
    if options.get("labels"):
        config["Labels"] = {**(config.get("Labels") or {}), **options["labels"]}
    return config


def _environment(values: Mapping[str, str], base: list[str]) -> list[str]:
    """Return the base's variables in their order, then new ones by name."""
    inherited = dict(item.partition("=")[::2] for item in base)
    result = dict(inherited)
    for name in sorted(values):
        if not name or "=" in name:
            raise ConfigError(
                f'image: env: {name!r} is not the name of a variable\n  Write {{"NAME": "value"}}.'
            )
        result[name] = _expand(values[name], inherited)
    return [f"{name}={value}" for name, value in result.items()]


def _expand(value: str, inherited: Mapping[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}`` by the base's values; ``$$`` is a dollar sign."""
    result, rest = "", value
    while True:
        before, dollar, rest = rest.partition("$")
        result += before
        if not dollar:
            return result
        if rest.startswith("$"):
            result, rest = result + "$", rest[1:]
            continue
        if rest.startswith("{"):
            name, closed, rest = rest[1:].partition("}")
            if not closed:
                raise ConfigError(f"image: env value {value!r}: ${{ without }}")
        else:
            length = 0
            while length < len(rest) and (rest[length].isalnum() or rest[length] == "_"):
                length += 1
            name, rest = rest[:length], rest[length:]
        if not name:
            raise ConfigError(f"image: env value {value!r}: $ without a name\n  write $$")
        result += inherited.get(name, "")


def _platform(options: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, str]:
    architecture, variant = options.get("architecture"), options.get("variant")
    if architecture in ARCHITECTURES:
        architecture, default = ARCHITECTURES[architecture]
        variant = variant or default
    wanted = {"os": options.get("os"), "architecture": architecture, "variant": variant}
    result = {key: value for key, value in platform(base).items() if value}
    for key, value in wanted.items():
        if not value:
            continue
        if base and key in result and result[key] != value:
            raise ConfigError(
                f"image: {key} {value}, but its base has {result[key]}\n"
                "  build both for one platform"
            )
        if not base or key in result:
            result[key] = value
    if not base:
        result.setdefault("os", "linux")
    if "architecture" not in result:
        raise ConfigError("image: no architecture\n  give one, or a base that has one")
    return result


def _oci_layer(layer: Mapping[str, Any]) -> dict[str, Any]:
    media_type = layer["mediaType"]
    return {**layer, "mediaType": _DOCKER_LAYERS.get(media_type, media_type)}
