"""What README and Getting started tell a newcomer to type works, typed in their order into one folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Lines for the shell, and the two that set everything up, which other tests stand on.
_SHELL = ("source ", "export ", "make ")


def commands(page: str) -> list[list[str]]:
    """Return the commands of a page's fenced blocks without a language, in order."""
    blocks = re.findall(r"(?ms)^ *```\n(.*?)^ *```", (ROOT / page).read_text(encoding="utf-8"))
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines if not line.startswith(_SHELL)]


@pytest.mark.parametrize("page", ["README.md", "README.fr.md", "docs/getting-started.md", "docs/getting-started.fr.md"])
def test_a_page_for_newcomers_only_types_the_program(page: str) -> None:
    found = commands(page)

    assert found
    assert {"passavant"} == {words[0] for words in found}


@pytest.mark.prove
@pytest.mark.parametrize("ending", ["", ".fr"])
def test_readme_and_getting_started_can_be_typed_one_after_the_other(ending: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    code = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"
    environment = os.environ | {
        "PYTHONPATH": ":".join(path for path in sys.path if path),
        "PASSAVANT_HOME": str(tmp_path / "home"),
        "PASSAVANT_LANG": "fr" if ending else "en",
    }
    for words in commands(f"README{ending}.md") + commands(f"docs/getting-started{ending}.md"):
        done = subprocess.run(
            [sys.executable, "-c", code, *words[1:]], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip

        assert 0 == done.returncode, f"{shlex.join(words)}\n{done.stderr}"
