"""Starlark in the documents loads, calls and names only what there is."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.generator.textproto import Message, parse_textproto

ROOT = Path(os.path.realpath("MODULE.bazel")).parent
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "docs/migration/*.md", "examples/**/*.md", "base/**/*.md")
    for path in ROOT.glob(pattern)
)
# What other rule sets have is under their name in bold.
_BLOCK = re.compile(
    r"(?<!\*\*\n\n)^```starlark[^\n]*\n(.*?)^```$|(?<=^\*\*Plinth\*\*\n\n)^```starlark\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What a reader fills in: `…` as a line, an argument or an item.
_ELLIPSIS = re.compile(r",?\s*…(?=\s*[,)\]}]|\s*$)", re.MULTILINE)

# Attributes that every rule has.
_COMMON = frozenset({"name", "tags", "target_compatible_with", "testonly", "visibility"})


@dataclass(frozen=True)
class Callable:
    """What a reader may pass to a rule, macro or tag; ``open`` takes an image's attributes, too."""

    attributes: frozenset[str]
    open: bool


def _callable(info: Message, kind: str) -> Callable:
    names = frozenset(each.text("name") for each in info.messages(kind))
    return Callable(names | _COMMON, open="kwargs" in names)


def _public() -> Iterator[tuple[str, str, Callable]]:
    for path in os.environ["MODULES"].split():
        text = Path(os.environ["RUNFILES_DIR"], path).read_text(encoding="utf-8")
        file, module = os.path.basename(path).partition(".")[0] + ".bzl", parse_textproto(text)
        for info in module.messages("rule_info"):
            yield file, info.text("rule_name"), _callable(info, "attribute")
        for info in module.messages("func_info"):
            yield file, info.text("function_name"), _callable(info, "parameter")
        for info in module.messages("provider_info"):
            yield file, info.text("provider_name"), _callable(info, "field_info")
        for extension in module.messages("module_extension_info"):
            name = extension.text("extension_name")
            yield file, name, Callable(frozenset({"dev_dependency"}), open=False)
            for tag in extension.messages("tag_class"):
                yield file, f"{name}.{tag.text('tag_name')}", _callable(tag, "attribute")


PUBLIC: Mapping[tuple[str, str], Callable] = {(file, name): each for file, name, each in _public()}
BY_NAME = {name: each for (_, name), each in PUBLIC.items()}
IMAGE = BY_NAME["image"].attributes


def _snippets() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for number, text in enumerate(_BLOCK.findall((ROOT / page).read_text(encoding="utf-8")), 1):
            yield f"{page}:{number}", "".join(text)


SNIPPETS = dict(_snippets())


def _parsed(text: str) -> ast.Module:
    return ast.parse(_ELLIPSIS.sub("", text))


def _extensions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each variable that holds an extension of this module, and the extension's name."""
    for node in tree.body:
        match node:
            case ast.Assign(
                [ast.Name(variable)],
                ast.Call(
                    ast.Name("use_extension"),
                    [ast.Constant(str(file)), ast.Constant(str(name))],
                ),
            ) if file.startswith("@rules_plinth//"):
                yield variable, name


def _strings(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


@pytest.mark.parametrize("place", SNIPPETS)
def test_a_snippet_uses_what_there_is(place: str) -> None:
    tree = _parsed(SNIPPETS[place])
    extensions = dict(_extensions(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name("load" | "use_extension"):
                file, *names = _strings(*node.args)
                if file.startswith("@rules_plinth//rules:"):
                    for name in names:
                        assert (file.partition(":")[2], name) in PUBLIC, f"{file} has no {name}"
                continue
            case ast.Name(name):
                pass
            case ast.Attribute(ast.Name(variable), tag):
                name = f"{extensions.get(variable, variable)}.{tag}"
            case _:
                continue
        if name in BY_NAME:
            words = {keyword.arg for keyword in node.keywords if keyword.arg}
            known = BY_NAME[name].attributes | (IMAGE if BY_NAME[name].open else frozenset())
            assert words <= known, f"{name} has no {sorted(words - known)}"


@pytest.mark.parametrize("place", SNIPPETS)
def test_a_snippet_names_packages_of_this_module(place: str) -> None:
    for text in _strings(_parsed(SNIPPETS[place])):
        match = re.fullmatch(r"@rules_plinth//([\w/]*)(?::[\w.]+)?", text)
        if match:
            assert (ROOT / match[1] / "BUILD.bazel").exists(), text


@pytest.mark.parametrize("place", SNIPPETS)
def test_a_snippet_names_the_version_of_this_module(place: str) -> None:
    module = (ROOT / "MODULE.bazel").read_text(encoding="utf-8")
    version = re.search(r'name = "rules_plinth",\s+version = "(.*)"', module)
    assert version
    named = re.findall(r'name = "rules_plinth", version = "(.*?)"', SNIPPETS[place])
    assert set(named) <= {version[1]}
