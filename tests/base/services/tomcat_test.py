"""Tomcat compiles a page and serves it."""

from __future__ import annotations

import os

from tests.base.services.serving import open_image, serving
from tests.container.network import get

PAGE = """<%@ page import="java.util.stream.IntStream" %>
<%= IntStream.rangeClosed(1, 100).sum() %> <%= application.getServerInfo() %>"""


def test_serves() -> None:
    container = open_image()
    directory = f"{container.root}/var/lib/tomcat10/webapps/ROOT"
    os.mkdir(directory)
    with open(f"{directory}/sum.jsp", "w", encoding="ascii") as file:
        file.write(PAGE)
    with serving(container, 8080) as service:
        answer = get(service.process, 8080, "/sum.jsp")
        assert (answer.status, answer.body.split()[:2]) == (200, ["5050", "Apache"])
    assert service.status == 143  # the virtual machine's, when it receives SIGTERM
    assert "Stopping service [Catalina]" in service.log
