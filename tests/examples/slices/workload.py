"""Everything that the status page does: traced on the whole image, and proven on the slice."""

from __future__ import annotations

import signal

from tests.container.container import Container

PYTHON = "/usr/bin/python3.13"

_CLIENT = """
import signal, socket, subprocess, sys, time
command = [sys.executable, "-m", "status_page", "--port", "8080"]
service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
print(service.stdout.readline().strip())
for path in ("/health", "/status.json", "/", "/nothing"):
    with socket.create_connection(("127.0.0.1", 8080), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\\r\\n\\r\\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        print(answer.split(b"\\r\\n")[0].decode())
service.send_signal(signal.SIGTERM)
print(service.stdout.readline().strip(), service.wait(timeout=10))
"""


def exercise(container: Container) -> dict[str, str]:
    """Do all of it; gives what came out, by what was done."""
    once = container.run("--once")
    client = container.run("-c", _CLIENT, entrypoint=[PYTHON])
    usage = container.run("--help")
    service = container.start("--port", "0")
    for done in (once, client, usage):
        assert done.returncode == 0, done.stderr
    assert service.stdout is not None
    listening = service.stdout.readline()
    service.send_signal(getattr(signal, container.config["StopSignal"]))
    return {
        "once": "".join(line.partition(":")[0] + "\n" for line in once.stdout.splitlines()),
        "served": client.stdout,
        "usage": usage.stdout,
        "stopped": f"{listening.partition(' port')[0]} {service.wait(timeout=10)}",
    }
