"""What users read when something is refused: one table, run through Bazel and through the tools."""
