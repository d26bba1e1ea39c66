"""Images of programs out of Debian's packages, for tests that start them."""

load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("//rules:check.bzl", "closure_test")
load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "packages_layer")

_BASE = ["//base/cc:debian13_layers"]

def program_images(name, rows, hub, target_compatible_with):
    """An image for each row, whether its closure is complete, and what to do in it.

    Args:
      name: Of a JSON file of the rows: what to run, the directory of the image, and the verdict of `closure_test`.
      rows: Name to what `row` returns.
      hub: Repository of the packages.
      target_compatible_with: As for rules.

    Returns:
      Labels of the images and the verdicts.
    """
    tags = ["manual"]
    for each, made in rows.items():
        packages_layer(
            name = each + "_packages",
            base = _BASE,
            packages = [hub + "//" + package for package in made.packages + made.essential],
            tags = tags,
            target_compatible_with = target_compatible_with,
        )
        image(
            name = each,
            env = {"PATH": "/usr/sbin:/usr/bin"} | made.env,
            layers = _BASE + [":{}_packages".format(each)],
            tags = tags,
            target_compatible_with = target_compatible_with,
        )
        closure_test(
            name = each + "_closure",
            image = each,
            tags = tags,
            target_compatible_with = target_compatible_with,
        )
        native.filegroup(
            name = each + "_verdict",
            testonly = True,
            srcs = [each + "_closure"],
            output_group = "report",
            tags = tags,
        )
    write_file(
        name = name,
        out = name + ".json",
        content = [json.encode({
            each: {
                "commands": made.commands,
                "image": "{}/{}".format(native.package_name(), each),
                "verdict": "{}/{}_closure.json".format(native.package_name(), each),
            }
            for each, made in rows.items()
        })],
    )
    return [":" + each for each in rows] + [":{}_verdict".format(each) for each in rows]
