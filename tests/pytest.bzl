"""Tests in pytest, on the pinned interpreter."""

load("//rules/private/interpreter:program.bzl", "python_test")  # buildifier: disable=bzl-visibility

def pytest_test(name, srcs, deps = [], data = [], wheels = [], environment = {}, **kwargs):
    """A test of pytest and hypothesis.

    Args:
      name: Name of the target.
      srcs: The test modules.
      deps: Modules that the tests import, beside those of //tools.
      data: Files to find at run time, by their paths in the workspace.
      wheels: Names of further distributions of tests/requirements.txt or tools/python/requirements.txt.
      environment: Environment variables; `$(rlocationpath)` is expanded.
      **kwargs: Attributes that every test has.
    """
    python_test(
        name = name,
        srcs = srcs + deps + [
            "//tests:run_pytest.py",
            "//tools:all_tools",
        ],
        argument_files = srcs,
        data = data + ["//:pyproject.toml"],
        environment = environment,
        module = "tests.run_pytest",
        wheels = wheels + [
            "@plinth_test_wheels//" + distribution
            for distribution in ["hypothesis", "iniconfig", "packaging", "pluggy", "pygments", "pytest", "sortedcontainers"]
        ],
        **kwargs
    )
