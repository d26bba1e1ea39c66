"""Describes images to the tools that push and load them. The contract is in
tools/registry/publication.py."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:program.bzl", "bytecode_of", "make_program")
load("//rules/private/interpreter:tools.bzl", "INTERPRETER")
load("//rules/private/publish:attachments_info.bzl", "AttachmentsInfo")
load("//rules/private/publish:publication_info.bzl", "PublicationInfo")
load("//rules/private/pypi:wheel_info.bzl", "WheelInfo")

visibility("//...")

_VERSION = 1

# What programs that publish need.
TOOL_ATTRS = INTERPRETER | {
    "_srcs": attr.label(default = Label("//tools:registry_room"), cfg = "exec"),
    "_wheels": attr.label_list(
        default = [
            Label("@plinth_wheels//" + distribution)
            for distribution in ["certifi", "cffi", "charset-normalizer", "cryptography", "idna", "pycparser", "requests", "urllib3"]
        ],
        # They run on the pinned interpreter, for images of all platforms.
        cfg = "exec",
        providers = [WheelInfo],
    ),
}

def publication_of(ctx, target, *, repository = "", tags = [], mount_from = [], attachments = [], architecture_tags = False):
    """Describe an image that is to be published.

    Args:
      ctx: The rule context.
      target: Target with one of `IMAGE_PROVIDERS`.
      repository: The destination, or empty.
      tags: The tags in the repository.
      mount_from: Names of repositories of the same registry that may have some of its blobs.
      attachments: Targets with `AttachmentsInfo`, documents about the image.
      architecture_tags: Whether each image of an index gets each tag with its architecture at the end, too.

    Returns:
      `PublicationInfo`.
    """
    index = target[ImageIndexInfo].index if ImageIndexInfo in target else None
    images = target[ImageIndexInfo].images if index else [target[ImageInfo]]
    root = "{}/{}.publication".format(ctx.label.package, ctx.label.name).removeprefix("/")
    symlinks = {}
    index_path = _add(ctx, symlinks, root, index) if index else None
    manifests = []
    for number, image in enumerate(images):
        directory = "{}/{}".format(root, number)
        manifests.append(struct(
            config = _add(ctx, symlinks, directory, image.config),
            foreign_blobs = [_add(ctx, symlinks, directory + "/foreign", blob) for blob in image.foreign_blobs],
            layers = [
                _add(ctx, symlinks, "{}/{}".format(directory, position), layer.blob)
                for position, layer in enumerate(image.layers)
            ],
            manifest = _add(ctx, symlinks, directory, image.manifest),
        ))
    return PublicationInfo(
        files = depset(transitive = [image.linked_files for image in images]),
        images = [struct(
            architecture_tags = architecture_tags,
            attachments = _attachments(ctx, attachments, index or images[0].manifest, symlinks, root),
            index = index_path,
            label = label_name(ctx.label),
            manifests = manifests,
            mount_from = mount_from,
            repositories = {repository: None for image in images for repository in image.repositories}.keys(),
            repository = repository,
            tags = tags,
        )],
        symlinks = symlinks,
    )

def _attachments(ctx, targets, subject, symlinks, root):
    found = []
    for number, target in enumerate(targets):
        info = target[AttachmentsInfo]
        if info.subject != subject:
            fail("{}: {} is about another image than `image`".format(label_name(ctx.label), label_name(target.label)))
        for attachment in info.attachments:
            directory = "{}/attachments/{}".format(root, number)
            found.append({
                "media_type": attachment.media_type,
                "path": _add(ctx, symlinks, directory, attachment.file),
                "predicate_type": attachment.predicate_type,
            })
    return found

def _add(ctx, symlinks, directory, file):
    path = "{}/{}".format(directory, file.basename)
    symlinks[path] = file
    return "{}/{}".format(ctx.workspace_name, path)

def make_publisher(ctx, command, publication):
    """Make the program of a target that publishes.

    Args:
      ctx: The rule context; the rule must have `TOOL_ATTRS` and be executable.
      command: `push` or `load`.
      publication: `PublicationInfo`.

    Returns:
      `DefaultInfo`.
    """
    file = ctx.actions.declare_file(ctx.label.name + ".publication.json")
    ctx.actions.write(file, json.encode_indent({"images": publication.images, "version": _VERSION}))
    program = make_program(
        ctx,
        argument_files = [file],
        arguments = [command],
        bytecode = bytecode_of([ctx.attr._srcs]),
        module = "tools.registry",
        srcs = ctx.files._srcs,
        wheels = [target[WheelInfo] for target in ctx.attr._wheels],
    )
    return DefaultInfo(
        executable = program.executable,
        runfiles = program.runfiles.merge(ctx.runfiles(
            symlinks = publication.symlinks,
            transitive_files = publication.files,
        )),
    )
