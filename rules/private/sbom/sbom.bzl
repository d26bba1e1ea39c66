"""The rule that writes software bills of materials."""

load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/inspect:image_facts.bzl", "IMAGE_PROVIDERS", "image_files", "images_of", "shown_label")
load("//rules/private/interpreter:program.bzl", "run_program")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "INTERPRETER")
load("//rules/private/publish:attachments_info.bzl", "AttachmentsInfo")
load("//rules/private/sbom:sbom_info.bzl", "SbomInfo")

visibility("//...")

# What programs need that read the contents of images.
SBOM_TOOL_ATTRS = INTERPRETER | {
    "_sbom_tools": attr.label(default = Label("//tools:sbom_tools"), cfg = "exec"),
}

def subject_files(target):
    """The files that tell everything about an image, or an index and its images.

    Args:
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      List of File.
    """
    index = [target[ImageIndexInfo].index] if ImageIndexInfo in target else []
    return index + [file for image in images_of(target) for file in image_files(image)]

def root_of(target):
    """What a digest of the whole is a digest of.

    Args:
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      File: the manifest of an image, or the index.
    """
    return target[ImageIndexInfo].index if ImageIndexInfo in target else images_of(target)[0].manifest

def subject_of(target):
    """What the programs are told of an image, or of an index and its images.

    Args:
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      Dict for JSON, as tools/sbom/__main__.py describes it.
    """
    name = shown_label(target.label)
    return {
        "images": [
            {
                "config": image.config.path,
                "label": name,
                "layers": [layer.facts.path for layer in image.layers],
                "manifest": image.manifest.path,
            }
            for image in images_of(target)
        ],
        "index": target[ImageIndexInfo].index.path if ImageIndexInfo in target else None,
        "name": name,
    }

def run_sbom_program(ctx, *, module, srcs, job, inputs, outputs, mnemonic, progress_message, wheels = []):
    """Register an action that reads a job, a JSON file.

    Args:
      ctx: The rule context; the rule must have `SBOM_TOOL_ATTRS`.
      module: The module to run.
      srcs: List of Files. Its modules.
      job: Dict for JSON.
      inputs: List of Files that the job names.
      outputs: List of Files that the job names.
      mnemonic: Mnemonic of the action.
      progress_message: What Bazel shows while it runs.
      wheels: List of `WheelInfo`.
    """
    file = ctx.actions.declare_file("{}.{}.json".format(ctx.label.name, mnemonic.lower()))
    ctx.actions.write(file, json.encode(job))
    run_program(
        ctx,
        arguments = [file.path],
        inputs = inputs + [file],
        mnemonic = mnemonic,
        module = module,
        outputs = outputs,
        progress_message = progress_message,
        srcs = srcs,
        wheels = wheels,
    )

def _sbom_impl(ctx):
    spdx = ctx.actions.declare_file(ctx.label.name + ".spdx.json")
    cyclonedx = ctx.actions.declare_file(ctx.label.name + ".cdx.json")
    run_sbom_program(
        ctx,
        inputs = subject_files(ctx.attr.image),
        job = subject_of(ctx.attr.image) | {"cyclonedx": cyclonedx.path, "spdx": spdx.path},
        mnemonic = "Sbom",
        module = "tools.sbom",
        outputs = [spdx, cyclonedx],
        progress_message = "Listing the contents of %{label}",
        srcs = ctx.files._sbom_tools,
    )
    return [
        AttachmentsInfo(
            attachments = [
                struct(file = spdx, media_type = "application/spdx+json", predicate_type = "https://spdx.dev/Document"),
                struct(file = cyclonedx, media_type = "application/vnd.cyclonedx+json", predicate_type = "https://cyclonedx.org/bom"),
            ],
            subject = root_of(ctx.attr.image),
        ),
        DefaultInfo(files = depset([spdx, cyclonedx])),
        OutputGroupInfo(cyclonedx = depset([cyclonedx]), spdx = depset([spdx])),
        SbomInfo(cyclonedx = cyclonedx, image = ctx.attr.image, spdx = spdx),
    ]

sbom = rule(
    implementation = _sbom_impl,
    doc = """\
The software bill of materials of an image or an index, as SPDX 2.3 and as CycloneDX 1.6.

```starlark
sbom(
    name = "image.sbom",
    image = ":image",
)
```

Makes `image.sbom.spdx.json` and `image.sbom.cdx.json`: every Debian package with its source
package, license, supplier and hash, every wheel, Node.js module and archive, and every file with
what brought it. They are made from the facts of the build, without the network, and are the same
bytes on every machine. `image_push(attachments = [":image.sbom"])` stores them beside the image.
""",
    attrs = {
        "image": attr.label(mandatory = True, providers = IMAGE_PROVIDERS, doc = "An `image`, `image_index`, `layout_image` or pulled image. Layers that Plinth did not make are listed as unknown."),
    } | SBOM_TOOL_ATTRS,
    provides = [AttachmentsInfo, SbomInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
