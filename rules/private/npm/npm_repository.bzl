"""A repository that holds the packages of one npm lock."""

load("//rules/private:build_file.bzl", "call", "glob_call", "load_statement", "public_package", "select_call")
load("//rules/private:build_files_aside.bzl", "set_build_files_aside")
load("//rules/private:given_file.bzl", "read_given")
load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:no_room.bzl", "NO_ROOM")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private:words.bzl", "without_byte_order_mark")
load("//rules/private/archive:npm.bzl", "NPM_ATTRS", "npm_registry", "npm_tarball_url")
load("//rules/private/archive:unpack.bzl", "unpack_archives")
load("//rules/private/npm:lockfile.bzl", "CPUS", "parse_package_lock")

visibility("//...")

def _urls(registry, package):
    urls = [npm_tarball_url(registry, package.name, package.version)]
    if package.resolved and "://" in package.resolved and package.resolved not in urls:
        urls.append(package.resolved)
    return urls

def npm_build_file(packages, roots):
    """The BUILD file of the packages of one lock.

    Args:
      packages: List of structs, as `parse_package_lock` gives it.
      roots: For each of them the directory that holds its files; None for a link.

    Returns:
      Text.
    """
    return load_statement(
        Label("//rules/private/npm:packages.bzl"),
        "npm_package",
        "npm_packages",
    ) + public_package() + "".join([
        _package_call(package, root)
        for package, root in zip(packages, roots)
    ]) + call("npm_packages", name = "node_modules", packages = _select(packages))

def _package_call(package, root):
    if package.link:
        return call("npm_package", name = package.path, link = package.link, package = package.name, path = package.path)
    return call(
        "npm_package",
        name = package.path,
        files = glob_call([root + "/**"]),
        package = package.name,
        path = package.path,
        root = root,
        version = package.version,
    )

def _select(packages):
    everywhere = [":" + package.path for package in packages if not package.cpus]
    chosen = {
        constraint: [":" + package.path for package in packages if cpu in package.cpus]
        for cpu, constraint in CPUS.items()
    }
    return select_call(chosen, always = everywhere) if any(chosen.values()) else everywhere

def _root(rctx, directory, where):
    """Return the directory in a tarball: usually `package`; npm accepts any."""
    entries = rctx.path(directory).readdir()
    if len(entries) != 1 or not _is_plain(entries[0].basename):
        fail("{}: its tarball should have one directory, with a plain name; it has {}".format(
            where,
            ", ".join([shown(entry.basename) for entry in entries[:5]]) or "nothing",
        ))
    return "{}/{}".format(directory, entries[0].basename)

def _is_plain(name):
    # It becomes part of a pattern of `glob`.
    return not field_problem("archive_path", name, "") and "*" not in name

def package_problem(text):
    """Return what is wrong with a package's own description.

    Args:
      text: Its package.json; None if there is none.

    Returns:
      A string for people, or None.
    """
    if text == None:
        return "it has no package.json"
    return fields_problem({"name": "npm_name", "version": "npm_version"}, json.decode(without_byte_order_mark(text), default = None))

def _described(rctx, root):
    path = rctx.path(root).get_child("package.json")
    return rctx.read(path) if path.exists else None

def _npm_repository_impl(rctx):
    text, problem = read_given(rctx, rctx.attr.lock, "`npm install --package-lock-only` makes one.")
    packages = []
    if not problem:
        packages, problem = parse_package_lock(text, label_name(rctx.attr.lock))
    if problem:
        # A file that is not there yet makes a repository that is made again when it is there.
        rctx.watch(rctx.attr.lock)
        rctx.file("BUILD.bazel", refusal("node_modules", problem))
        return
    registry = npm_registry(rctx)
    downloads = []
    for number, package in enumerate(packages):
        if package.link:
            downloads.append((package, number, None, None, None))
            continue
        urls = _urls(registry, package)
        tarball = ".tarballs/{}.tgz".format(number)
        downloads.append((package, number, tarball, urls, rctx.download(
            url = urls,
            output = tarball,
            integrity = package.integrity,
            allow_fail = True,
            block = False,
        )))
    archives = {}
    for package, number, tarball, urls, pending in downloads:
        if not pending:
            continue
        if not pending.wait().success:
            fail("""
{name} {version} ({where}): the registry does not have the locked bytes ({integrity}).
Tried: {urls}
To use another registry, set PLINTH_NPM_REGISTRY or NPM_CONFIG_REGISTRY, or `registry` in .npmrc.
{no_room}""".format(
                name = package.name,
                version = package.version,
                where = label_name(rctx.attr.lock),
                integrity = package.integrity,
                urls = ", ".join(urls),
                no_room = NO_ROOM,
            ))
        archives[tarball] = ("packages/{}".format(number), "", "{} {} ({})".format(package.name, package.version, label_name(rctx.attr.lock)))
    if archives:
        unpack_archives(rctx, archives)
        rctx.delete(".tarballs")
    for directory, _, where in archives.values():
        set_build_files_aside(rctx, directory, where)
    roots = [
        _root(rctx, *archives[tarball][::2]) if tarball else None
        for _, _, tarball, _, _ in downloads
    ]
    for root, (_, _, tarball, _, _) in zip(roots, downloads):
        problem = package_problem(_described(rctx, root)) if root else None
        if problem:
            fail("{}: package.json: {}".format(archives[tarball][2], problem))
    rctx.file("BUILD.bazel", npm_build_file(packages, roots))

npm_repository = repository_rule(
    implementation = _npm_repository_impl,
    doc = "Fetches and unpacks the packages of a `package-lock.json`.",
    attrs = NPM_ATTRS | {
        "lock": attr.label(mandatory = True, doc = "The lock."),
    },
)
