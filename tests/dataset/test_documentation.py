"""The reference pages: complete, in two languages of the same shape, and up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from passavant.dataset.documentation import LANGUAGES, main, reference_page, write_reference
from passavant.dataset.schema import load_schema

PAGES = Path(__file__).parents[2] / "docs/reference"


@pytest.mark.parametrize("name", [f"dataset{kind}" for kind in (".en.md", ".fr.md", "-flow.en.svg", "-flow.fr.svg")])
def test_the_page_in_the_repository_is_up_to_date(name: str, tmp_path: Path) -> None:
    write_reference(tmp_path)

    assert (tmp_path / name).read_text(encoding="utf-8") == (PAGES / name).read_text(encoding="utf-8"), (
        "run `make docs`"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_element_has_a_section_and_a_row_that_leads_to_it(language: str) -> None:
    page = reference_page(language)
    names = list(load_schema().names)

    assert names == re.findall(r"(?m)^### `(\w+)`$", page)
    assert names == re.findall(r"(?m)^\| \[`\w+`\]\(#(\w+)\) \|", page)


def test_both_pages_have_the_same_shape() -> None:
    shapes = [re.findall(r"(?m)^(#+|\||-)(?= )", reference_page(language)) for language in LANGUAGES]

    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_eucdm_number_never_stands_without_its_status(language: str) -> None:
    page = reference_page(language)
    numbers = re.findall(r"\d\d \d\d \d{3} \d{3}(.{4})", page)

    assert len(numbers) == 2 * sum(one.eucdm is not None for one in load_schema().elements)
    assert {" (C)", " (K)"} == set(numbers)


def test_the_command_writes_four_files_and_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(tmp_path / "new")])

    assert 0 == status
    assert sorted(str(path) for path in (tmp_path / "new").iterdir()) == sorted(capsys.readouterr().out.split())
    assert 4 == len(list((tmp_path / "new").iterdir()))
