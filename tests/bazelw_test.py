"""``bazelw`` and ``tools/bootstrap/enter``: which Bazel is run, and how. No Bazel is run here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.child import Child
from tests.faults.disk import CANNOT_MOUNT, mounted

# In a Bazel test these are links; their directory must hold only what the test puts there.
SCRIPTS = ("bazelw", "tools/bootstrap/enter")
TOOLS = (
    "cat",
    "cut",
    "grep",
    "head",
    "id",
    "readlink",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "uname",
)
SHOW = '#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\nexit 7\n'


class Machine:
    """A clone of the repository on a machine whose PATH holds little else than a shell's tools."""

    def __init__(self, path: Path) -> None:
        self.repository = path / "clöne 克隆"
        self.workspace = path / "a workspace"
        self.bin = path / "bin"
        self.home = path / "home"
        (self.repository / "tools/bootstrap").mkdir(parents=True)
        self.workspace.mkdir()
        self.bin.mkdir()
        self.home.mkdir()
        for script in SCRIPTS:
            shutil.copy(script, self.repository / script)
        self.lock = self.repository / "tools/bootstrap/bazel.lock.json"
        self.lock.write_text("{}\n")
        for name in (
            "sh",
            "readlink",
            "sha256sum",
            "cut",
            "id",
            "uname",
            "cat",
            "rm",
            "head",
            "grep",
            "sed",
        ):
            found = shutil.which(name)
            assert found
            (self.bin / name).symlink_to(found)
        self.environment = {"PATH": str(self.bin), "HOME": str(self.home), "USER": "me"}

    def program(self, name: str, text: str = SHOW) -> Path:
        """Put a program on the PATH."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def has_python(self) -> None:
        """Put the real Python on the PATH, and a program in the place of the installation."""
        self.program("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        for package in ("tools", "tools/bootstrap"):
            (self.repository / package / "__init__.py").touch()
        (self.repository / "tools/bootstrap/__main__.py").write_text(
            "import sys\nprint('made ready:', *sys.argv[1:])\nsys.exit(3)\n"
        )

    def ready(self, architecture: str = "amd64") -> Path:
        """Return a root that is there; its dynamic linker prints what it is to start."""
        digest = hashlib.sha256(self.lock.read_bytes()).hexdigest()[:16]
        directory = self.home / f".cache/plinth/bazel/2-{architecture}-{digest}"
        directory.mkdir(parents=True)
        bundle = self.home / "bundle"
        bundle.touch()
        (directory / "trusted").write_text(f"{bundle}\n")
        linker = directory / "ld.so"
        linker.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 7\n')
        linker.chmod(0o755)
        return directory

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run bazelw."""
        return subprocess.run(
            [str(self.repository / "bazelw"), *arguments],
            env=self.environment,
            cwd=cwd or self.workspace,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.program("uname", "#!/bin/sh\necho Linux x86_64\n")
    return made


def test_the_users_own_bazel_comes_first(machine: Machine) -> None:
    machine.program("bazelisk")
    machine.environment["PLINTH_BAZEL"] = str(machine.program("my bazel"))
    ran = machine.run("build", "a  b", "*", "")
    assert ran.stdout == "my bazel\nbuild\na  b\n*\n\n"
    assert ran.returncode == 7


def test_then_bazelisk_then_bazel_on_the_path(machine: Machine) -> None:
    machine.program("bazel")
    assert machine.run("version").stdout == "bazel\nversion\n"
    machine.program("bazelisk")
    assert machine.run("version").stdout == "bazelisk\nversion\n"


def test_bazelw_under_the_name_of_bazel_does_not_call_itself(machine: Machine) -> None:
    (machine.bin / "bazel").symlink_to(machine.repository / "bazelw")
    machine.ready()
    assert "/usr/bin/bazel" in machine.run("version").stdout


def test_a_root_that_is_ready_is_entered_without_python(machine: Machine) -> None:
    directory = machine.ready()
    ran = machine.run("build", "//:x", "--", "a  b", "")
    lines = ran.stdout.split("\n")
    assert lines[:3] == ["--library-path", f"{directory}/lib", f"{directory}/root/usr/bin/bwrap"]
    assert lines[-7:] == ["/usr/bin/bazel", "build", "//:x", "--", "a  b", "", ""]
    assert ran.returncode == 7
    assert ran.stderr == ""


def test_a_program_is_run_outside_of_the_root(machine: Machine) -> None:
    directory = machine.ready()
    # In Bazel's place: writes the script that it is asked for.
    (directory / "ld.so").write_text(
        "#!/bin/sh\n"
        "for argument; do case $argument in --script_path=*) script=${argument#*=} ;; esac; done\n"
        'echo "built: $*" >&2\n'
        'printf \'#!/bin/bash\\nwhere="a  b"\\necho "$where" out here\\nexit 7\\n\' >$script\n'
    )
    ran = machine.run("--output_base=/x", "run", "//:x", "--", "run")
    assert " run --script_path=" in ran.stderr
    assert ran.stderr.endswith(" //:x -- run\n")
    assert ran.stdout == "a  b out here\n"
    assert ran.returncode == 7
    assert not list(directory.parent.glob("run.*"))


@pytest.mark.parametrize("content", [b"\x7fELF\x02", b"#!/bin/bash\nJAVABIN=java\n"])
def test_what_needs_the_roots_libraries_is_run_inside(machine: Machine, content: bytes) -> None:
    directory = machine.ready()
    program = machine.home / "program"
    program.write_bytes(content)
    (directory / "ld.so").write_text(
        "#!/bin/sh\n"
        "for argument; do case $argument in --script_path=*) script=${argument#*=} ;; esac; done\n"
        '[ -z "${script-}" ] || {\n'
        f"printf '#!/bin/bash\\ncd / && \\\\\\n  exec env \\\\\\n  {program} \"$@\"' >$script\n"
        "exit 0\n}\n"
        'printf "%s\\n" "$@"\n'
    )
    ran = machine.run("run", "//:x")
    assert f"{directory}/root/usr/bin/bwrap\n" in ran.stdout
    assert f'  {program} "$@"\n' in ran.stdout


def test_what_cannot_be_built_is_not_run(machine: Machine) -> None:
    directory = machine.ready()
    ran = machine.run("run", "//:x")
    assert ran.returncode == 7
    assert not list(directory.parent.glob("run.*"))


def test_a_cache_that_cannot_be_written(machine: Machine) -> None:
    directory = machine.ready()
    log = machine.home / "log"

    def run() -> int:
        builds, ran = machine.run("build", "//:x"), machine.run("run", "//:x")
        print(builds.stdout, ran.stderr)
        return ran.returncode if builds.returncode == 7 else 70

    status, said = Child(log, lambda: mounted("ro", directory.parent, run)).wait()
    if status == CANNOT_MOUNT:
        pytest.skip("this sandbox mounts nothing")
    assert status == 1, said
    assert "/usr/bin/bazel\nbuild\n//:x\n" in said
    assert f"error: bazelw cannot write to {directory.parent}, where" in said
    assert said.endswith("  Make it writable, or set XDG_CACHE_HOME to another place.\n\n")


@pytest.mark.parametrize("what", ["absent", "newer bundle", "other bundle"])
def test_otherwise_python_makes_it_ready(machine: Machine, what: str) -> None:
    if what != "absent":
        directory = machine.ready()
        bundle = machine.home / "bundle"
        if what == "newer bundle":
            os.utime(directory / "trusted", ns=(0, 0))
            os.utime(bundle, ns=(1, 1))
        else:
            machine.environment["SSL_CERT_FILE"] = "/other/bundle"
    machine.has_python()
    ran = machine.run("version")
    assert ran.returncode == 3, "its failure ends bazelw"
    assert ran.stdout.startswith(f"made ready: {machine.repository} {machine.home}/")
    assert ran.stdout.endswith(" amd64\n")


def test_no_module_of_the_current_directory_is_run(machine: Machine, tmp_path: Path) -> None:
    machine.has_python()
    for name in ("tools/__init__.py", "tools/bootstrap/__main__.py", "lzma.py", "runpy.py"):
        module = tmp_path / "project" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text("print('a stranger runs')\n")
    machine.environment["PYTHONPATH"] = str(tmp_path / "project")
    ran = machine.run("version", cwd=tmp_path / "project")
    assert ran.stdout.startswith("made ready: ")
    assert "stranger" not in ran.stdout + ran.stderr


def test_no_python(machine: Machine) -> None:
    ran = machine.run("version")
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "error: bazelw cannot fetch Bazel on this machine: it has no python3",
        "  Run: apt install python3",
        "  Or install Bazelisk (github.com/bazelbuild/bazelisk) as 'bazelisk' on the PATH, or",
        "  set PLINTH_BAZEL to the path of Bazel 7.7.1 or newer.",
    ]


def test_a_python_that_will_not_do(machine: Machine) -> None:
    machine.program("python3", '#!/bin/sh\n[ "$1" != -V ] || echo Python 3.8.1\nexit 1\n')
    assert "its Python 3.8.1 is too old, or lacks lzma" in machine.run("version").stderr


@pytest.mark.parametrize("system", ["Darwin arm64", "Linux s390x"])
def test_a_machine_that_debian_has_no_bazel_for(machine: Machine, system: str) -> None:
    machine.program("uname", f"#!/bin/sh\necho {system}\n")
    ran = machine.run("version")
    assert ran.returncode == 1
    assert f"Debian has no Bazel for {system}" in ran.stderr


def test_arm64_has_a_root_of_its_own(machine: Machine) -> None:
    machine.program("uname", "#!/bin/sh\necho Linux aarch64\n")
    directory = machine.ready("arm64")
    assert f"{directory}/lib" in machine.run("version").stdout


def test_without_home_and_user(machine: Machine) -> None:
    machine.environment = {"PATH": str(machine.bin), "XDG_CACHE_HOME": f"{machine.home}/.cache"}
    directory = machine.ready()
    (directory / "ld.so").write_text('#!/bin/sh\necho "$HOME" "$USER"\n')
    home, user = machine.run("version").stdout.split()
    assert os.path.isabs(home)
    assert user == subprocess.check_output(["id", "-un"], text=True).strip()


def entered(machine: Machine, cwd: Path | None = None) -> list[str]:
    return machine.run("version", cwd=cwd).stdout.splitlines()


def pairs(lines: list[str], option: str) -> list[tuple[str, str]]:
    return [(lines[at + 1], lines[at + 2]) for at, line in enumerate(lines) if line == option]


def test_usr_and_etc_are_the_roots_and_all_else_the_hosts(machine: Machine) -> None:
    directory = machine.ready()
    lines = entered(machine)
    assert pairs(lines, "--ro-bind") == [
        (f"{directory}/root/usr", "/usr"),
        (f"{directory}/root/etc", "/etc"),
    ]
    hosts = {name for name in os.listdir("/") if Path("/", name).is_dir()}
    hosts -= {name for name in hosts if Path("/", name).is_symlink()}
    ours = {"usr", "etc", "bin", "sbin", "lib", "lib32", "lib64", "libx32"}
    assert {target for _, target in pairs(lines, "--dev-bind")} == {
        f"/{name}" for name in hosts - ours
    }
    assert ("usr/bin", "/bin") in pairs(lines, "--symlink")
    assert ("/etc/resolv.conf", "/etc/resolv.conf") in pairs(lines, "--ro-bind-try")


def test_the_working_directory_stays(machine: Machine) -> None:
    machine.ready()
    inside = machine.workspace / "with spaces"
    inside.mkdir()
    lines = entered(machine, inside)
    assert lines[lines.index("--chdir") + 1] == str(inside)


def test_a_directory_that_the_root_hides(machine: Machine) -> None:
    machine.ready()
    ran = machine.run("version", cwd=Path("/usr/bin"))
    assert ran.returncode == 1
    assert "error: Bazel cannot see /usr/bin" in ran.stderr


@pytest.mark.parametrize("what", ["workspace", "home"])
def test_a_path_that_bazel_cannot_write(machine: Machine, what: str) -> None:
    machine.ready()
    foreign = machine.workspace / "l'été 東京"
    foreign.mkdir()
    if what == "home":
        machine.environment["XDG_CACHE_HOME"] = f"{machine.home}/.cache"
        machine.environment["HOME"] = str(foreign)
    for locale in ("C", "C.UTF-8"):
        machine.environment["LC_ALL"] = locale
        ran = machine.run("version", cwd=foreign if what == "workspace" else None)
        assert ran.returncode == 1
        assert ran.stderr.splitlines() == [
            f"error: Bazel cannot work in a path that is not all of ASCII: {foreign}",
            "  Move the workspace, or set HOME to another directory.",
        ]


def test_the_hosts_libraries_and_java_are_forgotten(machine: Machine) -> None:
    directory = machine.ready()
    (directory / "ld.so").write_text('#!/bin/sh\necho "${JAVA_HOME-none} ${LD_PRELOAD-none}"\n')
    machine.environment |= {"JAVA_HOME": "/opt/java", "LD_PRELOAD": ""}
    assert machine.run("version").stdout == "none none\n"
