"""The portal's tests once more, on PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_SERVER = "PASSAVANT_TEST_POSTGRESQL"


@pytest.mark.service
def test_every_test_of_the_portal_passes_on_postgresql() -> None:
    server = os.environ.get(_SERVER)
    if not server:
        pytest.skip(
            f"no PostgreSQL: install it (Debian: postgresql), start it, and name it in {_SERVER}=postgresql://…"
        )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PASSAVANT_TEST_PORTAL"))
    }
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(_HERE), f"--ignore={__file__}"],
        capture_output=True, text=True, check=False, cwd=_HERE.parents[1], env=kept | {"DATABASE_URL": server},
    )  # fmt: skip

    assert 0 == ran.returncode, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert re.search(r"[1-9][0-9]* passed", ran.stdout)
