"""The numbers that parcels travel under: S10 identifiers, air waybills and postal receptacles."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from passavant.synthetic.chance import Bools, Ints, Words, below, mix, salt
from passavant.synthetic.s10 import check_digits
from passavant.synthetic.text import Letters, digits, fixed, letters, repeated

__all__ = ["master_waybills", "receptacles", "s10_identifiers"]

_INDICATORS = ["L"] * 7 + ["R"] * 4 + ["U"] * 4 + ["C"] * 2 + ["H"] * 2 + ["E"]
_AIRLINES = ["108", "212", "341", "467", "582", "619", "733", "874"]  # invented prefixes of air waybills


def s10_identifiers(serial: Ints, shift: Ints, day: date, country: Letters, valid: Bools) -> pa.StringArray:
    """Return UPU S10 identifiers; a ``shift`` other than 0 spoils the check digit.

    The second letter turns with the day, so that a serial number does not come back for weeks.
    """
    check = (check_digits(serial) + shift) % 10
    first = letters(_INDICATORS)[below(mix(serial, salt("indicator")), len(_INDICATORS))]
    second = np.full((len(serial), 1), 65 + day.toordinal() % 26, dtype=np.uint8)
    return fixed(first, second, digits(serial, 8), digits(check, 1), country, valid=valid)


def master_waybills(batch: Words, valid: Bools) -> pa.StringArray:
    """Return air waybills: three digits of the airline, seven of the bill and their remainder modulo seven (IATA)."""
    airline = letters(_AIRLINES)[below(mix(batch, salt("airline")), len(_AIRLINES))]
    serial = below(mix(batch, salt("air waybill")), 10**7)
    return fixed(airline, repeated("-", len(batch)), digits(serial, 7), digits(serial % 7, 1), valid=valid)


def receptacles(here: Letters, there: Letters, day: date, batch: Words, bag: Ints, valid: Bools) -> pa.StringArray:
    """Return dispatch, receptacle and weight in 29 characters, as UPU S9 writes them.

    ``here`` and ``there`` are the exchange offices, six letters each; ``batch`` is the dispatch and ``bag``, 1 to 5,
    the receptacle in it, of which the fifth is the last.
    """
    kind = repeated(f"AUN{day.year % 10}", len(batch))
    dispatch = digits(below(mix(batch, salt("dispatch")), 10_000), 4)
    weight = 40 + below(mix(batch + bag.astype(np.uint64), salt("weight")), 260)
    last = (bag == 5).astype(np.int64) * 10
    return fixed(here, there, kind, dispatch, digits(bag, 3), digits(last, 2), digits(weight, 4), valid=valid)
