"""Programs that are of the wrong kind."""

load("//tests/rules:failure.bzl", "failure_test")

def programs_failure_test_suite(name):
    """The tests of this file; what is in a file is in `tests/tools/layer/file_kind_test.py`.

    Args:
      name: Name of the suite.
    """
    failure_test(
        name = name + "_no_jar",
        message = "//tests/rules/programs:no_jar_program: //tests/rules/programs:file_of.bzl has no jar, " +
                  "neither its own nor in its runfiles: it is file_of.bzl; name",
        target_under_test = ":no_jar_program",
    )
    failure_test(
        name = name + "_two_files",
        message = "//tests/rules/programs:two_files_program: //tests/rules/programs:jars is not a program, but 2 files",
        target_under_test = ":two_files_program",
    )
