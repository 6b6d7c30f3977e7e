"""Going through a troubled block: what can be read goes on, what cannot is named, nothing else is lost."""

from __future__ import annotations

import pytest

from passavant.dataset.readers.batch import RECORD_LIMIT
from passavant.dataset.readers.repair import BadRecord, Dialect, Repair


def _codes(data: bytes, dialect: Dialect | None = None) -> list[bytes | str]:
    found = Repair(data, dialect or Dialect(columns=2), last=True).pieces()
    return [one.code.removeprefix("dataset.row.") if isinstance(one, BadRecord) else one for one in found]


def test_good_records_around_a_bad_one_stay_together() -> None:
    assert [b"1,2\n3,4\n", "invalid_encoding", b"5,6\n7,8\n"] == _codes(b"1,2\n3,4\n\xff,0\n5,6\n7,8\n")


def test_the_first_wrong_byte_of_a_record_is_told_counting_from_one() -> None:
    (found,) = Repair(b"a,\xc3\xa9\xff\n", Dialect(), last=True).pieces()

    assert BadRecord("dataset.row.invalid_encoding", b"a,\xc3\xa9\xff\n", {"position": 5}) == found


@pytest.mark.parametrize(
    "record", [b'"a\nb",c\n', b'"a\r\nb",c\r\n', b'"a""\n""b",c\n', b'c,"\n"\n', b'"a\n,b",""\n', b'a"b,c"d\n']
)
def test_well_quoted_records_over_several_lines_are_read(record: bytes) -> None:
    assert [record, "invalid_encoding", record] == _codes(record + b"\xff\n" + record)


@pytest.mark.parametrize(
    "record",
    [
        b'"a,b\n',  # never closed
        b'"a"",b\n',  # closed by a doubled quote only
        b'a,"b\n',  # opened in the last field
    ],
)
def test_a_quote_that_is_not_closed_ends_with_its_line(record: bytes) -> None:
    assert [b"1,2\n", "unterminated_quote", b"3,4\n"] == _codes(b"1,2\n" + record + b"3,4\n")


def test_a_text_over_several_lines_that_closes_wrongly_ends_with_its_first_line() -> None:
    assert ["unterminated_quote", b'b"c,d\n3,4\n'] == _codes(b'"a\nb"c,d\n3,4\n')


def test_a_record_over_several_lines_with_another_number_of_fields_ends_with_its_first_line() -> None:
    data = b'"a\n3,4\n5",6,7\n'

    assert ["unterminated_quote", b'3,4\n5",6,7\n'] == _codes(data)
    assert [data] == _codes(data, Dialect(columns=3))
    assert [data] == _codes(data, Dialect())


def test_another_delimiter_parts_other_fields() -> None:
    assert [b'"a\nb";c,d\n'] == _codes(b'"a\nb";c,d\n', Dialect(";", columns=2))


def test_a_record_that_goes_on_beyond_the_block_is_left_for_the_next() -> None:
    repair = Repair(b'1,2\n\xff\n3,"a\n', Dialect(), last=False)

    assert [b"1,2\n", BadRecord("dataset.row.invalid_encoding", b"\xff\n", {"position": 1})] == list(repair.pieces())
    assert (b'3,"a\n', False) == (repair.rest, repair.skipping)


def test_the_rest_of_an_endless_line_is_to_be_skipped() -> None:
    repair = Repair(b"1,2\n" + b"x" * (RECORD_LIMIT + 1), Dialect(), last=False)

    found = list(repair.pieces())

    assert [b"1,2\n", BadRecord("dataset.row.record_too_long", b"x" * 200, {"limit": RECORD_LIMIT})] == found
    assert (b"", True) == (repair.rest, repair.skipping)
