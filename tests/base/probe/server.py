"""Serves HTTP on port 8080 and gRPC on port 50051, each as healthy as /tmp/health says."""

from __future__ import annotations

import threading
import time
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from grpc_health.v1 import (  # type: ignore[import-untyped]
    health,
    health_pb2,
    health_pb2_grpc,
)

_HEALTH = Path("/tmp/health")  # noqa: S108 - of the container


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(30)
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 1024)
        self.send_response(int(_HEALTH.read_text()) if self.path == "/health" else 302)
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())


def _serve_grpc() -> None:
    servicer = health.HealthServicer()
    server = grpc.server(futures.ThreadPoolExecutor())
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    servicer.set("shop.Orders", health_pb2.HealthCheckResponse.NOT_SERVING)
    server.add_insecure_port("127.0.0.1:50051")
    server.start()
    bare = grpc.server(futures.ThreadPoolExecutor())
    bare.add_insecure_port("127.0.0.1:50052")
    bare.start()
    while True:
        well = _HEALTH.read_text() == "200"
        status = health_pb2.HealthCheckResponse.ServingStatus.Value(
            "SERVING" if well else "NOT_SERVING"
        )
        servicer.set("", status)
        time.sleep(0.05)


_HEALTH.write_text("200")
threading.Thread(target=_serve_grpc, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", 8080), _Handler).serve_forever()
