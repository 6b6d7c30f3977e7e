"""What the chaincode does, without the network: three functions over a ledger's state.

``Anchor(origin, size, root, note)`` keeps a checkpoint, ``Latest(origin)`` and ``At(origin, size)`` give one back. A size below
the last one, or the same size with another root, is refused: what a channel's members see of a log only grows. An origin
belongs to the organisation that anchored it first, so that no other member can put a checkpoint in its way.

Functions are generators: they yield what they need of the state and end with a :class:`Reply`. Nothing here depends on time,
chance or order of arrival: every endorsing peer comes to the same result.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.notes import split_note

__all__ = ["EVENT", "Answer", "Caller", "Get", "Put", "Record", "Reply", "Step", "invoke"]

#: Name of the event of a new anchor; its payload is the record.
EVENT = "anchored"

_OK, _BAD_REQUEST, _FORBIDDEN, _CONFLICT = 200, 400, 403, 409
_SIZE = re.compile(r"[1-9][0-9]{0,18}")
_ORIGIN = re.compile(r"[^\x00-\x20\x7f]+")  # the same characters in every version of Python
_LONGEST_ORIGIN = 255
_LONGEST_NOTE = 32 * 1024


@dataclass(frozen=True)
class Get:
    """Read a key of the state; the answer is its value, empty where there is none."""

    key: str


@dataclass(frozen=True)
class Put:
    """Write a key of the state."""

    key: str
    value: bytes


@dataclass(frozen=True)
class Reply:
    """The end of a call: a status (below 400 is success), a message, a payload, and the event's payload or None."""

    status: int
    message: str = ""
    payload: bytes = b""
    event: bytes | None = None


@dataclass(frozen=True)
class Caller:
    """Who calls: the organisation's MSP and the transaction."""

    msp_id: str
    tx_id: str


@dataclass(frozen=True)
class Record:
    """An anchored checkpoint as the ledger keeps it.

    Attributes:
        origin: The log.
        size: Its size, from 1.
        root: Its root, in base64.
        note: The signed checkpoint.
        msp_id: The organisation that anchored it.
        tx_id: The transaction that did.
    """

    origin: str
    size: int
    root: str
    note: str
    msp_id: str
    tx_id: str

    def to_bytes(self) -> bytes:
        """Return it in one spelling: JSON with sorted keys."""
        return _json(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Read it back; ValueError, TypeError or KeyError where it is no record."""
        fields = json.loads(data)
        names = cls.__dataclass_fields__
        if set(fields) != set(names) or any(
            type(fields[name]) is not (int if name == "size" else str) for name in names
        ):
            raise ValueError("no record of an anchor")
        return cls(**fields)


@dataclass(frozen=True)
class Answer:
    """What ``Anchor`` says: the record that now stands, and the one that stood before it (None at first).

    Where both are the same, the checkpoint was there already and nothing is written.
    """

    record: Record
    before: Record | None

    def to_bytes(self) -> bytes:
        """Return it in one spelling."""
        return _json({"before": self.before and asdict(self.before), "record": asdict(self.record)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Answer:
        """Read it back; ValueError, TypeError or KeyError where it is no answer."""
        fields = json.loads(data)
        before = fields["before"]
        return cls(Record.from_bytes(_json(fields["record"])), Record.from_bytes(_json(before)) if before else None)


#: A call under way.
Step = Generator[Get | Put, bytes, Reply]


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply(status, message)


def invoke(args: Sequence[bytes], caller: Caller) -> Step:
    """Run one function of the chaincode; ``args`` is its name and its arguments.

    >>> call = invoke([b"Latest", b"log.example/customs"], Caller("CustomsMSP", "tx"))
    >>> next(call)
    Get(key='latest:log.example/customs')
    """
    try:
        texts = [arg.decode() for arg in args]
        function = _FUNCTIONS.get((texts[0], len(texts) - 1)) if texts else None
        if function is None:
            raise _Refused(
                _BAD_REQUEST, "expected Anchor(origin, size, root, note), Latest(origin) or At(origin, size)"
            )
        return (yield from function(caller, *texts[1:]))
    except UnicodeDecodeError:
        return Reply(_BAD_REQUEST, "an argument is not UTF-8")
    except _Refused as refused:
        return refused.reply


def _anchor(caller: Caller, origin: str, size: str, root: str, note: str) -> Step:
    number = _size(size)
    _check_note(_origin(origin), number, root, note)
    held = yield Get(f"latest:{origin}")
    last = Record.from_bytes(held) if held else None
    if last is not None and (last.size, last.root) == (number, root):
        return Reply(_OK, payload=Answer(last, last).to_bytes())
    if last is not None:
        _check_order(last, caller, number, root)
    record = Record(origin, number, root, note, caller.msp_id, caller.tx_id)
    data = record.to_bytes()
    yield Put(f"latest:{origin}", data)
    yield Put(_place(origin, number), data)
    return Reply(_OK, payload=Answer(record, last).to_bytes(), event=data)


def _latest(_caller: Caller, origin: str) -> Step:
    held = yield Get(f"latest:{_origin(origin)}")
    return Reply(_OK, payload=held)


def _at(_caller: Caller, origin: str, size: str) -> Step:
    held = yield Get(_place(_origin(origin), _size(size)))
    return Reply(_OK, payload=held)


_FUNCTIONS: dict[tuple[str, int], Callable[..., Step]] = {
    ("Anchor", 4): _anchor,
    ("Latest", 1): _latest,
    ("At", 2): _at,
}


def _check_order(last: Record, caller: Caller, size: int, root: str) -> None:
    if last.msp_id != caller.msp_id:
        raise _Refused(_FORBIDDEN, f"{last.origin} is anchored by {last.msp_id}, not by {caller.msp_id}")
    if size < last.size:
        raise _Refused(_CONFLICT, f"size {size} is below the anchored size {last.size}")
    if size == last.size:
        raise _Refused(_CONFLICT, f"size {size} is anchored with the root {last.root}, not {root}")


def _check_note(origin: str, size: int, root: str, note: str) -> None:
    """Hold the note to the other arguments: a record must not say one thing and its evidence another."""
    try:
        said = Checkpoint.parse(split_note(note)[0]) if len(note) <= _LONGEST_NOTE else None
    except BadInput:
        said = None
    if said is None or (said.origin, said.size, base64.b64encode(said.root).decode()) != (origin, size, root):
        raise _Refused(_BAD_REQUEST, "the note is not the signed checkpoint of this origin, size and root")


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text) or len(text.encode()) > _LONGEST_ORIGIN:
        raise _Refused(_BAD_REQUEST, f"an origin has 1 to {_LONGEST_ORIGIN} bytes, none of them a space")
    return text


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text):
        raise _Refused(_BAD_REQUEST, "a size is a whole number from 1")
    return int(text)


def _place(origin: str, size: int) -> str:
    return f"at:{size:019}:{origin}"


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
