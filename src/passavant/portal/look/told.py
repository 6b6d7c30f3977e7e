"""A refusal in one line, where a whole summary has no room: beside a field, in a message at the top of a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passavant.errors import PassavantError
from passavant.portal.look.language import current
from passavant.portal.look.templatetags.look import sentence

__all__ = ["told_in_line"]


def told_in_line(error: PassavantError, *, expected: bool = False) -> str:
    """Return what was got and the next step, in whole sentences; with ``expected`` what was expected stands between them."""
    told = {name: str(text) for name, text in error.record(current()).items()}
    wanted = _("Expected: %(expected)s") % {"expected": sentence(told["expected"], "within")}
    return " ".join([sentence(told["got"]), *([wanted] if expected else []), sentence(told["next_step"])])
