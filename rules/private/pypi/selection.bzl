"""Selects the pins of a file that apply to one environment."""

load("//rules/private:grammar.bzl", "shown")
load("//rules/private/pypi:markers.bzl", "marker_holds")

visibility("//...")

def select_requirements(requirements, where, environment, *, error = "", groups = [], wanted = None):
    """Select the pins that apply.

    Args:
      requirements: List of what `requirement` makes.
      where: Name of the file.
      environment: As of `marker_environment`.
      error: What is wrong with the file, if anything is.
      groups: The dependency groups that are installed.
      wanted: Names of what `:all` is; None for all that is chosen.

    Returns:
      Struct: `all`, names of what `:all` is; `chosen`, a dict from name to requirement; `errors`,
      what is wrong with the file; `excluded`, a dict from name to why it is not for this environment;
      `refusals`, a dict from name to why it cannot be had; `written`, a dict from name to how the
      file spells it.
    """
    chosen, excluded, refusals, written = {}, {}, {}, {}
    errors = [error] if error else []
    for each in requirements:
        if not each.name:
            errors.append(each.error)
            continue
        written.setdefault(each.name, each.written)
        marker = marker_holds(each.marker, environment, groups = groups)
        if each.error or marker.error:
            refusals.setdefault(each.name, each.error or "{}: the environment marker {} cannot be understood: {}.".format(each.where, shown(each.marker), marker.error))
        elif not marker.holds:
            excluded.setdefault(each.name, "pins it for other environments only ({}: {})".format(each.where, shown(each.marker)))
        elif each.name not in chosen:
            chosen[each.name] = each
        elif chosen[each.name].version != each.version:
            refusals[each.name] = "{} and {}: two versions of {} apply to CPython {} on {}: {} and {}.\n  Remove one of the lines, or give them markers that exclude each other.".format(
                chosen[each.name].where,
                each.where,
                each.name,
                environment["python_version"],
                environment["platform_machine"],
                chosen[each.name].version,
                each.version,
            )
        else:
            chosen[each.name] = _merged(chosen[each.name], each)
    for name, reason in excluded.items():
        if name not in chosen and name not in refusals:
            refusals[name] = "{}: CPython {} on {} does not get {}: the file {}.".format(where, environment["python_version"], environment["platform_machine"], name, reason)
    if errors:
        refusals = {name: "\n".join(errors) for name in written}
    return struct(
        all = [name for name in (written if wanted == None else wanted) if name not in excluded or name in chosen],
        chosen = {name: each for name, each in chosen.items() if name not in refusals},
        errors = "\n".join(errors),
        excluded = excluded,
        refusals = refusals,
        written = written,
    )

def _merged(one, other):
    """Two lines that pin the same version."""
    fields = {name: getattr(one, name) for name in ("error", "files", "marker", "name", "version", "where", "written")}
    return struct(
        extras = one.extras + [extra for extra in other.extras if extra not in one.extras],
        hashes = one.hashes + [sha256 for sha256 in other.hashes if sha256 not in one.hashes],
        via = one.via + other.via,
        **fields
    )
