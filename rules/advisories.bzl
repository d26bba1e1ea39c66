"""Known vulnerabilities, by pinned databases.

```starlark
# MODULE.bazel
databases = use_extension("@rules_plinth//rules:advisories.bzl", "advisory_databases")
databases.database(
    name = "debian_tracker",
    as_of = "2026-11-20",
    sha256 = "…",
    urls = ["https://mirror.example/debian-tracker-20261120.json"],
)
use_repo(databases, "debian_tracker")
```
"""

load("//rules/private/advisory:advisories.bzl", _advisories = "advisories", _advisory_test = "advisory_test")
load("//rules/private/advisory:advisory_database.bzl", _advisory_database = "advisory_database", _advisory_databases = "advisory_databases")

advisories = _advisories
advisory_database = _advisory_database
advisory_databases = _advisory_databases
advisory_test = _advisory_test
