"""Makes keys and signatures of any time with gpg, in a directory of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.debian_program import debian_program


def program(name: str, directory: Path) -> Path:
    """Return a script that starts one of the pinned programs: gpg, gpg-agent, gpgv, sqv."""
    script = directory / name
    if not script.exists():
        *loader, gpg = debian_program("openpgp")
        command = shlex.join([*loader, os.path.join(os.path.dirname(gpg), name)])
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
    return script


class Gpg:
    """A gpg with a home of its own; close it, as its agent goes on running."""

    def __init__(self, directory: Path) -> None:
        """Make an empty home.

        Args:
            directory: an empty one; its path is short, as sockets want it.
        """
        self._directory = directory
        self._home = directory / "home"
        self._home.mkdir(mode=0o700)
        program("gpg-agent", directory)

    def run(self, *arguments: str, at: str = "2024-01-01", text: bytes = b"") -> bytes:
        """Run gpg on a day.

        Args:
            arguments: of gpg.
            at: the day.
            text: its input.

        Returns:
            Its output.
        """
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC).strftime("%Y%m%dT%H%M%S")
        done = subprocess.run(
            [
                str(program("gpg", self._directory)),
                *("--homedir", str(self._home)),
                *("--agent-program", str(program("gpg-agent", self._directory))),
                *("--batch", "--yes", "--quiet", "--no-tty", "--pinentry-mode", "loopback"),
                *("--passphrase", "", "--faked-system-time", f"{moment}!"),
                *("--ignore-time-conflict", "--allow-weak-digest-algos"),
                *arguments,
            ],
            input=text,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError((arguments, done.stderr.decode(errors="replace")))
        return done.stdout

    def make_key(
        self,
        name: str,
        algorithm: str,
        usage: str = "sign",
        expiry: str = "0",
        at: str = "2023-01-01",
        *,
        options: tuple[str, ...] = (),
    ) -> str:
        """Make a key, and returns its fingerprint."""
        owner = f"{name} <{name}@x.example>"
        self.run(*options, "--quick-generate-key", owner, algorithm, usage, expiry, at=at)
        listed = self.run("--with-colons", "--list-keys", f"{name}@x.example").decode()
        return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))

    def add_subkey(
        self,
        key: str,
        algorithm: str,
        usage: str,
        expiry: str = "0",
        options: tuple[str, ...] = (),
    ) -> str:
        """Add a subkey, and returns its fingerprint."""
        self.run(*options, "--quick-add-key", key, algorithm, usage, expiry, at="2023-01-02")
        listed = self.run("--with-colons", "--list-keys", key).decode()
        return [line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:")][-1]

    def sign(
        self, text: bytes, *keys: str, at: str = "2024-01-01", options: tuple[str, ...] = ()
    ) -> bytes:
        """Return a clearsigned message."""
        signers = [word for key in keys for word in ("--local-user", key)]
        return self.run(*options, *signers, "--clearsign", at=at, text=text)

    def revoke(self, key: str, reason: int, at: str = "2024-06-01", subkey: int = 0) -> None:
        """Revokes a key, or its subkey of that number, for a reason (0 to 3)."""
        if subkey:
            commands = f"key {subkey}\nrevkey\ny\n{reason}\n\ny\nsave\n"
            self.run(
                "--command-fd", "0", "--no-batch", "--edit-key", key, at=at, text=commands.encode()
            )
            return
        commands = f"y\n{reason}\n\ny\n"
        certificate = self.run(
            *("--command-fd", "0", "--no-batch", "--gen-revoke", key), at=at, text=commands.encode()
        )
        self.run("--import", at=at, text=certificate)

    def public(self, *keys: str) -> bytes:
        """Return the binary public keys."""
        return self.run("--export", *keys)

    def close(self) -> None:
        """End the agent: it does so when its home has gone."""
        shutil.rmtree(self._home)
