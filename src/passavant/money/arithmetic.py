"""Exact money in expressions: int64 minor units, integer rates per million, one rounding.

Nothing here divides with ``/``: DuckDB turns a division of decimals into a float. A product is taken in
DECIMAL(38,0) and multiplied by an exact power of ten; only :func:`divide_floor` divides, and repairs the float.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

__all__ = ["FX_SCALE", "Rounding", "apply_rate", "convert", "convert_whole", "divide_floor", "round_to", "whole_rate"]

#: Decimal places of a cross rate (units of the currency due per unit of the currency declared).
FX_SCALE = 12
#: Decimal places in which a declared amount is read.
AMOUNT_SCALE = 4
_WIDE = "decimal(38, 0)"
_PER_MILLION = 6


@dataclass(frozen=True)
class Rounding:
    """How a law rounds: to the nearest, down or up, to a multiple of ``to`` minor units.

    ``to`` is 1, 2, 5, 10, 20, 50, 100 or 1000: CHF is rounded to 5 centimes, NOK to 100 øre, KRW down to 10 won.
    """

    mode: Literal["half_up", "down", "up"] = "half_up"
    to: int = 1


def apply_rate(amount: Any, rate_ppm: Any, rounding: Rounding) -> ir.IntegerValue:
    """Return ``amount × rate`` in minor units.

    Args:
        amount: int64 minor units (an Ibis value).
        rate_ppm: Rate in parts per million: 20 % is 200,000.
        rounding: How and to what multiple the law rounds.
    """
    product = _wide(amount) * _wide(rate_ppm)
    return _scale_down(product, _PER_MILLION, rounding)


def convert(amount: ir.DecimalValue, fx: ir.DecimalValue, minor_digits: int, rounding: Rounding) -> ir.IntegerValue:
    """Convert a declared decimal amount to minor units of another currency.

    Args:
        amount: DECIMAL(18,4) in the declared currency.
        fx: DECIMAL(38,12): units of the target currency per unit declared.
        minor_digits: Minor-unit digits of the target currency (ISO 4217): 2 for EUR, 0 for KRW.
        rounding: How and to what multiple.
    """
    return convert_whole(amount, whole_rate(fx), minor_digits, rounding)


def whole_rate(fx: ir.DecimalValue) -> ir.DecimalValue:
    """Return a rate, DECIMAL(38,12), as a whole number of 10^-12: made once per rate, it spares that step in every row."""
    return (fx.cast(f"decimal(38, {FX_SCALE})") * ibis.literal(10**FX_SCALE).cast(_WIDE)).cast(_WIDE)


def convert_whole(
    amount: ir.DecimalValue, rate: ir.DecimalValue, minor_digits: int, rounding: Rounding
) -> ir.IntegerValue:
    """Convert as :func:`convert` does, by a rate from :func:`whole_rate`."""
    product = (amount.cast(f"decimal(38, {AMOUNT_SCALE})") * rate).cast(f"decimal(38, {AMOUNT_SCALE})")
    return _scale_down(product, FX_SCALE - minor_digits, rounding)


def round_to(amount: Any, rounding: Rounding) -> ir.IntegerValue:
    """Round minor units to the law's multiple."""
    return amount if rounding.to == 1 else _scale_down(_wide(amount), 0, rounding)


def divide_floor(numerator: ir.DecimalValue, denominator: ir.IntegerValue) -> ir.IntegerValue:
    """Return ``floor(numerator / denominator)`` exactly, for a positive denominator below 2^53.

    The float quotient is at most one unit in the last place off; the remainder, taken in whole numbers, repairs it.
    """
    divisor = denominator.cast("float64")
    guess = (numerator.cast("float64") / divisor).floor().cast("int64")
    rest = numerator - _wide(guess) * _wide(denominator)
    return guess + (rest.cast("float64") / divisor).floor().cast("int64")


def _wide(value: Any) -> Any:
    lifted = value if isinstance(value, ir.Value) else ibis.literal(value)
    return lifted.cast(_WIDE)


def _scale_down(product: Any, digits: int, rounding: Rounding) -> ir.IntegerValue:
    """Divide by ``10^digits × to`` through an exact decimal factor, round, and multiply by ``to`` again."""
    factor = Decimal(1) / (Decimal(10) ** digits * rounding.to)
    places = max(0, -int(factor.normalize().as_tuple().exponent))
    literal = ibis.literal(f"{factor:.{places}f}").cast(f"decimal(38, {places})")
    quotient = product * literal
    if rounding.mode == "half_up":
        whole = quotient.round(0)
    elif rounding.mode == "down":
        whole = quotient.floor()
    else:
        whole = quotient.ceil()
    amount = whole.cast("int64")
    return amount * rounding.to if rounding.to != 1 else amount
