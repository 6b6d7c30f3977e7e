"""Every text of the portal has its French, set as French is set."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

_TOOLS = Path(__file__).resolve().parents[3] / "tools"


@pytest.fixture(scope="module")
def messages() -> Any:
    sys.path.insert(0, str(_TOOLS))
    try:
        import messages
    finally:
        sys.path.remove(str(_TOOLS))
    return messages


def _ids(catalogue: Any) -> set[tuple[Any, Any]]:
    return {(message.id, message.context) for message in catalogue if message.id}


def test_every_text_has_a_translation_and_no_translation_is_left_over(messages: Any) -> None:
    wanted, kept = messages.extracted(), messages.read_catalogue()

    assert len(_ids(wanted)) > 100
    assert _ids(wanted) == _ids(kept), "run: python tools/messages.py"
    assert [] == [message.id for message in kept if message.id and not messages.filled(message.string)]
    assert [] == [message.id for message in kept if message.fuzzy]
    assert {} == dict(kept.obsolete)


def test_placeholders_are_those_of_the_text(messages: Any) -> None:
    def names(text: Any) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", str(text)))

    assert [] == [one.id for one in messages.read_catalogue() if one.id and names(one.id) != names(one.string)]


def test_no_line_breaks_before_a_french_sign(messages: Any) -> None:
    loose = re.compile(r"(?<=\w) [:;!?»](?:\s|$)|« (?! )(?=\S)")

    assert [] == [one.string for one in messages.read_catalogue() if one.id and loose.search(str(one.string))]


def test_texts_of_templates_are_found_wherever_they_stand(messages: Any) -> None:
    found = _ids(messages.extracted())

    assert ("Skip to main content", None) in found  # {% translate %}
    assert ("Next step: %(step)s", None) in found  # {% blocktranslate %}
    assert ("Duty", None) in found  # gettext in code
