"""What an auditor remembers, and what it then need not replay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant import settings
from passavant.errors import BadInput
from passavant.sealing import SigningKey
from passavant.sealing.audit import audit_log, open_source, state_folder
from passavant.sealing.audit.memory import Memory
from passavant.sealing.notes import COSIGNATURE
from passavant.sealing.trust import TrustPolicy

Published = Callable[..., Path]


def documents(start: int, end: int) -> list[bytes]:
    return [b"%d" % number for number in range(start, end)]


@pytest.mark.parametrize("sizes", [(3, 5, 5, 9), (200, 254, 255, 300), (510, 511, 800)])
def test_only_what_is_new_is_replayed(auditor: Any, published: Published, sizes: tuple[int, ...]) -> None:
    before, reports = 0, []
    for size in sizes:
        folder = published(*documents(before, size)) if size > before else published()
        reports.append(auditor.audit(folder, since_last=True))
        before = size

    assert [True] * len(sizes) == [report.clean for report in reports]
    assert [0, *(size + 2 for size in sizes[:-1])] == [report.since for report in reports]
    assert auditor.audit(folder).clean


def test_rules_still_know_what_was_replayed_earlier(auditor: Any, tmp_path: Path, forger: Any) -> None:
    entries = [*forger.opening(), forger.entry("a")]
    auditor.audit(forger.publish(tmp_path / "one", entries))
    more = [
        forger.entry("a"),
        forger.entry("a", "revoke", reason="other"),
        forger.entry("c", at="2026-11-25T09:29:59Z"),
        forger.entry("d", by=SigningKey.generate("customs.example/permits")),
    ]

    report = auditor.audit(forger.publish(tmp_path / "two", [*entries, *more]), since_last=True)

    assert 3 == report.since
    assert [("entry-duplicate", 3), ("entry-time", 5), ("entry-key", 6)] == [
        (finding.name, finding.index) for finding in report.findings
    ]


def test_a_fork_is_found_without_replaying_what_was_replayed(auditor: Any, tmp_path: Path, forger: Any) -> None:
    begun = forger.opening()
    auditor.audit(forger.publish(tmp_path / "one", [*begun, *map(forger.entry, "abc")]))
    forked = forger.publish(tmp_path / "two", [*begun, *map(forger.entry, "abdef")])

    assert "fork" in auditor.found(forked, since_last=True)


def test_after_an_audit_of_the_tree_alone_the_entries_are_replayed_whole(auditor: Any, published: Published) -> None:
    folder = published(*documents(0, 5))
    tree = auditor.audit(folder, tree_only=True)
    whole = auditor.audit(folder, since_last=True)

    assert (True, 0) == (whole.clean, whole.since)
    assert tree.clean


def test_a_memory_is_of_one_log_and_must_be_readable(
    auditor: Any, copied: Path, tmp_path: Path, issuer_key: SigningKey
) -> None:
    auditor.audit(copied)

    with pytest.raises(BadInput) as another:
        Memory(auditor.state, issuer_key.name)
    (auditor.state / "audit.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(BadInput) as damaged:
        auditor.audit(copied)

    assert "sealing.audit.memory" == another.value.code == damaged.value.code


def test_two_audits_of_a_log_do_not_share_a_memory_at_once(auditor: Any, copied: Path, log_key: SigningKey) -> None:
    with Memory(auditor.state, log_key.name), pytest.raises(BadInput):
        auditor.audit(copied)

    assert auditor.audit(copied).clean


def test_a_memory_has_its_usual_place_in_the_home_folder(auditor: Any, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_key: SigningKey) -> None:  # fmt: skip
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))

    report = audit_log(open_source(str(copied)), auditor.policy)

    assert state_folder(log_key.name) == report.state
    assert settings.home() / "audit" == report.state.parent


def test_a_quorum_that_is_not_reached_is_found_and_the_rest_is_audited(
    auditor: Any, copied: Path, log_key: SigningKey
) -> None:
    witness = SigningKey.generate("witness.example", COSIGNATURE)
    auditor.policy = TrustPolicy.parse(f"log {log_key.verifier}\nwitness one {witness.verifier}\nquorum one\n")
    (copied / "tile/0/000").unlink()
    lacking = auditor.found(copied)
    text = (copied / "checkpoint").read_text()
    (copied / "checkpoint").write_text(text + witness.line(text.partition("\n\n")[0] + "\n"))

    assert ["quorum", "tile-missing"] == lacking
    assert ["tile-missing"] == auditor.found(copied)
