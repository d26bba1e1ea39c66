"""The jar or class that Java starts is in the image."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.inspect.tiny_image import image, layer
from tools.inspect.closure import check_closure
from tools.inspect.problem import Problem

JARS: dict[str, dict[str, Any]] = {
    "app/lib/server.jar": {"classes": {"com.example": "Main Server", "": "Top"}},
    "app/lib/gson.jar": {"classes": {"com.google.gson": "Gson"}},
    "app/run.jar": {"classes": {"com.example": "Run"}, "main_class": "com.example.Run"},
    "app/bad.jar": {"classes": {}, "main_class": "com.example.Server", "class_path": ["run.jar"]},
    "app/thin.jar": {"classes": {}, "main_class": "Top", "class_path": ["lib/server.jar"]},
}
ARGUMENTS = '--class-path\n"/app/lib/server.jar:/app/lib/gson.jar"\n'


def problems(*arguments: str, **environment: str) -> list[Problem]:
    files = dict.fromkeys(JARS, b"") | {"app/lib/debian/unknown.jar": b""}
    files |= {"usr/bin/java": b"", "app/classpath": b"", "app/classes/org/Own.class": b""}
    facts = layer(files)
    for entry in facts["entries"]:
        if entry["path"] in JARS:
            entry["jar"] = JARS[entry["path"]]
        if entry["path"] == "app/classpath":
            entry["text"] = ARGUMENTS
    config = {
        "Entrypoint": ["/usr/bin/java", *arguments],
        "Env": [f"{key}={value}" for key, value in environment.items()],
        "WorkingDir": "/app",
    }
    return check_closure(image(facts, config=config)).problems


@pytest.mark.parametrize(
    "arguments",
    [
        "@/app/classpath com.example.Main",
        "-Xmx1g --add-opens java.base/java.lang=ALL-UNNAMED @classpath com.google.gson.Gson x",
        "-cp lib/* Top",
        "-cp lib/server.jar com/example/Main",
        "-cp lib/server.jar com.example.Server$Inner",
        "--class-path=/app/classes org.Own",
        "-cp lib/debian/unknown.jar:lib/server.jar any.Thing",
        "-jar run.jar",
        "-jar /app/thin.jar --server.port=80",
        "-m jdk.httpserver",
        "-cp lib/gson.jar sun.tools.jar.Main",
        "@/app/unknown_arguments Typo",
        "-version",
        "--source 21 Main.java",
    ],
)
def test_what_is_there(arguments: str) -> None:
    assert problems(*arguments.split()) == []


@pytest.mark.parametrize(
    ("arguments", "message", "cure"),
    [
        ("@/app/classpath Typo", "the class Typo is not in the class path", "correct the name"),
        ("@classpath com.exmple.Server", "the class com.exmple.Server", "com.example.Server is"),
        ("@classpath Server", "the class Server is not", "com.example.Server is there"),
        ("-cp lib/gson.jar com.example.Main", "(/app/lib/gson.jar)", "correct the name"),
        ("-cp lib/absent.jar com.example.Main", "the class com.example.Main", "correct the name"),
        ("com.example.Main", "the class com.example.Main", "correct the name"),
        ("-jar server.jar", "the jar /app/server.jar is not in", "/app/lib/server.jar is there"),
        ("-jar runn.jar", "the jar /app/runn.jar is not in", "/app/run.jar is there"),
        ("-jar lib/gson.jar", "has no Main-Class", "-cp JAR CLASS"),
        (
            "-jar bad.jar",
            "the Main-Class of /app/bad.jar, com.example.Server is not",
            "com.example.",
        ),
        ("-javaagent:/otel.jar=x -jar run.jar", "the agent /otel.jar is not in", "put it there"),
    ],
)
def test_what_is_not(arguments: str, message: str, cure: str) -> None:
    (found,) = problems(*arguments.split())
    assert found.rank == "entrypoint"
    assert message in found.message
    assert cure in found.cure


def test_a_class_path_of_the_environment() -> None:
    assert problems("Top", CLASSPATH="/app/lib/server.jar") == []
    assert problems("Top", CLASSPATH="/app/lib/gson.jar")
