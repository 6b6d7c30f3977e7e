"""Texts in English and French, and the strict YAML they are written in.

>>> from passavant.texts import Text
>>> hello = Text("{n} parcels", "{n} colis")
>>> hello.say("fr", n=3)
'3 colis'
"""

from typing import TYPE_CHECKING, Any

from passavant.texts.bilingual import Text, colon, day, exact, number, pick, plural
from passavant.texts.visible import visible

if TYPE_CHECKING:
    from passavant.texts.strict_yaml import Document, load_yaml, parse_yaml, validate

__all__ = [
    "Document", "Text", "colon", "day", "exact", "load_yaml", "number", "parse_yaml", "pick", "plural", "validate", "visible",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load the YAML reader when it is first asked for: the command line starts without pydantic."""
    if name in __all__:
        from passavant.texts import strict_yaml

        return getattr(strict_yaml, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
