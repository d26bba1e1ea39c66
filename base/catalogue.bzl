"""Every image of the catalogue, and the releases of Debian that it is made of.

`image_family` refuses what is not listed here, and the tests of //tests/base cover all that is.
"""

CATALOGUE = {
    "base": ["debian12", "debian13"],
    "base_nossl": ["debian12", "debian13"],
    "cc": ["debian12", "debian13"],
    "java17": ["debian12", "debian13"],
    "java21": ["debian13"],
    "java25": ["debian13"],
    "java_base": ["debian12", "debian13"],
    "nodejs": ["debian13"],
    "nodejs22": ["debian13"],
    "nodejs24": ["debian13"],
    "nodejs26": ["debian13"],
    "python3": ["debian12", "debian13"],
    "python3_slim": ["debian12", "debian13"],
    "static": ["debian12", "debian13"],
}

# Images of archives that only upstream has. Not every network reaches it, so a build of everything
# leaves them out, and so do the tests.
FROM_UPSTREAM = {
    "dotnet10": ["debian13"],
    "dotnet8": ["debian13"],
}

# Services, of the lock of that name.
SERVICES = {
    "caddy": ["debian13"],
    "haproxy": ["debian13"],
    "mariadb": ["debian13"],
    "memcached": ["debian13"],
    "nginx": ["debian13"],
    "perl": ["debian13"],
    "php": ["debian13"],
    "postgres": ["debian13"],
    "ruby": ["debian13"],
    "tomcat": ["debian13"],
    "valkey": ["debian13"],
}

# (what is added to the name of the distribution, whether there is a shell, whether root runs it)
VARIANTS = [
    struct(debug = False, nonroot = False, suffix = ""),
    struct(debug = False, nonroot = True, suffix = "_nonroot"),
    struct(debug = True, nonroot = False, suffix = "_debug"),
    struct(debug = True, nonroot = True, suffix = "_debug_nonroot"),
]
