"""A repository that holds the packages of one npm lock."""

load("//rules/private/archive:npm.bzl", "NPM_ATTRS", "npm_registry", "npm_tarball_url")
load("//rules/private/npm:lockfile.bzl", "CPUS", "parse_package_lock")

visibility("//...")

_PACKAGE = """
npm_package(
    name = {name},
    files = glob([{root} + "/**"]),
    package = {package},
    path = {path},
    root = {root},
    version = {version},
)
"""

_HEADER = """\
load("{rules}", "npm_package", "npm_packages")

package(default_visibility = ["//visibility:public"])
"""

_ALL = """
npm_packages(
    name = "node_modules",
    packages = {packages},
)
"""

def _urls(registry, package):
    urls = [npm_tarball_url(registry, package.name, package.version)]
    if package.resolved and "://" in package.resolved and package.resolved not in urls:
        urls.append(package.resolved)
    return urls

def _select(packages):
    everywhere = [":" + package.path for package in packages if not package.cpus]
    chosen = {
        constraint: [":" + package.path for package in packages if cpu in package.cpus]
        for cpu, constraint in CPUS.items()
    }
    if not any(chosen.values()):
        return json.encode(everywhere)
    return "{} + select({})".format(json.encode(everywhere), json.encode(chosen))

def _npm_repository_impl(rctx):
    packages = parse_package_lock(rctx.read(rctx.attr.lock), rctx.attr.lock)
    registry = npm_registry(rctx)
    downloads = []
    for number, package in enumerate(packages):
        urls = _urls(registry, package)
        tarball = ".tarballs/{}.tgz".format(number)
        downloads.append((package, number, tarball, urls, rctx.download(
            url = urls,
            output = tarball,
            integrity = package.integrity,
            allow_fail = True,
            block = False,
        )))
    build = _HEADER.format(rules = Label("//rules/private/npm:packages.bzl"))
    for package, number, tarball, urls, pending in downloads:
        if not pending.wait().success:
            fail("""
{name} {version} ({where}): the registry does not have the locked bytes ({integrity}).
Tried: {urls}
To use another registry, set PLINTH_NPM_REGISTRY or NPM_CONFIG_REGISTRY, or `registry` in .npmrc.""".format(
                name = package.name,
                version = package.version,
                where = rctx.attr.lock,
                integrity = package.integrity,
                urls = ", ".join(urls),
            ))
        directory = "packages/{}".format(number)
        rctx.extract(tarball, output = directory)
        rctx.delete(tarball)

        # `package`, mostly; npm takes whatever there is.
        (top,) = rctx.path(directory).readdir()
        build += _PACKAGE.format(
            name = json.encode(package.path),
            package = json.encode(package.name),
            path = json.encode(package.path),
            root = json.encode("{}/{}".format(directory, top.basename)),
            version = json.encode(package.version),
        )
    rctx.file("BUILD.bazel", build + _ALL.format(packages = _select(packages)))

npm_repository = repository_rule(
    implementation = _npm_repository_impl,
    doc = "Fetches and unpacks the packages of a `package-lock.json`.",
    attrs = NPM_ATTRS | {
        "lock": attr.label(mandatory = True, doc = "The lock."),
    },
)
