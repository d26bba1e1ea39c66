"""The script in an image that starts a Python program among its runfiles."""

visibility("//...")

_LAUNCHER = """\
#!{interpreter}
import os
import runpy
import sys

root = {root}
path = [os.path.normpath(os.path.join(root, directory)) for directory in {imports}]
if not sys.flags.safe_path:
    del sys.path[0]
sys.path[:0] = path

# Child processes find the same modules and files.
os.environ["RUNFILES_DIR"] = root
os.environ["PYTHONPATH"] = os.pathsep.join([*path, *filter(None, [os.environ.get("PYTHONPATH")])])
{start}
"""

_START_SCRIPT = """
main = os.path.join(root, {main})
sys.path.insert(0, os.path.dirname(main))
sys.argv[0] = main
runpy.run_path(main, run_name="__main__")"""

_START_MODULE = """
runpy.run_module({module}, run_name="__main__", alter_sys=True)"""

def launcher_text(*, interpreter, root, imports, main, module):
    """The text of a launcher.

    Args:
      interpreter: Path of Python in the image.
      root: Path of the runfiles in the image.
      imports: Directories to import from, relative to `root`, in their order.
      main: Path of the script to start, relative to `root`; None to start `module`.
      module: The module to start.

    Returns:
      String.
    """

    # A string of JSON is one of Python as well.
    return _LAUNCHER.format(
        imports = json.encode_indent(imports, indent = "    "),
        interpreter = interpreter,
        root = json.encode(root),
        start = _START_MODULE.format(module = json.encode(module)) if module else _START_SCRIPT.format(main = json.encode(main)),
    )

def import_directories(imports, repositories, main_repository):
    """Return the directories that a program imports from, in the order of Bazel's own launchers.

    Args:
      imports: List of what the program's targets name as `imports`, relative to the runfiles.
      repositories: Names of the repositories that the program has files of.
      main_repository: Name of the main repository.

    Returns:
      List of directories, relative to the runfiles; the runfiles themselves are `.`.
    """

    # A repository without such a directory is imported from its root.
    named = {path.partition("/")[0]: None for path in imports}
    others = [repository for repository in sorted(repositories) if repository not in named]
    unique = {path: None for path in ["."] + imports + [main_repository] + others}
    return unique.keys()
