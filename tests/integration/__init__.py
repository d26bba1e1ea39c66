"""Tests that start a Bazel of their own: what holds for whole builds, and how they fail."""
