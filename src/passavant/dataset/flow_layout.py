"""Where everything stands on the map of who holds what: holders left, messages in the middle, customs right.

Lengths are SVG user units. A link is as thick as the number of elements it stands for times :data:`THICKNESS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from passavant.dataset.schema import Holder, Message, Schema

__all__ = ["THICKNESS", "WIDTH", "Box", "Layout", "Link", "lay_out", "text_width"]

WIDTH = 1400
#: Units of thickness for one element.
THICKNESS = 1.6
_HOLDER_X, _HOLDER_WIDTH = 24.0, 470.0
_MESSAGE_X, _MESSAGE_WIDTH = 786.0, 280.0
_CUSTOMS_X, _CUSTOMS_WIDTH = 1200.0, 176.0
_TOP = 112.0
_GAP, _LINE, _HEAD, _PAD = 14.0, 17.0, 28.0, 12.0
_MESSAGE_HEAD = 72.0
_NAMES_SIZE = 12.5
_NARROW, _WIDE = "iIjl.,;:'’|!()[]ft r·-", "mwMWOQGCDNHU%@—→"


@dataclass
class Box:
    """A rectangle with its heading, its lines of text and the next free place on either side."""

    id: str
    label: str
    lines: list[str]
    x: float
    width: float
    height: float
    count: int
    y: float = 0.0
    _used: dict[str, float] = field(default_factory=dict)
    _flow: dict[str, float] = field(default_factory=dict)

    def expect(self, side: str, thickness: float) -> None:
        """Reserve room on the ``left`` or ``right`` side."""
        self._flow[side] = self._flow.get(side, 0.0) + thickness
        self.height = max(self.height, self._flow[side] + 2 * _PAD)

    def port(self, side: str, thickness: float) -> float:
        """Return the middle of the next free place of a side, the places being centred on it."""
        start = self.y + (self.height - self._flow[side]) / 2
        used = self._used.get(side, 0.0)
        self._used[side] = used + thickness
        return start + used + thickness / 2


@dataclass(frozen=True)
class Link:
    """A ribbon from one box to another, with the names of the elements that travel in it."""

    source: Box
    target: Box
    names: tuple[str, ...]
    start: float = 0.0
    end: float = 0.0

    @property
    def thickness(self) -> float:
        """The thickness of the ribbon."""
        return len(self.names) * THICKNESS


@dataclass(frozen=True)
class Layout:
    """The whole map: boxes by column, links with their ends, and the messages handed on inside the middle column."""

    holders: list[Box]
    messages: list[Box]
    customs: Box
    links: list[Link]
    relays: list[Link]
    height: float


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in a sans-serif face, on the generous side."""
    widths = (0.33 if letter in _NARROW else 0.84 if letter in _WIDE else 0.555 for letter in text)
    return size * sum(widths)


def lay_out(schema: Schema, language: str) -> Layout:
    """Place holders, messages and customs for one language."""
    holders = [_holder_box(holder, schema, language) for holder in schema.holders if holder.id != "customs"]
    messages = [_message_box(message, schema, language) for message in schema.messages]
    customs = _customs_box(schema, language)
    relayed = {message.id: message.via for message in schema.messages if message.via}
    inward = [link for holder in holders for message in messages if (link := _link(holder, message, schema))]
    outward = [
        Link(message, customs, _carried(message.id, schema)) for message in messages if message.id not in relayed
    ]
    for link in inward:
        link.source.expect("right", link.thickness)
        link.target.expect("left", link.thickness)
    for link in outward:
        link.source.expect("right", link.thickness)
    height = max(_stack(holders, _TOP), _stack(messages, _TOP))
    _spread(messages, height)
    customs.y, customs.height = _TOP, height - _TOP
    boxes = {box.id: box for box in messages}
    relays = [Link(boxes[one], boxes[two], _carried(one, schema)) for one, two in relayed.items()]
    return Layout(holders, messages, customs, [*_placed(inward), *map(_level, outward)], relays, height)


def _holder_box(holder: Holder, schema: Schema, language: str) -> Box:
    held = [element.label.text.say(language) for element in schema.elements if holder.id in element.held_by]
    lines = _wrap(held, _HOLDER_WIDTH - 2 * _PAD - 10)
    height = _HEAD + len(lines) * _LINE + _PAD
    return Box(holder.id, holder.label.text.say(language), lines, _HOLDER_X, _HOLDER_WIDTH, height, len(held))


def _message_box(message: Message, schema: Schema, language: str) -> Box:
    note, count = message.note.text.say(language), len(_carried(message.id, schema))
    return Box(message.id, message.label.text.say(language), [note], _MESSAGE_X, _MESSAGE_WIDTH, _MESSAGE_HEAD, count)


def _customs_box(schema: Schema, language: str) -> Box:
    own = [element.label.text.say(language) for element in schema.elements if "customs" in element.held_by]
    told = sum(bool(element.sent_in) for element in schema.elements)
    label = schema.holder("customs").label.text.say(language)
    lines = [line for name in own for line in _wrap(name.split(), _CUSTOMS_WIDTH - 2 * _PAD, " ")]
    return Box("customs", label, lines, _CUSTOMS_X, _CUSTOMS_WIDTH, 0.0, told)


def _carried(message: str, schema: Schema) -> tuple[str, ...]:
    return tuple(element.name for element in schema.elements if message in element.sent_in)


def _link(holder: Box, message: Box, schema: Schema) -> Link | None:
    """Link a holder to a message; what an earlier message hands on to this one is shown there, not twice."""
    earlier = {one.id for one in schema.messages if one.via == message.id}
    names = [
        element.name
        for element in schema.elements
        if holder.id in element.held_by and message.id in element.sent_in and not earlier & set(element.sent_in)
    ]
    return Link(holder, message, tuple(names)) if names else None


def _placed(links: Sequence[Link]) -> list[Link]:
    """Give each link its two ends; the order of the columns keeps crossings few."""
    starts = {id(link): link.source.port("right", link.thickness) for link in links}
    return [replace(link, start=starts[id(link)], end=link.target.port("left", link.thickness)) for link in links]


def _level(link: Link) -> Link:
    """Give a link to customs, which is as tall as the map, both ends at the height of its message."""
    middle = link.source.y + link.source.height / 2
    return replace(link, start=middle, end=middle)


def _stack(boxes: Sequence[Box], top: float) -> float:
    for box in boxes:
        box.y = top
        top += box.height + _GAP
    return top - _GAP


def _spread(boxes: Sequence[Box], bottom: float) -> None:
    """Share the height that is left among the gaps between the boxes."""
    spare = (bottom - boxes[-1].y - boxes[-1].height) / max(1, len(boxes) - 1)
    for above, below in pairwise(boxes):
        below.y = above.y + above.height + _GAP + spare


def _wrap(names: Sequence[str], width: float, joiner: str = " · ") -> list[str]:
    """Fill lines of a width with names; a line that goes on ends with the joiner's sign."""
    lines: list[str] = []
    for name in names:
        longer = f"{lines[-1]}{joiner}{name}" if lines else name
        if lines and text_width(f"{longer}{joiner}", _NAMES_SIZE) <= width:
            lines[-1] = longer
        else:
            lines.append(name)
    return [f"{line}{joiner}".rstrip() for line in lines[:-1]] + lines[-1:]
