"""The test of what the images of one family hold."""

load("//base:catalogue.bzl", "VARIANTS")
load("//tests:pytest.bzl", "pytest_test")
load("//tests/base:image_documents.bzl", "image_documents")

def structure_test(name, family, distribution, all_architectures = False, tags = None):
    """A test of all variants of a family on one distribution.

    Args:
      name: Name of the target.
      family: Name of the family.
      distribution: Name of the distribution.
      all_architectures: Whether to take the images of all architectures rather than of this machine's.
      tags: Tags; if not given, a test of all architectures is run only when it is asked for.
    """
    if tags == None:
        tags = ["exhaustive", "manual"] if all_architectures else []
    image_documents(
        name = name + "_images",
        testonly = True,
        images = [
            "//base/{}:{}{}{}".format(family, distribution, variant.suffix, ".index" if all_architectures else "")
            for variant in VARIANTS
        ],
        tags = tags,
    )
    pytest_test(
        name = name,
        srcs = ["structure_test.py"],
        data = [
            "//base:{}.lock.json".format(distribution),
            ":{}_images".format(name),
        ],
        environment = {
            "ALL_ARCHITECTURES": "1" if all_architectures else "",
            "DISTRIBUTION": distribution,
            "FAMILY": family,
            "IMAGES": "$(rlocationpath :{}_images)".format(name),
        },
        tags = tags,
        deps = [
            "expectations.py",
            "facts.py",
        ],
    )
