"""Node.js really runs in its image: HTTP, TLS, languages, time zones, threads."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.container.container import Container

RELEASE = os.environ["RELEASE"]


def runfile(path: str) -> str:
    return os.path.join(os.environ["RUNFILES_DIR"], path)


@pytest.fixture(scope="module")
def container() -> Container:
    container = Container(runfile(os.environ["IMAGE"]))
    for path in map(Path, os.environ["CERTIFICATES"].split()):
        shutil.copy(runfile(str(path)), Path(container.root, "tmp", path.name))
    return container


def node(container: Container, program: str) -> Any:
    """Return what a program prints as JSON."""
    done = container.run("-e", textwrap.dedent(program))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_the_release_that_was_asked_for(container: Container) -> None:
    assert container.run("--version").stdout.startswith(f"v{RELEASE}.")


def test_the_whole_of_it_is_two_files_and_a_record(container: Container) -> None:
    files = {path for path in Path(container.root, "nodejs").rglob("*") if path.is_file()}
    assert {str(path.relative_to(container.root)) for path in files} == {
        "nodejs/LICENSE",
        "nodejs/bin/node",
    }
    record = Path(container.root, f"var/lib/dpkg/status.d/nodejs{RELEASE}").read_text()
    assert f"Package: nodejs{RELEASE}\nVersion: {RELEASE}." in record


def test_runs_as_nonroot(container: Container) -> None:
    program = "console.log(JSON.stringify([process.getuid(), process.getgid(), process.cwd()]))"
    assert node(container, program) == [65532, 65532, "/home/nonroot"]


def test_serves_http(container: Container) -> None:
    program = """
        const server = require('http').createServer((request, response) => response.end('hello'));
        server.listen(8080, '127.0.0.1', async () => {
            const answer = await fetch('http://127.0.0.1:8080/');
            console.log(JSON.stringify([answer.status, await answer.text()]));
            process.exit();
        });
    """
    assert node(container, program) == [200, "hello"]


def test_serves_tls_to_those_who_trust_it(container: Container) -> None:
    program = """
        const fs = require('fs'), https = require('https');
        const pem = fs.readFileSync('/tmp/server.pem'), ca = fs.readFileSync('/tmp/authority.pem');
        const server = https.createServer({key: pem, cert: pem}, (request, response) =>
            response.end(request.socket.getProtocol()));
        const ask = (options) => new Promise((resolve) => https.get(
            {host: '127.0.0.1', servername: 'localhost', port: 8443, ...options}, (response) => {
                response.on('data', (data) => resolve(data.toString()));
            }).on('error', (error) => resolve(error.code)));
        server.listen(8443, '127.0.0.1', async () => {
            console.log(JSON.stringify([await ask({ca}), await ask({})]));
            process.exit();
        });
    """
    trusted, untrusted = node(container, program)
    assert trusted == "TLSv1.3"
    assert untrusted in {"UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"}


def test_knows_the_authorities_of_the_image(container: Container) -> None:
    done = container.run(
        "--use-openssl-ca",
        "-e",
        "console.log(require('tls').createSecureContext().context.constructor.name,"
        "require('fs').readFileSync(process.env.SSL_CERT_FILE, 'utf8').split('BEGIN CERT').length)",
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) > 100


def test_speaks_languages_and_knows_time_zones(container: Container) -> None:
    program = """
        const day = new Date(Date.UTC(2026, 2, 29, 1, 30));
        const berlin = {dateStyle: 'full', timeZone: 'Europe/Berlin'};
        console.log(JSON.stringify([
            new Intl.DateTimeFormat('de', berlin).format(day),
            new Intl.NumberFormat('hi-IN').format(1234567.5),
            ['z', 'ä', 'a'].sort(new Intl.Collator('sv').compare).join(''),
            new Date(day).toLocaleTimeString('en-GB', {timeZone: 'Europe/Berlin'}),
            '\\u0130'.toLocaleLowerCase('tr'),
        ]));
    """
    assert node(container, program) == [
        "Sonntag, 29. März 2026",
        "12,34,567.5",
        "azä",
        "03:30:00",
        "i",
    ]


def test_starts_threads_and_processes(container: Container) -> None:
    program = """
        const {Worker} = require('worker_threads'), {execFileSync} = require('child_process');
        const child = execFileSync(process.execPath, ['-p', '6 * 7']).toString().trim();
        new Worker('require("worker_threads").parentPort.postMessage(6 * 7)', {eval: true})
            .on('message', (answer) => console.log(JSON.stringify([answer, Number(child)])));
    """
    assert node(container, program) == [42, 42]


def test_modules_are_read_from_the_application(container: Container) -> None:
    application = Path(container.root, "opt", "application.mjs")
    application.parent.mkdir(exist_ok=True)
    application.write_text("import {basename} from 'node:path'; console.log(basename('/a/b'));\n")
    done = container.run("/opt/application.mjs")
    assert (done.returncode, done.stdout) == (0, "b\n")
