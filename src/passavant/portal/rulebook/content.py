"""What a rule says, as fields and as the file that the clearance reads."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from passavant.clearance.rules import RuleSet, load_rules
from passavant.errors import BadInput, Place
from passavant.portal.rulebook.language import check

__all__ = ["Content", "digest_of", "loaded", "read"]


@dataclass(frozen=True)
class Content:
    """A rule's fields.

    Attributes:
        code: Its id; the reason is ``clearance.rule.<code>``.
        when: Condition, in the language of rules.
        outcome: The least outcome that it leads to.
        risk: Which risk it speaks of.
        text_en: What it says, in English.
        text_fr: The same in French.
        reference_en: The law or list behind it.
        reference_fr: The same in French.
        certainty: How sure it is.
        restricted: Whether it puts the consignment in category 4.
        declarant: Whether the declarant may see it.
        audit: Whether what is released is marked for audit.
        from_day: First day of law on which it holds; None: no limit.
        until_day: Last day.
    """

    code: str
    when: str
    outcome: str
    risk: str
    text_en: str
    text_fr: str
    reference_en: str
    reference_fr: str
    certainty: str = "low"
    restricted: bool = False
    declarant: bool = False
    audit: bool = False
    from_day: dt.date | None = None
    until_day: dt.date | None = None

    @property
    def condition(self) -> str:
        """The whole condition, with the days on which it holds."""
        if self.from_day is None and self.until_day is None:
            return self.when
        start = f" AND law_on >= '{self.from_day.isoformat()}'" if self.from_day else ""
        end = f" AND law_on <= '{self.until_day.isoformat()}'" if self.until_day else ""
        return f"({self.when}){start}{end}"

    def checked(self) -> Content:
        """Return it; the parser's own words say what is wrong.

        Raises:
            BadInput: with the field in its place.
        """
        if self.from_day and self.until_day and self.until_day < self.from_day:
            raise _backwards(self.until_day)
        try:
            check(self.when)  # alone, so that an error shows what was written
            check(self.condition)
        except BadInput as error:
            error.place = Place(field="when", value=self.when)
            raise
        loaded(self.file())
        return self

    def file(self) -> str:
        """Return the file: the form of ``passavant clear --rules``, one rule, and the fields as they were written."""
        rule = {
            "id": self.code, "when": self.condition, "outcome": self.outcome, "risk": self.risk, "restricted": self.restricted,
            "declarant": self.declarant, "audit": self.audit, "certainty": self.certainty,
            "text": {"en": self.text_en, "fr": self.text_fr}, "reference": {"en": self.reference_en, "fr": self.reference_fr},
        }  # fmt: skip
        document = {
            "rules_version": "1", "schema_version": 1, "licence": "none",
            "source": {"en": "An analyst of this administration", "fr": "Un analyste de cette administration"},
            "rules": [rule],
        }  # fmt: skip
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)

    def fields(self) -> dict[str, Any]:
        """Return the fields by name, as JSON keeps them."""
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(self).items()
        }


def read(fields: Mapping[str, Any]) -> Content:
    """Return what :meth:`Content.fields` returned."""
    days = {name: dt.date.fromisoformat(fields[name]) if fields[name] else None for name in ("from_day", "until_day")}
    return Content(**{**fields, **days})


def digest_of(text: str) -> str:
    """Return the SHA-256 of a rule's file."""
    return hashlib.sha256(text.encode()).hexdigest()


def loaded(text: str, *, beside: tuple[Path, ...] = ()) -> RuleSet:
    """Read a rule's file as the clearance does, together with others.

    Raises:
        BadInput: a mistake in it, or an id that stands in another file too.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rule.yaml"
        path.write_text(text, encoding="utf-8")
        return load_rules([*beside, path])


def _backwards(end: dt.date) -> BadInput:
    return BadInput(
        "portal.rules.days",
        got=("a last day before the first", "un dernier jour antérieur au premier"),
        expected=("a last day that is not before the first", "un dernier jour qui ne précède pas le premier"),
        next_step=("Swap them, or leave one out.", "Intervertissez-les ou supprimez-en un."),
        place=Place(field="until_day", value=str(end)),
    )
