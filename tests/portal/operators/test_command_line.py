"""Operators, keys and quotas from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_CODE = "import sys; sys.argv[0] = 'passavant'; from passavant.cli.main import main; main()"


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-c", _CODE, "operators", *arguments], capture_output=True, text=True, check=False,
        env=kept | {"PASSAVANT_HOME": str(home), "PASSAVANT_LANG": "en", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip


def test_a_key_is_made_for_an_operator_and_revoked(tmp_path: Path) -> None:
    added = _run(tmp_path, "add", "Example Post", "--declarant-id", "LP")
    made = _run(tmp_path, "key", "add", "Example Post", "--label", "sorting", "--scope", "declarations:read")
    nobody = _run(tmp_path, "key", "add", "Nobody", "--label", "sorting", "--scope", "declarations:read")
    quota = _run(tmp_path, "quota", "Example Post", "--minute", "10", "--day", "100")
    (listed,) = json.loads(_run(tmp_path, "key", "list", "--json").stdout)
    revoked = _run(tmp_path, "key", "revoke", listed["id"], "--because", "lost")

    assert [0, 0, 1, 0, 0] == [one.returncode for one in (added, made, nobody, quota, revoked)], made.stderr
    assert f"shown once: pvt_{listed['id']}_" in made.stdout
    assert "10/min" in quota.stdout
    assert "yes" in _run(tmp_path, "key", "list").stdout
