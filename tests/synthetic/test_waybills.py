"""The numbers that parcels travel under keep their check digits and their shapes."""

from __future__ import annotations

import re
from datetime import date

import numpy as np

from passavant.synthetic.chance import mix
from passavant.synthetic.s10 import is_valid
from passavant.synthetic.text import letters
from passavant.synthetic.waybills import master_waybills, receptacles, s10_identifiers

DAY = date(2026, 9, 15)
BATCH = mix(np.arange(500), 1)
YES = np.ones(500, dtype=bool)


def test_an_identifier_is_valid_unless_it_was_spoilt() -> None:
    serial, shift = np.arange(500) * 199_999, np.arange(500) % 10
    texts = s10_identifiers(serial, shift, DAY, np.repeat(letters(["CN"]), 500, axis=0), YES).to_pylist()

    assert (shift == 0).tolist() == [is_valid(text) for text in texts]


def test_the_second_letter_turns_with_the_day() -> None:
    country = letters(["CN"])
    one = np.array([7])
    seconds = {
        s10_identifiers(one, one * 0, date.fromordinal(DAY.toordinal() + n), country, YES[:1])[0].as_py()[1]
        for n in range(26)
    }

    assert 26 == len(seconds)


def test_a_master_waybill_ends_with_its_number_modulo_seven() -> None:
    texts = master_waybills(BATCH, YES).to_pylist()

    assert [] == [text for text in texts if not re.fullmatch(r"[0-9]{3}-[0-9]{8}", text)]
    assert [] == [text for text in texts if int(text[4:11]) % 7 != int(text[11])]


def test_a_receptacle_has_29_characters_and_marks_the_last_of_a_dispatch() -> None:
    office = np.repeat(letters(["CNCANA"]), 500, axis=0)
    bag = 1 + np.arange(500) % 5
    texts = receptacles(office, office, DAY, BATCH, bag, YES).to_pylist()

    assert [] == [text for text in texts if not re.fullmatch(r"CNCANACNCANAAUN6[0-9]{4}00[1-5][01]0[0-9]{4}", text)]
    assert (bag == 5).tolist() == [text[23] == "1" for text in texts]
