"""Findings of an audit, each with its evidence: files that a third party can check without the auditor.

A folder ``<state>/evidence/<UTC time>-<name>`` holds the signed checkpoint, the bytes found, and ``finding.json``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.sealing.audit.texts import FINDINGS
from passavant.sealing.files import write_durably
from passavant.sealing.log.schema import disk_errors
from passavant.sealing.statements import timestamp
from passavant.texts import Text

__all__ = ["MOST_OF_A_KIND", "Finding", "Findings"]

#: Findings of one kind that are kept with their evidence; further ones are counted.
MOST_OF_A_KIND = 100
_HOW = Text(
    "Check the checkpoints' signatures with the log's key, recompute the hashes (RFC 6962) and compare with this file.",
    "Vérifiez la signature des points de contrôle avec la clé du journal, recalculez les empreintes (RFC 6962) et comparez avec ce fichier.",
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a log.

    Attributes:
        name: One of :data:`~passavant.sealing.audit.texts.FINDINGS`.
        place: A path below the log's prefix, or ``entry N``.
        index: Place of the entry concerned, if one is.
        expected: What should stand there.
        found: What stands there.
        evidence: The folder with the evidence.
    """

    name: str
    place: str
    index: int | None
    expected: str
    found: str
    evidence: Path

    @property
    def code(self) -> str:
        """The stable code."""
        return f"sealing.audit.{self.name}"

    @property
    def text(self) -> Text:
        """What it means."""
        return FINDINGS[self.name]

    def record(self) -> dict[str, Any]:
        """Return it for machines."""
        about: dict[str, Any] = {"code": self.code, "en": self.text.en, "fr": self.text.fr, "place": self.place}
        about |= {} if self.index is None else {"index": self.index}
        return about | {"expected": self.expected, "found": self.found, "evidence": str(self.evidence)}


class Findings:
    """Collects findings and writes their evidence as they come.

    Args:
        folder: Where evidence goes.
        source: Name of what is audited.
        note: The signed checkpoint that is audited.

    Attributes:
        kept: The findings, in the order found; of each kind the first hundred.
        counts: How many there were of each kind.
    """

    def __init__(self, folder: Path, source: str, note: bytes) -> None:
        self._folder = folder
        self._source = source
        self._note = note
        self.kept: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def keeps(self, name: str) -> bool:
        """Return whether one more finding of a kind would be kept with its evidence."""
        return self.counts[name] < MOST_OF_A_KIND

    def add(
        self,
        name: str,
        place: str,
        *,
        index: int | None = None,
        expected: str = "",
        found: str = "",
        files: Mapping[str, bytes] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep a finding.

        Args:
            name: Its kind.
            place: Where.
            index: Entry concerned.
            expected: What should stand there.
            found: What stands there.
            files: Further files of evidence, by name.
            more: Further values for ``finding.json``.

        Raises:
            StorageFailed: the evidence cannot be written.
        """
        kept = self.keeps(name)
        self.counts[name] += 1
        if not kept:
            return
        now = dt.datetime.now(dt.UTC)
        with disk_errors():
            folder = self._new_folder(f"{now:%Y%m%dT%H%M%SZ}-{name}")
            finding = Finding(name, place, index, expected, found, folder)
            about = {
                "source": self._source,
                "time": timestamp(now),
                "check": _HOW.en,
                "verification": _HOW.fr,
            }
            record = finding.record() | about | dict(more or {})
            for file, data in {"checkpoint": self._note, **(files or {})}.items():
                write_durably(folder / file, data)
            text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
            write_durably(folder / "finding.json", text.encode(errors="backslashreplace"))
        self.kept.append(finding)

    def _new_folder(self, name: str) -> Path:
        """Make a folder of its own for a finding."""
        number = 1
        while True:
            folder = self._folder / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                number += 1
            else:
                return folder
