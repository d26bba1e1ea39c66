"""Tests that need a registry server."""

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
    server = ["//tests/registry:" + part for part in ["libraries", "loader", "program"]]
    pytest_test(
        name = name,
        data = data + server,
        environment = environment | {
            "REGISTRY_LOADER": "$(rlocationpath //tests/registry:loader)",
            "REGISTRY_PROGRAM": "$(rlocationpath //tests/registry:program)",
        },
        wheels = wheels + [
            "@plinth_wheels//" + distribution
            for distribution in ["certifi", "cffi", "charset-normalizer", "cryptography", "idna", "pycparser", "requests", "urllib3"]
        ],
        deps = deps + ["//tests/registry"],
        **kwargs
    )
