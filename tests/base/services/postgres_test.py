"""PostgreSQL makes its database at the first start, answers, and finds it at the next one."""

from __future__ import annotations

import pytest

from tests.base.services.serving import Service, open_image, serving
from tests.container.container import Container

READY = "listening on IPv4.*ready to accept connections"
SECRET = "it's \\ secret"


@pytest.fixture(scope="module")
def container() -> Container:
    container = open_image()
    with open(f"{container.root}/docker-entrypoint-initdb.d/1.sql", "w", encoding="ascii") as file:
        file.write("CREATE EXTENSION pgcrypto; CREATE TABLE kept (value text COLLATE unicode);")
    return container


def query(container: Container, service: Service, text: str) -> str:
    done = container.execute(
        service.process,
        "/usr/local/bin/psql",
        "--host=127.0.0.1",
        "--username=owner",
        "--no-psqlrc",
        "-Atqc",
        text,
        "shop",
        environment={"PGPASSWORD": SECRET},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_says_what_the_first_start_lacks(container: Container) -> None:
    done = container.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" in done.stderr


def test_keeps_values(container: Container) -> None:
    first = {"POSTGRES_USER": "owner", "POSTGRES_DB": "shop", "POSTGRES_PASSWORD": SECRET}
    with serving(container, 5432, ready=READY, **first) as service:
        query(container, service, "INSERT INTO kept VALUES (crypt('secret', gen_salt('bf')))")
    assert service.status == 0
    with serving(container, 5432, "-c", "max_connections=7", ready=READY) as service:
        matches = (
            "SELECT value = crypt('secret', value), current_setting('max_connections') FROM kept"
        )
        assert query(container, service, matches) == "t|7\n"
        assert query(container, service, "SELECT sum(n) FROM generate_series(1, 100) n") == "5050\n"
    assert service.status == 0


def test_a_wrong_password_is_refused(container: Container) -> None:
    with serving(container, 5432, ready=READY) as service:
        done = container.execute(
            service.process,
            "/usr/local/bin/psql",
            "postgresql://owner:wrong@127.0.0.1/shop",
            "-c",
            "SELECT 1",
        )
        assert "password authentication failed" in done.stderr
