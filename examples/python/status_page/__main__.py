"""Command line: serve the page, or print it once with ``--once``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from status_page.server import make_server
from status_page.status import measure


def main() -> int:
    """Run the service until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="status_page", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default 8080)")
    parser.add_argument("--once", action="store_true", help="print the status and leave")
    options = parser.parse_args()
    if options.once:
        print(measure().as_text())
        return 0

    server = make_server(options.port)

    def stop(_signal: int, _frame: object) -> None:
        # shutdown() waits for the serving loop, which this very handler interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening on port {server.server_address[1]}", flush=True)
    server.serve_forever()
    server.server_close()
    print("stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
