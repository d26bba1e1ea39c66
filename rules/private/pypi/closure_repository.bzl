"""A repository with the closure of the wheels that a wheel needs.

Wheels may need each other in a cycle, which labels cannot express, so the walk is done here. It
reads the repositories of the wheels, and so fetches only those that are needed.
"""

load("//rules/private:build_file.bzl", "call", "load_statement")
load("//rules/private:endless.bzl", "ENDLESS")
load("//rules/private:grammar.bzl", "shown")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private/pypi:markers.bzl", "ANY_EXTRA", "marker_holds")
load("//rules/private/pypi:siblings.bzl", "sibling")

visibility("//...")

def _closure_repository_impl(rctx):
    locked = json.decode(rctx.attr.locked)
    needed = {}  # name -> (extras that were walked, who needs it)
    pending = [(root, extra, "") for root in rctx.attr.roots for extra in [""] + locked[root]["extras"]]
    requires = {}
    problems = []
    for _ in ENDLESS:
        if not pending:
            break
        name, extra, by = pending.pop(0)
        walked = needed.setdefault(name, {})
        if extra in walked:
            continue
        walked[extra] = by
        if name not in requires:
            requires[name] = json.decode(rctx.read(sibling(rctx, rctx.attr.repository, locked[name]["repository"], "requires.json")))
        needs, problem = _needs(rctx, name, extra, requires[name], locked)
        problems += problem
        for other, extras, text in needs:
            if other in locked:
                pending += [(other, each, name) for each in [""] + extras + locked[other]["extras"]]
            else:
                problems.append(_missing(rctx, needed, name, other, text))
    if problems:
        rctx.file("BUILD.bazel", refusal("wheel", "\n".join({problem: None for problem in problems}.keys())))
        return
    roots = rctx.attr.roots
    rctx.file("BUILD.bazel", closure_build_file([
        locked[name]["repository"]
        for name in roots + sorted([name for name in needed if name not in roots])
    ]))

def closure_build_file(repositories):
    """The BUILD file of a wheel with all that it needs.

    Args:
      repositories: Names of the repositories of the wheels.

    Returns:
      Text.
    """
    return load_statement(Label("//rules/private/pypi:wheel.bzl"), "wheel_closure") + call(
        "wheel_closure",
        name = "wheel",
        visibility = ["//visibility:public"],
        wheels = ["@{}//:wheel".format(repository) for repository in repositories],
    )

def _needs(rctx, name, extra, requires, locked):
    """Return what a wheel needs for an extra: (name, extras, text of the requirement); and what is wrong."""
    needs = []
    others = []
    problems = []
    for other, extras, marker, text in requires:
        found = marker_holds(marker, rctx.attr.environment, extra)
        if found.error:
            problems.append("{} requires {} ; {}: the marker cannot be understood: {}".format(name, shown(text), shown(marker), found.error))
        elif found.holds:
            needs.append((other, extras, text))
        elif other in locked and name in locked[other]["via"]:
            others.append((other, marker, text))

    # The file pins a distribution because of this wheel, which does not need it without an extra.
    # So an extra was asked for, and the compiler left it out of the line (uv pip compile,
    # pip-compile --strip-extras).
    certain = [other for other, _, _ in needs]
    for other, marker, text in others:
        if other not in certain and marker_holds(marker, rctx.attr.environment, ANY_EXTRA).holds:
            needs.append((other, [], text))
    return needs, problems

def _missing(rctx, needed, name, other, text):
    chain = [name]
    for _ in needed:
        by = needed[chain[-1]].values()[0]
        if not by or by in chain:
            break
        chain.append(by)
    reason = json.decode(rctx.attr.excluded).get(other, "does not pin it")
    return "{file}: {name} requires {text}, and the file {reason}{chain}.\n  Compile the file again, so that it pins everything that is needed: pip-compile --generate-hashes, uv pip compile --generate-hashes or uv export, for Python {python}.".format(
        chain = " (wanted by {})".format(", by ".join(chain[1:])) if len(chain) > 1 else "",
        file = rctx.attr.where,
        name = name,
        python = rctx.attr.environment["python_version"],
        reason = reason,
        text = shown(text),
    )

closure_repository = repository_rule(
    implementation = _closure_repository_impl,
    doc = "Walks the requirements of wheels.",
    attrs = {
        "environment": attr.string_dict(mandatory = True, doc = "The variables of markers."),
        "excluded": attr.string(mandatory = True, doc = "JSON: name of a distribution that the file has for other environments only -> why."),
        "locked": attr.string(mandatory = True, doc = "JSON: name of a distribution -> `repository`, `extras`, `via`."),
        "repository": attr.string(mandatory = True, doc = "The name of the repository as the extension gave it."),
        "roots": attr.string_list(mandatory = True, doc = "The first wheel of the walk."),
        "where": attr.string(mandatory = True, doc = "Name of the file that pins."),
    },
)
