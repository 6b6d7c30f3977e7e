"""Exact sums and products in rules: each operand is as wide as its type allows, so that no value can overflow.

DuckDB multiplies a small number by a DECIMAL(18,3) in 18 digits and stops the whole run when the product is longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["MOST_DIGITS", "Operator", "Shape", "alike", "combined", "exactly", "shape_of"]

#: Digits that every engine holds in one exact number.
MOST_DIGITS = 38
#: Digits in all, and digits behind the point.
Shape = tuple[int, int]
Operator = Literal["+", "-", "*"]

_INTEGERS = {"int8": 3, "int16": 5, "int32": 10, "int64": 19}


def combined(operator: Operator, left: Shape, right: Shape) -> Shape:
    """Return the shape that holds every sum, difference or product; it may be longer than an engine can hold.

    >>> combined("*", (19, 0), (18, 3)), combined("+", (19, 0), (18, 3))
    ((37, 3), (23, 3))
    """
    if operator == "*":
        return left[0] + right[0], left[1] + right[1]
    scale = max(left[1], right[1])
    return max(left[0] - left[1], right[0] - right[1]) + scale + 1, scale


def shape_of(value: Any) -> Shape:
    """Return the shape of an Ibis number or of a Python integer."""
    if isinstance(value, int):
        return len(str(abs(value))), 0
    kind = value.type()
    return (int(kind.precision), int(kind.scale)) if kind.is_decimal() else (_INTEGERS[str(kind).lstrip("!")], 0)


def exactly(operator: Operator, left: Any, right: Any) -> ir.DecimalValue:
    """Return ``left operator right`` in as many digits as the operands may need.

    Raises:
        OverflowError: the operands may need more than :data:`MOST_DIGITS` digits.
    """
    shapes = shape_of(left), shape_of(right)
    digits, scale = combined(operator, *shapes)
    if digits > MOST_DIGITS:
        raise OverflowError(digits)
    if operator == "*":
        first, second = (
            _as(value, (MOST_DIGITS, shape[1])) for value, shape in zip((left, right), shapes, strict=True)
        )
        return (first * second).cast(f"decimal({digits}, {scale})")
    first, second = (_as(value, (digits, scale)) for value in (left, right))
    return (first + second if operator == "+" else first - second).cast(f"decimal({digits}, {scale})")


def alike(*values: Any) -> list[Any]:
    """Return numbers in one type when one of them is a decimal: Ibis compares decimals only where one type holds the other."""
    numbers = [
        value for value in values if isinstance(value, int) or (hasattr(value, "type") and value.type().is_numeric())
    ]
    if not any(not isinstance(value, int) and value.type().is_decimal() for value in numbers):
        return list(values)
    shapes = [shape_of(value) for value in numbers]
    scale = max(shape[1] for shape in shapes)
    shape = min(max(digits - places for digits, places in shapes) + scale, MOST_DIGITS), scale
    return [_as(value, shape) if any(value is number for number in numbers) else value for value in values]


def _as(value: Any, shape: Shape) -> Any:
    import ibis

    lifted = ibis.literal(value) if isinstance(value, int) else value
    return lifted.cast(f"decimal({shape[0]}, {shape[1]})")
