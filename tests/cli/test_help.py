"""Every command and group shows an example in its help, in both languages, and each example can be parsed."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

Program = Callable[..., Any]

#: Walks the commands in a process of its own, because the language of the help is chosen when it starts.
_WALK = """
import json, typer
from passavant.cli.main import app

def walk(command, path):
    yield " ".join(path), command.help or ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, [*path, name])

print(json.dumps(list(walk(typer.main.get_command(app), ["passavant"]))))
"""


@pytest.fixture(scope="module", params=["en", "fr"])
def helps(request: pytest.FixtureRequest, script: Callable[..., str]) -> tuple[str, dict[str, str]]:
    """Return the language and the help of every command by its path."""
    return request.param, dict(json.loads(script(_WALK, request.param)))


def examples(text: str) -> list[str]:
    """Return the commands that a help text shows."""
    return [line.split(">")[0].strip() for line in re.findall(r"Ex[ae]mple\s*:\s*(passavant .*)", text)]


def test_every_command_shows_an_example_of_itself(helps: tuple[str, dict[str, str]]) -> None:
    language, texts = helps
    word = "Exemple" if language == "fr" else "Example"

    assert 15 < len(texts)
    for path, text in texts.items():
        assert [path] == [path for example in examples(text) if example.startswith(path)]
        assert word in text


def test_every_example_can_be_parsed(helps: tuple[str, dict[str, str]]) -> None:
    import typer

    from passavant.cli.main import app

    for text in helps[1].values():
        for example in examples(text):
            command, context = typer.main.get_command(app), None
            words = shlex.split(example)[1:]
            while hasattr(command, "commands"):
                name = words.pop(0)
                command = command.commands[name]
            context = command.make_context(example, words)

            assert context.params
