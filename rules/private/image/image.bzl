"""The rule that puts an image together."""

load("//rules/private:grammar.bzl", "shown")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/image:image_info.bzl", "ImageInfo", "layer_facts")
load("//rules/private/image:layout.bzl", "OUTPUT_ATTRS", "image_outputs")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")
load("//rules/private/layer:layers_info.bzl", "LAYER_PROVIDERS", "layers_of")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _layer_line(layer):
    return json.encode({"layer": layer.path})

def _base_layer_line(facts):
    return json.encode({"base_layer": facts.path})

# Attributes that go into the image config under the tool's names, if they are set.
_ADDED = ("annotations", "created", "env", "exposed_ports", "labels", "volumes")

# Attributes that replace the base's value. An empty value clears it, so unset must differ from
# empty.
_REPLACED = ("cmd", "entrypoint", "stop_signal", "user", "workdir")
_UNSET = "(the base's)"

def _image_impl(ctx):
    base = ctx.attr.base[ImageInfo] if ctx.attr.base else None
    layers = layers_of(ctx.attr.layers)
    config = {key: getattr(ctx.attr, key) for key in _ADDED if getattr(ctx.attr, key)}
    config |= {key: getattr(ctx.attr, key) for key in _REPLACED if getattr(ctx.attr, key) not in (_UNSET, [_UNSET])}
    if ctx.attr.healthcheck:
        config["healthcheck"] = json.decode(ctx.attr.healthcheck, default = None)
        if type(config["healthcheck"]) != "dict":
            fail("{}: healthcheck: {} is not a health check; write healthcheck = healthcheck([\"/app/probe\"])".format(label_name(ctx.label), shown(ctx.attr.healthcheck)))
    platform = target_architecture(ctx)
    config["os"] = "linux"
    config["architecture"] = platform.architecture
    if platform.variant:
        config["variant"] = platform.variant

    info = ImageInfo(
        config = ctx.actions.declare_file(ctx.label.name + ".config.json"),
        descriptor = ctx.actions.declare_file(ctx.label.name + ".descriptor.json"),
        foreign_blobs = base.foreign_blobs if base else [],
        foreign_facts = base.foreign_facts if base else None,
        layers = (base.layers if base else []) + layers,
        linked_files = base.linked_files if base else depset(),
        manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json"),
        repositories = base.repositories if base else [],
    )
    inputs = layer_facts(info)
    params = action_params(ctx, "image")
    add_param(params, "config", config)
    for path in ctx.attr.allow_replaced:
        add_param(params, "allow_replaced", path.strip("/"))
    if base:
        add_param(params, "base_config", base.config)
        add_param(params, "base_manifest", base.manifest)
        params.add_all(layer_facts(base), map_each = _base_layer_line)
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
    outputs = image_outputs(ctx, [info])
    return [
        outputs.default,
        info,
        OutputGroupInfo(
            descriptor = depset([info.descriptor]),
            facts = depset(layer_facts(info)),
            metadata = depset([info.config, info.manifest, info.descriptor]),
            **outputs.groups
        ),
    ]

image = rule(
    implementation = _image_impl,
    doc = """\
An OCI image for the target platform.

Building it gives metadata: the digest, and with `--output_groups=metadata` the config and the
manifest. No layer is read or copied. `--output_groups=+oci_layout` adds a directory in the OCI
image layout, made of regular files, under the name of the target.

Programs and tests with the image in `data` have the directory in their runfiles. Where another
target takes files, in `srcs` or `$(location)`, give it the output group:

```starlark
filegroup(name = "image.layout", srcs = [":image"], output_group = "oci_layout")
```

Or build with `--@rules_plinth//rules:layout`: then the files of all images are their layouts.

```starlark
image(
    name = "image",
    base = "@rules_plinth//base/python3:debian13_nonroot",
    layers = [":dependencies", ":app"],
    entrypoint = ["/usr/bin/python3.13", "-m", "app"],
)
```

The image takes from the base what you do not give. Empty values (`[]`, `""`) of `entrypoint`,
`cmd`, `user`, `workdir` and `stop_signal` clear the base's. `env`, `labels`, `annotations`,
`exposed_ports` and `volumes` add to those of the base.
""",
    attrs = OUTPUT_ATTRS | TARGET_ARCHITECTURE | {
        "allow_replaced": attr.string_list(
            doc = "Paths that a layer may ship although a layer below has them, or globs of such paths: `*` within a name, `**` across directories. Every other file in two layers is an error.",
        ),
        "annotations": attr.string_dict(doc = "Annotations of the manifest."),
        "base": attr.label(aspects = IMAGE_ASPECTS, providers = [ImageInfo], doc = "The base image."),
        "cmd": attr.string_list(default = [_UNSET], doc = "Default arguments of the entrypoint."),
        "created": attr.string(
            doc = "When the image was made (RFC 3339). The default is 1970-01-01T00:00:00Z, so that equal content has an equal digest.",
        ),
        "entrypoint": attr.string_list(
            default = [_UNSET],
            doc = "Command that the container runs. It clears the base's `cmd`, which belongs to the base's entrypoint.",
        ),
        "env": attr.string_dict(doc = "Environment. `$NAME` and `${NAME}` are the base's value."),
        "exposed_ports": attr.string_list(doc = "Ports that the container listens on: `8080`, `8080/tcp`, `53/udp`."),
        "healthcheck": attr.string(doc = "How a runtime checks that the container works. Made by `healthcheck`."),
        "labels": attr.string_dict(doc = "Labels of the image config."),
        "layers": attr.label_list(
            providers = LAYER_PROVIDERS,
            doc = "Layers on top of the base, lowest first: `packages_layer`, `files_layer`, ….",
        ),
        "stop_signal": attr.string(default = _UNSET, doc = "Signal that stops the container: `SIGINT`, …."),
        "user": attr.string(default = _UNSET, doc = "User to run as: `uid`, `uid:gid`, or names of the image's accounts."),
        "volumes": attr.string_list(doc = "Paths that hold data of the running container."),
        "workdir": attr.string(default = _UNSET, doc = "Working directory."),
    },
    provides = [ImageInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
