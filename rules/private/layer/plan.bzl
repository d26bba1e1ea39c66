"""Plans which packages share a layer: a pure function of the lock.

A node that has an image and pulls its update fetches every layer that changed, whole. So a layer of
`size` bytes whose packages are updated `updates` times costs `size * updates` bytes. A plan is good
when the sum over its layers is small. Packages of one source are updated together, so they are
never separated.
"""

visibility("//...")

POLICIES = ["budget", "one", "per_package"]

def plan_layers(packages, policy, budget):
    """Plans the layers of packages.

    Args:
      packages: List of structs with `name`, `source`, `source_version` and `size`, such as `PackageInfo`.
      policy: One of `POLICIES`.
      budget: The largest number of layers under the policy `budget`.

    Returns:
      List of lists of packages: the layers, least expected changes first; in each layer, packages
      of one source are adjacent.
    """
    ordered = sorted(packages, key = lambda package: (package.source, package.name))
    if policy == "one":
        return [ordered] if ordered else []
    if policy == "per_package":
        return [[package] for package in sorted(packages, key = lambda package: (_updates(package), package.name))]
    sources = {}
    for package in ordered:
        sources.setdefault(package.source, []).append(package)
    groups = [
        struct(
            packages = members,
            size = _sum([package.size for package in members]),
            updates = max([_updates(package) for package in members]),
        )
        for members in sources.values()
    ]
    for _ in range(len(groups) - budget):
        groups = _merge_cheapest(groups)
    return [
        sorted(group.packages, key = lambda package: (package.source, package.name))
        for group in sorted(groups, key = lambda group: (group.updates, group.packages[0].source))
    ]

def _updates(package):
    """Return how often a package is expected to change: as often as in its release so far, plus one.

    Debian counts the updates of a stable release in the version: `+deb13u4`, or `~deb13u1` for
    a new upstream release.
    """
    for mark in ("+deb", "~deb"):
        release, _, count = package.source_version.rpartition(mark)[2].partition("u")
        if mark in package.source_version and release.isdigit() and count.isdigit():
            return 1 + int(count)
    return 1

def _merge_cheapest(groups):
    """Merge the cheapest group into the one where this adds the least cost."""
    groups = _cheapest_first(groups, lambda group: group.size * group.updates)
    one = groups[0]
    others = _cheapest_first(groups[1:], lambda group: group.size * one.updates + one.size * group.updates)
    other = others[0]
    merged = struct(
        packages = one.packages + other.packages,
        size = one.size + other.size,
        updates = one.updates + other.updates,
    )
    return others[1:] + [merged]

def _cheapest_first(groups, cost):
    # Ties are broken by name, so that the order of the packages does not matter.
    return sorted(groups, key = lambda group: (cost(group), group.packages[0].source))

def _sum(numbers):
    total = 0
    for number in numbers:
        total += number
    return total
