"""Measures well-known sets of packages, once, so that every report can show them for scale."""
