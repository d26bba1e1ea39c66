"""Reaches the ports of a container, whose network is its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a server answered to one request."""

    status: int
    content_type: str
    body: str


def get(process: subprocess.Popen[str], port: int, path: str) -> Answer:
    """Ask a server in the container of ``process`` for ``path``."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.sock = connect(process, port)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(
            status=response.status,
            content_type=response.getheader("Content-Type", ""),
            body=response.read().decode(),
        )
    finally:
        connection.close()


def connect(process: subprocess.Popen[str], port: int) -> socket.socket:
    """Connect to a port of the loopback of the container of ``process``.

    A child enters the namespaces, connects, and hands the socket back (unix(7), SCM_RIGHTS): a
    socket stays in the network that it was made in.

    Raises:
        ConnectionRefusedError: no program listens there.
    """
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            for kind in ("user", "net"):
                namespace = os.open(f"/proc/{process.pid}/ns/{kind}", os.O_RDONLY)
                # setns(2): a process cannot enter the user namespace that it is in.
                if not os.path.samestat(os.fstat(namespace), os.stat(f"/proc/self/ns/{kind}")):
                    os.setns(namespace)
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                socket.send_fds(there, [b"+"], [connection.fileno()])
        finally:
            # Not through pytest, which would take the child for a second run of itself.
            os._exit(0)
    there.close()
    with here:
        message, descriptors, _, _ = socket.recv_fds(here, 1, 1)
    os.waitpid(child, 0)
    if not message:
        raise ConnectionRefusedError(f"no program answers at port {port} of the container")
    connection = socket.socket(fileno=descriptors[0])
    connection.settimeout(60)
    return connection
