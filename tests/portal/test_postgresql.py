"""The portal's tests of what is written and read once more, on PostgreSQL; pages and permissions ask no database of one kind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_AGAIN = ("trail", "operators", "declarations", "cases", "administration")
_NOT_AGAIN = "not permissions and not described and not pages and not narrow and not process"
_SERVER = "PASSAVANT_TEST_POSTGRESQL"


@pytest.mark.service
@pytest.mark.long
def test_what_the_portal_writes_and_reads_is_the_same_on_postgresql() -> None:
    server = os.environ.get(_SERVER)
    if not server:
        pytest.skip(
            f"no PostgreSQL: install it (Debian: postgresql), start it, and name it in {_SERVER}=postgresql://…"
        )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PASSAVANT_TEST_PORTAL"))
    }
    ran = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", _NOT_AGAIN,
            *(str(_HERE / name) for name in _AGAIN),
        ],
        capture_output=True, text=True, check=False, cwd=_HERE.parents[1], env=kept | {"DATABASE_URL": server},
    )  # fmt: skip

    assert 0 == ran.returncode, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert re.search(r"[1-9][0-9]* passed", ran.stdout)
