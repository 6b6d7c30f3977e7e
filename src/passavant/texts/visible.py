r"""Text from outside, made safe to show: nothing in it can move the cursor, colour the screen or turn the reading order.

>>> visible("blue\x1b]0;owned\x07shirt\nRELEASED")
'blue�]0;owned�shirt�RELEASED'
>>> visible("two\nlines", lines=True)
'two\nlines'
"""

from __future__ import annotations

import re

__all__ = ["visible"]

#: C0 and C1 controls, line and paragraph separators, marks that turn the direction of writing, halves of surrogate pairs.
_UNSAFE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_LINE = re.compile(f"[{_UNSAFE}\t\n]")
_LINES = re.compile(f"[{_UNSAFE}]")


def visible(text: str, *, lines: bool = False) -> str:
    """Replace every control character by U+FFFD; with ``lines``, line ends and tabs stay."""
    return (_LINES if lines else _LINE).sub("\ufffd", text)
