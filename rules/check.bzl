"""Tests of images, from facts: what is missing, and what is too much."""

load("//rules/private/inspect:closure_test.bzl", _closure_test = "closure_test")

closure_test = _closure_test
