"""The images of Debian's CPython, whole and slim."""

load("//base:image_family.bzl", "image_family")
load("//rules:layer.bzl", "package_slice")

# By distribution: the interpreter, the packages whose names differ (Berkeley DB, readline), and where
# glibc has libmvec.
PYTHONS = {
    "debian12": struct(
        database = "libdb5.3",
        libmvec = ["@platforms//cpu:x86_64"],
        program = "python3.11",
        readline = "libreadline8",
    ),
    "debian13": struct(
        database = "libdb5.3t64",
        libmvec = [
            "@platforms//cpu:aarch64",
            "@platforms//cpu:x86_64",
        ],
        program = "python3.13",
        readline = "libreadline8t64",
    ),
}

# What neither image has.
_OMIT = [
    # Wide characters, for programs in C.
    "usr/lib/*/libexpatw.so*",
    # Programs other than the interpreter, and ways to start it.
    "usr/bin/*",
    "usr/lib/binfmt.d/**",
    "usr/share/binfmts/**",
    # CPython's own tests are the extra `tests`.
    "usr/lib/{python}/test/**",
    # For CPython's developers.
    "usr/lib/{python}/**/*.rst",
    "usr/lib/{python}/**/mypy.ini",
    # For debuggers.
    "usr/share/gcc/**",
    "usr/share/gdb/**",
]

# Modules of the standard library that the slim image does without.
_SLIM_OMIT = [
    # The extra `dbm`. `dbm.sqlite3` and `dbm.dumb` work without.
    "usr/lib/{python}/lib-dynload/_dbm.*",
    # The extra `help`: the texts of help("topic").
    "usr/lib/{python}/pydoc_data/topics.py",
    # The extra `terminal`: an image has no descriptions of terminals.
    "usr/lib/{python}/lib-dynload/_curses*",
    "usr/lib/{python}/lib-dynload/readline.*",
    # The extra `tests`: what only CPython's own tests import.
    "usr/lib/{python}/lib-dynload/_ctypes_test.*",
    "usr/lib/{python}/lib-dynload/_test*",
    "usr/lib/{python}/lib-dynload/_xxtest*",
    "usr/lib/{python}/lib-dynload/xx*",
    # The extra `tk`: no tkinter, no turtle.
    "usr/lib/{python}/turtle.py",
    # Parts that only other operating systems can import.
    "usr/lib/{python}/_aix_support.py",
    "usr/lib/{python}/_android_support.py",
    "usr/lib/{python}/_apple_support.py",
    "usr/lib/{python}/_ios_support.py",
    "usr/lib/{python}/_osx_support.py",
    "usr/lib/{python}/_pyrepl/windows_*.py",
    "usr/lib/{python}/asyncio/windows_*.py",
    "usr/lib/{python}/ctypes/macholib/**",
    "usr/lib/{python}/encodings/mbcs.py",
    "usr/lib/{python}/encodings/oem.py",
    "usr/lib/{python}/msilib/**",
    "usr/lib/{python}/multiprocessing/popen_spawn_win32.py",
    # Third implementations of what C modules do; `uuid` asks no daemon for time stamps.
    "usr/lib/{python}/lib-dynload/_uuid.*",
    "usr/lib/{python}/_pydatetime.py",
    "usr/lib/{python}/_pydecimal.py",
    "usr/lib/{python}/_pyio.py",
    # For shells, which images do not have.
    "usr/lib/{python}/venv/scripts/common/Activate.ps1",
    "usr/lib/{python}/venv/scripts/common/activate.fish",
    "usr/lib/{python}/venv/scripts/posix/**",
]

def python_family(name, slim):
    """Defines the images of CPython on one distribution.

    Args:
      name: Name of the distribution.
      slim: Whether to leave out the modules and libraries that few programs need. The image that is
        not slim has the whole standard library, and every library that the manylinux policies
        (PEP 600) let a wheel expect of the system, but for those of X11, OpenGL and GLib.
    """
    python = PYTHONS[name]
    fragments = ["//base/python3:ldconfig"]
    if not slim:
        package_slice(
            name = name + "_libnsl",
            package = Label("@{}//libc6".format(name)),
            paths = ["usr/lib/*/libnsl.so.1"],
            tags = ["manual"],
        )
        fragments = fragments + [":{}_libnsl".format(name)] + select({
            cpu: [Label("//base/cc:{}_libmvec".format(name))]
            for cpu in python.libmvec
        } | {"//conditions:default": []})
    image_family(
        name = name,
        # Python 3.13 starts them with the interpreter itself.
        allow = {
            "usr/lib/python3.11/**": "modules that are programs as well; `python3 -m` starts them",
        } if name == "debian12" else {},
        omit_files = [path.format(python = python.program) for path in _OMIT + (_SLIM_OMIT if slim else [])],
        entrypoint = ["/usr/bin/" + python.program],
        env = {"LANG": "C.UTF-8"},
        final = True,
        fragments = fragments,
        keep = ["usr/bin/" + python.program],
        omit_packages = [
            python.database,
            python.readline,
            "libncursesw6",
            "libtinfo6",
            "libuuid1",
        ] if slim else ["readline-common"],
        on = "//base/base",
        packages = [
            # Wheels that are written in C++ need it.
            "libstdc++6",
            "lib{}-stdlib".format(python.program),
            python.program + "-minimal",
        ] + ([] if slim else [
            "libatomic1",
            "libgomp1",
            "ncurses-base",
        ]),
        symlinks = {
            "/usr/bin/python": python.program,
            "/usr/bin/python3": python.program,
        },
    )
