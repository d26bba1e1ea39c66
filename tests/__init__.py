"""Tests: a mirror of the tree, and what runs, benchmarks and abuses the whole."""
