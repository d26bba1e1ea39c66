"""Tests that need a registry server."""

load("//tests:debian_program.bzl", "program_data", "program_environment")
load("//tests:pytest.bzl", "pytest_test")

def registry_test(name, deps = [], data = [], environment = {}, wheels = [], **kwargs):
    """A `pytest_test` in which `tests.registry.server` works, and `tools.registry` as well.

    Args:
      name: Name of the target.
      deps: As of `pytest_test`.
      data: As of `pytest_test`.
      environment: As of `pytest_test`.
      wheels: As of `pytest_test`.
      **kwargs: As of `pytest_test`.
    """
    pytest_test(
        name = name,
        data = data + program_data("registry"),
        environment = environment | program_environment("registry"),
        wheels = wheels + [
            "@plinth_wheels//" + distribution
            for distribution in ["certifi", "cffi", "charset-normalizer", "cryptography", "idna", "pycparser", "requests", "urllib3"]
        ],
        deps = deps + ["//tests/registry"],
        **kwargs
    )
