"""The page's logic without a browser: Node's own test runner, on the sources as the page has them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.service
def test_the_pages_logic_passes_nodes_test_runner(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import build_page
    finally:
        sys.path.remove(str(ROOT / "tools"))
    if not (ROOT / "frontend/node_modules/.package-lock.json").exists():
        pytest.skip("the page's packages are not installed: make page (it needs Node: make setup can install it)")
    node, _ = build_page.find_node()
    built = tmp_path / "built"
    subprocess.run([*node, "build.mjs", "tests", built], cwd=ROOT / "frontend", check=True)
    done = subprocess.run(
        [*node, "--test", "--test-reporter=tap", *sorted(built.glob("*.mjs"))],
        capture_output=True,
        text=True,
        check=False,
    )
    counted = {name: int(number) for name, number in re.findall(r"(?m)^# (pass|fail|skipped) (\d+)$", done.stdout)}

    assert 0 == done.returncode, done.stdout
    assert {"fail": 0, "skipped": 0} == {name: counted[name] for name in ("fail", "skipped")}
    assert counted["pass"] >= 30
