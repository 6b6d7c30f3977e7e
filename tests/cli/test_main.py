"""The program: exit statuses, both languages down to the library's own words, and the last handler."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.cli import main as program_of
from passavant.cli.framework import in_french, usage_error

Program = Callable[..., Any]


@pytest.mark.parametrize(
    "options",
    [
        ["absent.csv", "--policy", "EU"],
        ["examples/day.csv", "--policy", "absent.yaml"],
        ["examples/day.csv", "--policy", "EU", "--mapping", "absent"],
        ["examples/day.csv", "--policy", "EU", "--history", "absent"],
        ["examples/day.csv", "--policy", "EU", "--rates", "absent.csv"],
        ["examples/day.csv", "--policy", "EU", "--rules", "absent.yaml"],
        ["examples/day.csv", "--policy", "EU", "--snapshot", "absent"],
    ],
)
def test_what_is_not_there_is_bad_input(options: list[str], program: Program, tmp_path: Path) -> None:
    done = program("clear", *options, "-o", tmp_path / "out")

    assert 2 == done.returncode
    assert "absent" in done.stderr
    assert "Next step: " in done.stderr
    assert "Errno" not in done.stderr


def test_what_a_run_does_not_hold_is_an_answer_of_no(program: Program, cleared: Path) -> None:
    assert 1 == program("explain", cleared, "EU:NOBODY:1").returncode
    assert 2 == program("explain", cleared.parent, "EU:NOBODY:1").returncode


def test_help_is_french_down_to_the_librarys_own_words(program: Program) -> None:
    shown = program("clear", "--help", language="fr").stdout

    for english in ("Usage: ", "Options:", "Show this", "[required]", "default", "list["):
        assert english not in shown
    for french in ("Options\u00a0:", "[obligatoire]", "[par défaut\u00a0:", "Affiche cette aide"):
        assert french in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clear", "x", "--polic"], "option inconnue\u00a0: --polic (peut-être\u00a0: --policy"),
        (["clear"], "il manque l'argument 'INPUT…'"),
        (["clear", "x", "-o", "y"], "il manque l'option '--policy'"),
        (["frob"], "commande inconnue\u00a0: 'frob'"),
        (["demo", "--rows", "many"], "un nombre entier est attendu"),
        (["demo", "--rows", "3"], "il faut 1000 ou plus"),
        (["explain", "out", "A1", "--for", "me"], "'me' n'est pas l'un de"),
        (["policy", "list", "more"], "argument en trop"),
    ],
)
def test_a_wrong_call_is_said_in_french(arguments: list[str], said: str, program: Program) -> None:
    done = program(*arguments, language="fr")

    assert 2 == done.returncode
    assert said in done.stderr
    assert "Error" not in done.stderr


def test_an_english_call_is_told_in_plain_words() -> None:
    raw = "Invalid value for '--rows': Input should be a valid integer, unable to parse string as an integer"

    assert "Invalid value for '--rows': a whole number is expected" == usage_error(raw, french=False)
    assert "Usage\u00a0: x" == in_french("Usage: x")


def test_a_fault_of_the_program_is_said_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise RuntimeError("an odd state")

    program_of.app.command("fails")(fails)
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    monkeypatch.setenv("PASSAVANT_LANG", "fr")
    monkeypatch.setattr(sys, "argv", ["passavant", "fails"])
    with pytest.raises(SystemExit) as ended:
        program_of.main()
    program_of.app.registered_commands.pop()
    kept = next(tmp_path.glob("crash-*.txt"))

    assert 70 == ended.value.code
    assert "défaut de Passavant" in capsys.readouterr().err
    assert "an odd state" in kept.read_text()
    assert 0o600 == stat.S_IMODE(kept.stat().st_mode)
