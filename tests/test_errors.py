"""Errors say what was got, what was expected and what to do next, in both languages."""

from passavant.errors import BadInput, NotFound, Place


def test_diagnostics_name_the_place_and_the_next_step_in_both_languages() -> None:
    error = BadInput(
        "x.y.z",
        got=("the number 1,5", "le nombre 1,5"),
        expected=("1.5", "1.5"),
        next_step=("Write a point.", "Mettez un point."),
        place=Place(file="a.csv", row=3, field="quantity", value="1,5"),
    )

    assert error.diagnostics("en") == (
        "a.csv, row 3 (header counted), field quantity, value '1,5': the number 1,5.\nExpected: 1.5.\nNext step: Write a point."
    )
    assert error.diagnostics("fr").startswith(
        "a.csv, ligne 3 (en-tête compris), champ quantity, valeur '1,5' : le nombre 1,5."
    )


def test_bad_input_exits_2_and_not_found_exits_1() -> None:
    assert BadInput.exit_code == 2
    assert NotFound.exit_code == 1
