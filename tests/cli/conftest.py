"""The program run as users run it, in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return the program: ``program("explain", OUT, "A1", language="fr")``; it runs in the root of the repository."""
    home = tmp_path_factory.mktemp("home")

    def run(*arguments: str | Path, language: str = "en", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join(path for path in sys.path if path),
            "PASSAVANT_HOME": str(home),
            "PASSAVANT_SECRET": "a secret for tests only",
            "PASSAVANT_LANG": language,
            "COLUMNS": "200",
        }
        code = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            capture_output=True, text=True, check=False, cwd=ROOT, env=environment | variables,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def cleared(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run of the example day under European law."""
    out = tmp_path_factory.mktemp("cleared") / "out"
    done = program("clear", "examples/day.csv", "--policy", "EU", "-o", out)
    assert 0 == done.returncode, done.stderr
    return out


@pytest.fixture(scope="session")
def script() -> Callable[..., str]:
    """Return a runner of Python text in a process that speaks one language; it gives what was printed."""

    def run(text: str, language: str) -> str:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(path for path in sys.path if path)}
        done = subprocess.run(
            [sys.executable, "-c", text],
            capture_output=True, text=True, check=True, env=environment | {"PASSAVANT_LANG": language},
        )  # fmt: skip
        return done.stdout

    return run
