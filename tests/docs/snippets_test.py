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
_COMMON = frozenset(
    {
        "name",
        "compatible_with",
        "data",
        "features",
        "tags",
        "target_compatible_with",
        "testonly",
        "visibility",
    }
)


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


def _calls(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(_ELLIPSIS.sub("", text))):
        if isinstance(node, ast.Call):
            yield node


def _strings(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


@pytest.mark.parametrize("place", SNIPPETS)
def test_a_snippet_uses_what_there_is(place: str) -> None:
    extensions: dict[str, str] = {}
    for node in ast.walk(ast.parse(_ELLIPSIS.sub("", SNIPPETS[place]))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            function, arguments = node.value.func, node.value.args
            if isinstance(function, ast.Name) and function.id == "use_extension":
                file, name = (each.value for each in arguments if isinstance(each, ast.Constant))
                if str(file).startswith("@rules_plinth//rules:"):
                    assert (str(file).partition(":")[2], name) in PUBLIC
                    target = node.targets[0]
                    assert isinstance(target, ast.Name)
                    extensions[target.id] = str(name)
    for call in _calls(SNIPPETS[place]):
        words = {keyword.arg for keyword in call.keywords if keyword.arg}
        if isinstance(call.func, ast.Name) and call.func.id == "load":
            file, *names = (each.value for each in call.args if isinstance(each, ast.Constant))
            if str(file).startswith("@rules_plinth//rules:"):
                for name in names:
                    assert (str(file).partition(":")[2], name) in PUBLIC, f"{file} has no {name}"
            continue
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            extension = extensions.get(call.func.value.id, call.func.value.id)
            name = f"{extension}.{call.func.attr}"
        else:
            name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in BY_NAME:
            known = BY_NAME[name].attributes | (IMAGE if BY_NAME[name].open else frozenset())
            assert words <= known, f"{name} has no {sorted(words - known)}"


@pytest.mark.parametrize("place", SNIPPETS)
def test_a_snippet_names_packages_of_this_module(place: str) -> None:
    for call in _calls(SNIPPETS[place]):
        for text in _strings(call):
            match = re.fullmatch(r"@rules_plinth//([\w/]*)(?::[\w.]+)?", text)
            if match:
                assert (ROOT / match[1] / "BUILD.bazel").exists(), text
