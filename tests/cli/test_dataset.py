"""`passavant dataset`: what it prints, in both languages, for people and for machines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from passavant.cli.dataset import app
from passavant.dataset.schema import load_schema
from passavant.errors import BadInput, NotFound


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "en")


def run(*arguments: str, ok: bool = True) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert ok == (result.exit_code == 0), result.output
    return result


def test_show_lists_every_element_in_order() -> None:
    lines = run("show").output.splitlines()

    assert list(load_schema().names) == [line.split()[0] for line in lines[2:49]]
    assert "(K)" in lines[-1]


def test_show_gives_one_element_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "fr")
    output = run("show", "nature").output

    assert "Nature de l'opération" in output
    assert "99 05 000 000 (K)" in output
    assert "échantillon commercial" in output
    assert "toujours" in output


def test_show_answers_machines() -> None:
    every, one = json.loads(run("show", "--json").output), json.loads(run("show", "s10", "--json").output)

    assert list(load_schema().names) == [element["name"] for element in every]
    assert "UPU S10" == one["code_list"]
    assert {"en", "fr"} == set(one["label"])


def test_show_names_the_nearest_when_the_element_is_unknown() -> None:
    error = run("show", "intrinsic", ok=False).exception

    assert isinstance(error, NotFound)
    assert "intrinsic_value" in error.diagnostics("fr")


def test_flow_writes_a_file_in_the_chosen_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "fr")
    target = tmp_path / "flow.svg"
    result = run("flow", "-o", str(target))

    assert 'lang="fr"' in target.read_text(encoding="utf-8")
    assert str(target) in result.output


def test_flow_lists_the_holders() -> None:
    lines = run("flow").output.splitlines()

    assert len(lines) == 2 + sum(len(one.held_by) for one in load_schema().elements) + 2
    assert any(line.split() == ["Manufacturer", "origin", "order_record,", "itmatt,", "cusitm"] for line in lines)


def test_flow_answers_machines() -> None:
    rows = json.loads(run("flow", "--json").output)

    assert {"element": "net_mass_kg", "held_by": ["seller"], "sent_in": ["itmatt", "cusitm"]} in rows


def test_flow_says_which_file_cannot_be_written(tmp_path: Path) -> None:
    error = run("flow", "-o", str(tmp_path / "absent" / "flow.svg"), ok=False).exception

    assert isinstance(error, BadInput)
    assert "absent" in str(error)


@pytest.mark.parametrize("options", [[], ["--nested"]])
def test_schema_prints_a_json_schema(options: list[str]) -> None:
    schema = json.loads(run("schema", *options).output)

    Draft202012Validator.check_schema(schema)
    assert ("items" in schema["properties"]) == bool(options)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("command", ["show", "flow", "schema"])
def test_every_command_has_help_with_an_example(command: str, language: str) -> None:
    code = "import sys; from passavant.cli.dataset import app; app()"
    environment = {"PASSAVANT_LANG": language, "PYTHONPATH": ":".join(sys.path)}
    shown = subprocess.run(
        [sys.executable, "-c", code, command, "--help"], capture_output=True, text=True, check=True, env=environment
    )

    assert f"passavant dataset {command}" in " ".join(shown.stdout.split())
    assert ("Exemple" if language == "fr" else "Example") in shown.stdout
