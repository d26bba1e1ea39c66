"""The test of what bills of materials say of images."""

load("//tests:pytest.bzl", "pytest_test")
load("//tests/base:image_documents.bzl", "image_documents")

def sbom_test(name, images, tags):
    """A test of the bills of materials of images.

    Args:
      name: Name of the target.
      images: Labels of the images.
      tags: Tags.
    """
    image_documents(
        name = name + "_images",
        testonly = True,
        images = images,
        tags = tags,
    )
    pytest_test(
        name = name,
        srcs = ["sbom_test.py"],
        data = [":{}_images".format(name)],
        environment = {"IMAGES": "$(rlocationpath :{}_images)".format(name)},
        tags = tags,
        tools = ["sbom"],
        wheels = [
            "@plinth_test_wheels//" + distribution
            for distribution in [
                "beartype",
                "boolean-py",
                "click",
                "license-expression",
                "ntia-conformance-checker",
                "ply",
                "pyparsing",
                "pyyaml",
                "rdflib",
                "semantic-version",
                "spdx-python-model",
                "spdx-tools",
                "typing-extensions",
                "uritools",
                "xmltodict",
            ]
        ],
    )
