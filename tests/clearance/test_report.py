"""The report page: whole in both languages, escaped, without the network, and honest about simulated data."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.clearance.find import held_consignment
from passavant.clearance.report import write_report
from passavant.clearance.report_data import gather
from passavant.engines import open_duckdb
from passavant.errors import BadInput, NotFound

_EVIL = "<script>alert('x')</script> & \"quoted\" cotton shirt"


class _Page(HTMLParser):
    """Collects the tags of a page and everything that would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.unclosed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br", "path", "line", "rect"):
            self.unclosed.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data") and not (value or "").startswith("#"):
                self.fetched.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unclosed:
            while self.unclosed and self.unclosed.pop() != tag:
                pass


@pytest.fixture(scope="module")
def evil(write: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run in which every text is an attempt at markup."""
    folder = tmp_path_factory.mktemp("evil")
    names = {
        "declarant_id": "<b>D1</b>",
        "marketplace_id": "<img src=x>",
        "scheme": "ioss",
        "scheme_id": "IM3720000224",
    }
    rows = write(folder, [{"description": _EVIL} | names, {"description": "gift"} | names, {"quantity": "<i>two</i>"}])
    clear([rows], folder / "out", ClearOptions(policy="EU", stratum_ppm=0))
    return folder / "out"


@pytest.mark.parametrize(("language", "words"), [("en", ["Clearance report", "Why consignments are held"]), ("fr", ["Rapport de dédouanement", "Pourquoi des envois sont retenus"])])  # fmt: skip
def test_the_page_is_whole_in_each_language(
    language: Literal["en", "fr"], words: list[str], run: Callable[[str], Run], tmp_path: Path
) -> None:
    out = run("EU").out
    held = held_consignment(out, [])
    write_report([out, run("NO").out], tmp_path / "r.html", language=language, explained=(out, held))
    text = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert all(word in text for word in [*words, held])
    assert f'<html lang="{language}">' in text
    assert [] == _Page(text).unclosed
    assert {"svg", "table", "h1", "nav", "main"} <= set(_Page(text).tags)


@pytest.mark.parametrize("policy", ["EU", "CH"])
def test_the_report_adds_up_to_what_the_run_says(policy: str, run: Callable[[str], Run]) -> None:
    figures, summary = gather(open_duckdb(), run(policy).out), run(policy).summary

    assert summary.sums == {name: figures.amount(name) for name in summary.sums}
    assert summary.consignments == figures.consignments


def test_a_generated_day_is_called_simulated(run: Callable[[str], Run], tmp_path: Path) -> None:
    write_report([run("EU").out], tmp_path / "r.html", language="fr")

    assert "Données simulées" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_nothing_is_fetched_and_nothing_runs(run: Callable[[str], Run], tmp_path: Path) -> None:
    write_report([run("EU").out], tmp_path / "r.html", language="en")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert [] == _Page(text).fetched
    assert not {"script", "iframe", "link", "img", "object", "embed"} & set(_Page(text).tags)
    assert not re.search(r"https?://|url\(|@import", text)


def test_declared_text_is_escaped(evil: Path, tmp_path: Path) -> None:
    write_report([evil], tmp_path / "r.html", language="en", explained=(evil, "A1"))
    text = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert not {"script", "b", "img", "i"} & set(_Page(text).tags)
    assert "&lt;script&gt;" in text


def test_colours_mean_one_thing(run: Callable[[str], Run], tmp_path: Path) -> None:
    write_report([run("EU").out], tmp_path / "r.html", language="en")
    keys = re.findall(r'style="background:(#\w+)"></span>([^<]+)', (tmp_path / "r.html").read_text(encoding="utf-8"))
    held = {colour for colour, name in keys if name == "Held"}

    assert 1 == len(held)
    assert {"Held"} == {name for colour, name in keys if colour in held}


def test_a_run_that_is_not_there_and_a_consignment_that_is_not_in_it(evil: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_report([tmp_path], tmp_path / "r.html", language="en")
    with pytest.raises(BadInput):
        write_report([], tmp_path / "r.html", language="en")
    with pytest.raises(NotFound):
        write_report([evil], tmp_path / "r.html", language="en", explained=(evil, "nobody"))

    assert not (tmp_path / "r.html").exists()
