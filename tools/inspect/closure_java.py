"""Checks that the jar or class that Java starts is in the image.

The classes of jars of targets are known (they have ``jar`` in their facts). If the classes of one
jar of a class path are not known, as of Debian's packages, nothing is reported.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.inspect.nearby import nearby_file, nearest
from tools.inspect.problem import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry

_CLASS_PATH = frozenset({"-cp", "-classpath", "--class-path"})
_MODULE = frozenset({"-m", "--module", "-d", "--describe-module"})
_WITH_VALUE = frozenset(
    (
        "--add-exports", "--add-modules", "--add-opens", "--add-reads", "--enable-native-access",
        "--limit-modules", "--module-path", "--patch-module", "--source", "--upgrade-module-path",
        "-p",
    )
)  # fmt: skip
_OF_THE_RUNTIME = ("java.", "javax.", "jdk.", "sun.", "com.sun.")


@dataclass
class _Start:
    """The command of java(1): class_path of the arguments or None, and what follows the options."""

    class_path: str | None = None
    jar: str = ""
    main_class: str = ""
    agents: list[str] = field(default_factory=list)


def check_java(image: ImageFacts) -> Iterator[Problem]:
    """Check that the jar that Java starts, or the main class, is there, and every agent."""
    config = image.run_config
    key = "entrypoint" if config.get("Entrypoint") else "cmd"
    words = [*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())]
    workdir = config.get("WorkingDir") or "/"
    if not words or posixpath.basename(words[0]) != "java":
        return
    if image.environment.get("JDK_JAVA_OPTIONS"):
        return  # it may have every option of the command line
    expanded = _expand(image, words[1:], workdir)
    if expanded is None:
        return
    start = _started(expanded)
    for agent in start.agents:
        yield from _check_file(image, f"{key}: the agent", posixpath.join(workdir, agent))
    if start.jar:
        path = posixpath.join(workdir, start.jar)
        missing = list(_check_file(image, f"{key}: the jar", path))
        yield from missing or _check_jar(image, key, path)
    elif start.main_class and not start.main_class.startswith(_OF_THE_RUNTIME):
        given = start.class_path
        if given is None:
            given = image.environment.get("CLASSPATH") or "."
        places = [posixpath.join(workdir, place or ".") for place in given.split(":")]
        yield from _check_class(image, f"{key}: the class", start.main_class, places)


def _expand(image: ImageFacts, words: Sequence[str], workdir: str) -> list[str] | None:
    """Return the words with those of argument files; None where a file's text is not known."""
    found: list[str] = []
    for word in words:
        if not word.startswith("@") or word.startswith("@@"):
            found.append(word)
            continue
        entry = image.tree.file(posixpath.join(workdir, word[1:]))
        if entry is None or "text" not in entry:
            return None
        try:
            found += shlex.split(entry["text"], comments=True)
        except ValueError:
            return None
    return found


def _started(words: Sequence[str]) -> _Start:
    start = _Start()
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        option, _, value = word.partition("=")
        if word == "-jar":
            start.jar = following
            return start
        if option in _MODULE:
            return start  # modules are not checked
        if word.startswith("-javaagent:"):
            start.agents.append(word.removeprefix("-javaagent:").partition("=")[0])
        elif word in _CLASS_PATH:
            start.class_path = following
            position += 1
        elif option == "--class-path":
            start.class_path = value
        elif word in _WITH_VALUE:
            position += 1
        elif not word.startswith("-"):
            if not word.endswith(".java"):
                start.main_class = word.replace("/", ".")
            return start
        position += 1
    return start


def _check_file(image: ImageFacts, what: str, path: str) -> Iterator[Problem]:
    if image.tree.file(path) is None:
        near = nearby_file(image, path)
        cure = f"{near} is there: name that" if near else "put it there, or correct the path"
        place = posixpath.normpath(path).strip("/")
        message = f"{what} {shown(path)} is not in the image"
        yield Problem("missing-jar", place, "", message, cure=cure, rank="entrypoint")


def _check_jar(image: ImageFacts, key: str, path: str) -> Iterator[Problem]:
    jar = (image.tree.file(path) or {}).get("jar")
    if jar is None:
        return
    if not jar.get("main_class"):
        message = f"{key}: the manifest of the jar {shown(path)} has no Main-Class"
        cure = "name the class: -cp JAR CLASS; or build the jar with one"
        place = path.strip("/")
        yield Problem("missing-class", place, "", message, cure=cure, rank="entrypoint")
        return
    beside = posixpath.dirname(path)
    places = [path, *(posixpath.join(beside, url) for url in jar.get("class_path", ()))]
    what = f"{key}: the Main-Class of {shown(path)},"
    yield from _check_class(image, what, jar["main_class"], places)


def _check_class(
    image: ImageFacts, what: str, name: str, places: Sequence[str]
) -> Iterator[Problem]:
    file = name.partition("$")[0].replace(".", "/") + ".class"
    jars: list[Entry] = []
    for place in places:
        if image.tree.file(posixpath.join(place, file)) is not None:
            return
        jars += _jars(image, place)
    if any("jar" not in jar for jar in jars):
        return
    package, _, simple = name.partition("$")[0].rpartition(".")
    if any(simple in jar["jar"]["classes"].get(package, "").split() for jar in jars):
        return
    classes = [
        f"{owner}.{each}".lstrip(".")
        for jar in jars
        for owner, names in jar["jar"]["classes"].items()
        for each in names.split()
    ]
    same = [each for each in classes if each.rpartition(".")[2] == simple]
    near = min(same, key=len) if same else nearest(name, classes)
    cure = f"{near} is there: name that" if near else "correct the name, or add the jar that has it"
    looked = ", ".join(map(shown, places[:5])) + (", …" if len(places) > 5 else "")
    message = f"{what} {shown(name)} is not in the class path ({looked})"
    place = jars[0]["path"] if jars else ""
    yield Problem("missing-class", place, "", message, cure=cure, rank="entrypoint")


def _jars(image: ImageFacts, place: str) -> list[Entry]:
    """Return the jars of an element of a class path: itself, or those of DIRECTORY/*."""
    if re.search(r"/\*$", place):
        directory = image.tree.resolve(place[:-2]) or ""
        names = image.tree.names(directory)
        found = [image.tree.file(f"{directory}/{name}") for name in names]
        return [file for file in found if file and file["path"].lower().endswith(".jar")]
    file = image.tree.file(place)
    return [file] if file else []
