"""Tests in pytest, on the pinned interpreter."""

load("//rules/private/interpreter:program.bzl", "python_test")  # buildifier: disable=bzl-visibility

def pytest_test(name, srcs, tools = [], deps = [], data = [], layouts = {}, wheels = [], environment = {}, **kwargs):
    """A test of pytest and hypothesis.

    Args:
      name: Name of the target.
      srcs: The test modules.
      tools: Names of the rooms of //tools that the tests import from. What those import comes along; `all` is all of them.
      deps: Other modules that the tests import.
      data: Files to find at run time, by their paths in the workspace.
      layouts: Environment variables to the images whose layout directory they hold.
      wheels: Names of further distributions of tests/requirements.txt or tools/python/requirements.txt.
      environment: Environment variables; `$(rlocationpath)` is expanded.
      **kwargs: Attributes that every test has.
    """
    for variable, image in layouts.items():
        native.filegroup(
            name = "{}.{}".format(name, variable.lower()),
            testonly = True,
            srcs = [image],
            output_group = "oci_layout",
        )
    python_test(
        name = name,
        srcs = srcs + deps + ["//tests:run_pytest.py"] + ["//tools:{}".format("all_tools" if room == "all" else room + "_room") for room in tools],
        argument_files = srcs,
        data = data + [":{}.{}".format(name, variable.lower()) for variable in layouts] + ["//:pyproject.toml"],
        environment = environment | {
            variable: "$(rlocationpath :{}.{})".format(name, variable.lower())
            for variable in layouts
        },
        module = "tests.run_pytest",
        wheels = wheels + [
            "@plinth_test_wheels//" + distribution
            for distribution in ["hypothesis", "iniconfig", "packaging", "pluggy", "pygments", "pytest", "sortedcontainers"]
        ],
        **kwargs
    )
