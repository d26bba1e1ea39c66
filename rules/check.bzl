"""Tests of images: what is missing, and what must not be there."""

load("//rules/private/advisory:advisories.bzl", _advisory_test = "advisory_test")
load("//rules/private/inspect:budget_test.bzl", _budget_test = "budget_test")
load("//rules/private/inspect:closure_test.bzl", _closure_test = "closure_test")

budget_test = _budget_test
advisory_test = _advisory_test
closure_test = _closure_test
