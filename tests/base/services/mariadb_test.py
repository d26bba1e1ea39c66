"""MariaDB makes its tables at the first start, answers queries, and finds them at the next one."""

from __future__ import annotations

import pytest

from tests.base.services.serving import Service, give, open_image, serving
from tests.container.container import Container

SECRET = "it's \\ secret"


@pytest.fixture(scope="module")
def container() -> Container:
    return open_image()


def query(container: Container, service: Service, user: str, text: str) -> str:
    done = container.execute(
        service.process,
        "/usr/bin/mariadb",
        "--host=127.0.0.1",
        f"--user={user}",
        f"--password={SECRET}",
        "-NBe",
        text,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_says_what_the_first_start_lacks(container: Container) -> None:
    done = container.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert "set MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE" in done.stderr


def test_keeps_values(container: Container) -> None:
    secret = give(container, "secret", SECRET + "\n")
    first = {
        "MARIADB_DATABASE": "my`shop",
        "MARIADB_PASSWORD_FILE": secret,
        "MARIADB_ROOT_PASSWORD_FILE": secret,
        "MARIADB_USER": "owner",
    }
    with serving(container, 3306, **first) as service:
        refused = container.execute(
            service.process, "/usr/bin/mariadb", "--host=127.0.0.1", "-uroot"
        )
        assert "Access denied" in refused.stderr
        statements = (
            "CREATE TABLE `my``shop`.kept (value INT); INSERT INTO `my``shop`.kept VALUES (42)"
        )
        query(container, service, "owner", statements)
    assert service.status == 0
    with serving(container, 3306, "--max-connections=11") as service:
        assert query(container, service, "owner", "SELECT value FROM `my``shop`.kept") == "42\n"
        assert query(container, service, "root", "SELECT @@max_connections") == "11\n"
        accounts = query(
            container, service, "root", "SELECT user, host FROM mysql.user ORDER BY 1, 2"
        )
        assert accounts.split() == [
            *("mariadb.sys", "localhost"),
            *("owner", "%"),
            *("root", "%"),
            *("root", "localhost"),
        ]
    assert service.status == 0
