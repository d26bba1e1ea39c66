"""The rule that puts an image together."""

load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/image:layout.bzl", "make_layout")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")
load("//rules/private/layer:layers_info.bzl", "LAYER_PROVIDERS", "layers_of")

visibility("//...")

def _layer_line(layer):
    return json.encode({"layer": layer.path})

def _base_layer_line(layer):
    return json.encode({"base_layer": layer.path})

# Attributes that go into the image config under the tool's name for them, when they say something.
_ADDED = ("annotations", "created", "env", "exposed_ports", "labels", "volumes")

# Those that replace the base's value. Empty ones clear it, so unset ones must differ from empty ones.
_REPLACED = ("cmd", "entrypoint", "stop_signal", "user", "workdir")
_UNSET = "(the base's)"

def _image_impl(ctx):
    base = ctx.attr.base[ImageInfo] if ctx.attr.base else None
    layers = layers_of(ctx.attr.layers)
    config = {key: getattr(ctx.attr, key) for key in _ADDED if getattr(ctx.attr, key)}
    config |= {key: getattr(ctx.attr, key) for key in _REPLACED if getattr(ctx.attr, key) not in (_UNSET, [_UNSET])}
    architecture, variant = ctx.attr.platform
    config["os"] = "linux"
    config["architecture"] = architecture
    if variant:
        config["variant"] = variant

    info = ImageInfo(
        config = ctx.actions.declare_file(ctx.label.name + ".config.json"),
        descriptor = ctx.actions.declare_file(ctx.label.name + ".descriptor.json"),
        foreign_blobs = base.foreign_blobs if base else [],
        layers = (base.layers if base else []) + layers,
        linked_files = base.linked_files if base else depset(),
        manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json"),
        repositories = base.repositories if base else [],
    )
    inputs = [layer.facts for layer in info.layers]
    params = action_params(ctx, "image")
    add_param(params, "config", config)
    for path in ctx.attr.allow_replaced:
        add_param(params, "allow_replaced", path.strip("/"))
    if base:
        add_param(params, "base_config", base.config)
        add_param(params, "base_manifest", base.manifest)
        params.add_all([layer.facts for layer in base.layers], map_each = _base_layer_line)
        inputs += [base.config, base.manifest]
    params.add_all([layer.facts for layer in layers], map_each = _layer_line)
    add_param(params, "out_config", info.config)
    add_param(params, "out_manifest", info.manifest)
    add_param(params, "out_image", info.descriptor)
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = [info.config, info.manifest, info.descriptor],
        mnemonic = "Image",
        progress_message = "Writing the manifest of %{label}",
    )
    return [
        DefaultInfo(files = depset([make_layout(ctx, [info])])),
        info,
        OutputGroupInfo(
            descriptor = depset([info.descriptor]),
            facts = depset([layer.facts for layer in info.layers]),
            metadata = depset([info.config, info.manifest, info.descriptor]),
        ),
    ]

_image = rule(
    implementation = _image_impl,
    attrs = ACTION_TOOLS | {
        "allow_replaced": attr.string_list(),
        "annotations": attr.string_dict(),
        "base": attr.label(providers = [ImageInfo]),
        "cmd": attr.string_list(default = [_UNSET]),
        "created": attr.string(),
        "entrypoint": attr.string_list(default = [_UNSET]),
        "env": attr.string_dict(),
        "exposed_ports": attr.string_list(),
        "labels": attr.string_dict(),
        "layers": attr.label_list(providers = LAYER_PROVIDERS),
        "platform": attr.string_list(mandatory = True),
        "stop_signal": attr.string(default = _UNSET),
        "user": attr.string(default = _UNSET),
        "volumes": attr.string_list(),
        "workdir": attr.string(default = _UNSET),
    },
    provides = [ImageInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def image(
        name,
        *,
        base = None,
        layers = [],
        entrypoint = None,
        cmd = None,
        env = None,
        user = None,
        workdir = None,
        exposed_ports = None,
        volumes = None,
        labels = None,
        annotations = None,
        stop_signal = None,
        created = None,
        allow_replaced = None,
        **kwargs):
    """An OCI image for the target platform.

    Building it gives a directory in the OCI image layout, made of regular files. As the base of
    another image it is metadata only: no layer is read or copied.

    ```starlark
    image(
        name = "image",
        base = "@rules_plinth//base/python3:debian13_nonroot",
        layers = [":dependencies", ":app"],
        entrypoint = ["/usr/bin/python3.13", "-m", "app"],
    )
    ```

    Args:
      name: Name of the target.
      base: An image to build upon. What is not given here is taken from it. Empty values (`[]`, `""`)
        of `entrypoint`, `cmd`, `user`, `workdir` and `stop_signal` clear the base's. `env`, `labels`,
        `annotations`, `exposed_ports` and `volumes` add to those of the base.
      layers: Layers on top of the base, lowest first: `packages_layer`, `files_layer`, ….
      entrypoint: Command that the container runs, as a list. It clears the base's `cmd`, which
        was written for another one.
      cmd: Default arguments of the entrypoint, as a list.
      env: Environment, as a dict. `$NAME` and `${NAME}` stand for the base's value.
      user: User to run as: `uid`, `uid:gid`, or names of the image's accounts.
      workdir: Working directory.
      exposed_ports: Ports that the container listens on: `8080`, `8080/tcp`, `53/udp`.
      volumes: Paths that hold data of the running container.
      labels: Labels of the image config, as a dict.
      annotations: Annotations of the manifest, as a dict.
      stop_signal: Signal that stops the container: `SIGINT`, ….
      created: When the image was made (RFC 3339); 1970-01-01T00:00:00Z if not given, so that equal
        content has an equal digest.
      allow_replaced: Paths that a layer may ship although a layer below has them, or globs of such
        paths: `*` within a name, `**` across directories. Any other file that stands in two layers is
        an error.
      **kwargs: Attributes that every rule has.
    """
    _image(
        name = name,
        allow_replaced = allow_replaced,
        annotations = annotations,
        base = base,
        cmd = cmd,
        created = created,
        entrypoint = entrypoint,
        env = env,
        exposed_ports = exposed_ports,
        labels = labels,
        layers = layers,
        platform = select({
            constraint: [architecture, variant]
            for constraint, architecture, variant in ARCHITECTURES.values()
        }, no_match_error = "an image needs a target platform with one of Debian's architectures: " + ", ".join(ARCHITECTURES)),
        stop_signal = stop_signal,
        user = user,
        volumes = volumes,
        workdir = workdir,
        **kwargs
    )
