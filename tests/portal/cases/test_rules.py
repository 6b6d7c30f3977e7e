"""Whether a second person is asked for is said by the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.errors import PassavantError
from passavant.policy import load_policy, shipped_policies
from passavant.portal.cases.rules import two_persons


def _policy(folder: Path, console: str) -> Path:
    file = folder / "EU.yaml"
    file.write_text(shipped_policies()["EU"].read_text(encoding="utf-8") + console, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("console", "asked"),
    [("", {"control", "do_not_load"}), ("console: {two_persons: []}\n", set()), ("console: {two_persons: [screen]}\n", {"screen"})],
    ids=["silent", "nobody", "screening"],
)  # fmt: skip
def test_the_policy_says_below_which_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: str, asked: set[str]
) -> None:
    for name in shipped_policies()["EU"].parent.parent.glob("tariffs/*"):
        (tmp_path / name.name).symlink_to(name)
    monkeypatch.setenv("PASSAVANT_POLICY", str(_policy(tmp_path, console)))

    assert asked == two_persons()


def test_an_outcome_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PassavantError):
        load_policy(_policy(tmp_path, "console: {two_persons: [perhaps]}\n"))
