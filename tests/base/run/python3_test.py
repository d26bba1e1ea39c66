"""The Python image imports its whole standard library, but for what is listed with a reason."""

from __future__ import annotations

import os
import re
import textwrap

import pytest

from tests.base.run.containers import (
    give,
    give_certificates,
    give_from_layer,
    open_container,
)
from tests.container.container import Container

TIMEOUT = 600  # seconds; an emulator is slow

FAMILY = os.environ.get("FAMILY", "python3")

# Modules, as regular expressions, that no image can import: why.
ABSENT = {
    "the extra idle": r"_tkinter|tkinter(\..*)?|turtle|turtledemo",
    "package managers are for the build": r"ensurepip(\..*)?|_distutils_system_mod",
    "Debian packages them apart, and none of Python's asks for them": r"_gdbm|dbm\.gnu"
    r"|lib2to3(\..*)?",
    "only other operating systems have it": r"_(msi|overlapped|scproxy|winapi|wmi)|msilib(\..*)?"
    r"|msvcrt|nt|ossaudiodev|winreg|winsound|asyncio\.windows_(events|utils)"
    r"|_pyrepl\.windows_(console|eventqueue)|multiprocessing\.popen_spawn_win32|encodings\.(mbcs|oem)"
    r"|_ios_support",
}
# Nor can the slim one.
ABSENT_FROM_SLIM = {
    "the extra dbm": r"_dbm|dbm\.ndbm",
    "the extra terminal": r"_curses(_panel)?|curses(\..*)?|readline"
    r"|_pyrepl\.(_minimal_curses|curses|readline|simple_interact|unix_console|unix_eventqueue)",
    "there as well in C": r"_pydatetime|_pydecimal|_pyio",
    "uuid does without": r"_uuid",
    "helpers for other operating systems": r"_(aix|android|apple|ios|osx)_support",
}


@pytest.fixture(scope="module")
def container() -> Container:
    container = open_container()
    give(container, "tests/base/run/standard_library.py")
    give_from_layer(container, "LDCONFIG", "usr/sbin/ldconfig")
    give_certificates(container)
    return container


def python(container: Container, program: str) -> list[str]:
    """Return the lines that a Python program prints inside the container."""
    done = container.run("-c", textwrap.dedent(program), timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_imports_the_whole_standard_library(container: Container) -> None:
    done = container.run("-W", "ignore", "/tmp/standard_library.py", timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    absent = {**ABSENT, **(ABSENT_FROM_SLIM if FAMILY == "python3_slim" else {})}
    listed = re.compile("|".join(f"(?:{pattern})" for pattern in absent.values()))
    problems = {line.partition("\t")[0]: line for line in done.stdout.splitlines()}
    assert [line for name, line in problems.items() if not listed.fullmatch(name)] == []


if FAMILY == "python3":

    def test_the_standard_library_is_whole(container: Container) -> None:
        program = """
            import _pydatetime, _pydecimal, _pyio, _uuid, ctypes, curses, dbm.ndbm
            import pydoc_data.topics, readline, uuid, venv
            curses.setupterm("xterm", 1)
            print(curses.tigetnum("colors"))
            with dbm.ndbm.open("/tmp/database", "c") as database:
                database["key"] = "value"
                print(database["key"])
            print(uuid.getnode() == uuid.UUID(fields=uuid.uuid1().fields).node)
            venv.create("/tmp/environment", symlinks=True)
            print(open("/tmp/environment/pyvenv.cfg").read().startswith("home = /usr/bin"))
            libc = ctypes.CDLL("libc.so.6")
            libc.iconv_open.restype = ctypes.c_void_p
            for name in ("UTF-16", "UTF-32", "UTF-7", "UCS-2", "LATIN1", "ISO-8859-15", "CP1252"):
                if libc.iconv_open(b"UTF-8", name.encode()) == ctypes.c_void_p(-1).value:
                    print("iconv lacks", name)
            # What PEP 600's policies let wheels link (x86_64; others have no libmvec).
            for name in ("libatomic.so.1", "libgcc_s.so.1", "libgomp.so.1", "libnsl.so.1",
                         "libstdc++.so.6", "libz.so.1", "libexpat.so.1", "libanl.so.1",
                         "libm.so.6", "librt.so.1", "libutil.so.1", "libresolv.so.2"):
                ctypes.CDLL(name)
        """
        assert python(container, program) == ["8", "b'value'", "True", "True"]


else:

    def test_what_is_left_out_can_be_put_back() -> None:
        program = """
            import ctypes, curses, dbm.ndbm, pydoc_data.topics, readline, test.support, _testcapi
            curses.setupterm("xterm", 1)
            print(curses.tigetnum("colors"))
            with dbm.ndbm.open("/tmp/database", "c") as database:
                database["key"] = "value"
                print(database["key"])
            libc = ctypes.CDLL("libc.so.6")
            libc.iconv_open.restype = ctypes.c_void_p
            print(libc.iconv_open(b"EUC-JP", b"UTF-8") != ctypes.c_void_p(-1).value)
        """
        assert python(open_container("IMAGE_WITH_EXTRAS"), program) == ["8", "b'value'", "True"]


def test_tkinter_can_be_put_back() -> None:
    program = """
        import idlelib.pyshell, tkinter, turtle
        try:
            tkinter.Tk()
        except tkinter.TclError as error:
            print(error)
    """
    if "IMAGE_WITH_IDLE" in os.environ:
        (message,) = python(open_container("IMAGE_WITH_IDLE"), program)
        assert "no display name" in message


def test_does_its_work(container: Container) -> None:
    program = """
        import bz2, ctypes.util, datetime, dbm, locale, lzma, multiprocessing, sqlite3, sys, uuid
        import zoneinfo
        from ctypes.util import find_library
        print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0])
        print(find_library("ssl"), find_library("c"), find_library("nothing"))
        print(ctypes.CDLL(find_library("c")).abs(-7))
        print(locale.setlocale(locale.LC_ALL, ""), locale.getpreferredencoding())
        print(sys.getfilesystemencoding(), sys.stdout.encoding)
        for method in ("fork", "spawn", "forkserver"):
            with multiprocessing.get_context(method).Pool(2) as pool:
                print(pool.map(abs, [-1, -2]))
        print(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("US/Pacific")).isoformat())
        print(len(zoneinfo.available_timezones()) > 400)
        print(lzma.decompress(lzma.compress(b"lzma")), bz2.decompress(bz2.compress(b"bz2")))
        print(uuid.uuid1().version, uuid.uuid4().version)
        with dbm.open("/tmp/database", "c") as database:
            database["key"] = "value"
            print(database["key"])
    """
    assert python(container, program) == [
        "42",
        "libssl.so.3 libc.so.6 None",
        "7",
        "C.UTF-8 UTF-8",
        "utf-8 utf-8",
        "[1, 2]",
        "[1, 2]",
        "[1, 2]",
        "2026-07-01T00:00:00-07:00",
        "True",
        "b'lzma' b'bz2'",
        "1 4",
        "b'value'",
    ]


def test_trusts_whom_it_should(container: Container) -> None:
    program = """
        import socket, ssl, threading
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain("/tmp/server.pem")
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            while True:
                connection, _ = listener.accept()
                try:
                    server.wrap_socket(connection, server_side=True).sendall(b"hello")
                except ssl.SSLError:
                    pass

        threading.Thread(target=serve, daemon=True).start()

        def ask(context):
            with socket.create_connection(listener.getsockname()) as connection:
                try:
                    return context.wrap_socket(connection, server_hostname="localhost").recv(5)
                except ssl.SSLCertVerificationError:
                    return "refused"

        context = ssl.create_default_context()
        print(len(context.get_ca_certs()) > 100, ask(context))
        context.load_verify_locations("/tmp/authority.pem")
        print(ask(context))
    """
    assert python(container, program) == ["True refused", "b'hello'"]


def test_our_ldconfig_prints_what_that_of_glibc_prints(container: Container) -> None:
    real = container.run("-p", entrypoint=["/tmp/ldconfig"])
    assert real.returncode == 0, real.stderr
    ours = container.run("-p", entrypoint=["/sbin/ldconfig"])
    assert (ours.returncode, ours.stdout) == (0, real.stdout), ours.stderr


def test_has_no_shell(container: Container) -> None:
    program = """
        import os
        print(os.path.exists("/bin/sh"), os.system("true") != 0)
    """
    assert python(container, program) == ["False True"]
