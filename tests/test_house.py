"""The house around the package: what a newcomer, a packager and a reader of the documents rely on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Written in two halves, so that this file does not find itself.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs.org",
    "anaconda" + ".org",
    "crates" + ".io",
    "proxy." + "golang.org",
    "repo.maven" + ".apache.org",
    "rubygems" + ".org",
]
MACHINE_PATH = re.compile(r"(?<![\w.~*-])/(?:home|Users|root|work|opt)/\w|file:/{2}/")
HEAVY = {"django", "altair", "duckdb", "ibis", "numpy", "pandas", "pyarrow", "pydantic", "sqlglot", "vl_convert"}
TWINS = ["README.md", "docs/getting-started.md", "docs/why.md"]


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command at the root of the repository and keep what it says."""
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def our_files() -> list[Path]:
    """Return every file that is, or is about to be, in the repository."""
    listed = run("git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    assert listed.returncode == 0, listed.stderr
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and not file.is_symlink()]


def texts() -> list[tuple[Path, str]]:
    """Return every text file of the repository with its text; binary files are left out."""
    contents = [(file, file.read_bytes()) for file in our_files()]
    return [(file, data.decode("utf-8", "replace")) for file, data in contents if b"\0" not in data]


def pages() -> list[Path]:
    """Return the Markdown pages of the root and of docs."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_no_file_names_a_package_registry() -> None:
    found = [(file.relative_to(ROOT), host) for file, text in texts() for host in REGISTRY_HOSTS if host in text]

    assert [] == found


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [(file.relative_to(ROOT), match.group()) for file, text in texts() for match in MACHINE_PATH.finditer(text)]

    assert [] == found


def test_the_lock_pins_every_package_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", lock) if not entry.startswith("#")]

    assert len(entries) > 30
    assert [] == [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert [] == re.findall(r"(?i)https?:\S*|--(?:extra-)?index-url\S*|--find-links\S*", lock)


def test_the_lock_holds_every_declared_dependency_and_the_build_backend() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    declared = [*project["project"]["dependencies"], *(name for extra in extras for name in extra)]
    declared += project["build-system"]["requires"]
    names = {re.split(r"[\[<>=~! ]", requirement)[0].lower() for requirement in declared}
    locked = set(re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?==", (ROOT / "requirements.lock").read_text()))

    assert set() == names - locked - {"passavant"}


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_readme_gives_the_two_commands(name: str) -> None:
    readme = (ROOT / name).read_text()

    assert "make run" in readme
    assert "make test" in readme


@pytest.mark.parametrize("name", TWINS)
def test_a_page_for_newcomers_has_a_french_twin_of_the_same_shape(name: str) -> None:
    english = (ROOT / name).read_text()
    french = (ROOT / name).with_suffix(".fr.md").read_text()

    assert re.findall(r"(?m)^#+(?= )", english) == re.findall(r"(?m)^#+(?= )", french)


def test_the_makefile_stays_small() -> None:
    assert len((ROOT / "Makefile").read_text().splitlines()) < 40


def test_every_relative_link_of_the_documents_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in pages()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if not re.match(r"[a-z]+:", target)
    ]

    assert links
    assert [] == [(str(page.relative_to(ROOT)), to) for page, to in links if not (page.parent / to).exists()]


def test_the_glossary_gives_each_term_in_both_languages_and_in_order() -> None:
    rows = re.findall(r"(?m)^\| (?!Term |--)(.+) \|$", (ROOT / "docs/glossary.md").read_text())
    cells = [[cell.strip() for cell in row.split(" | ")] for row in rows]
    terms = [row[0].casefold() for row in cells]

    assert len(cells) >= 45
    assert [] == [row for row in cells if len(row) != 4 or not all(row)]
    assert sorted(set(terms)) == terms


def test_the_decision_records_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs/decisions").glob("*.md"))]

    assert list(range(1, len(numbers) + 1)) == numbers


def test_imports_go_only_to_a_lower_floor() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    checked = run(lint, "--no-logo", "--no-cache")

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_room_imports_django() -> None:
    portal = ROOT / "src/passavant/portal"
    sources = [one for one in sorted(ROOT.glob("src/passavant/**/*.py")) if not one.is_relative_to(portal)]

    assert sources
    assert [] == [
        source.name for source in sources if re.search(r"(?m)^\s*(?:from|import) django\b", source.read_text())
    ]


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    shown = run(sys.executable, "-c", "import sys, passavant.cli.main; print(*sys.modules)")

    assert shown.returncode == 0, shown.stderr
    assert set() == HEAVY & set(shown.stdout.split())


@pytest.mark.parametrize(("promised", "outcome"), [("0", "1 skipped"), ("1", "1 failed")])
def test_an_absent_service_fails_where_services_are_promised(tmp_path: Path, promised: str, outcome: str) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (tmp_path / "test_database.py").write_text(
        "import pytest\n@pytest.mark.service\ndef test_database():\n    pytest.skip('no database here')\n"
    )
    config = ROOT / "pyproject.toml"
    ran = run(
        *(
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            config,
            f"--rootdir={tmp_path}",
            tmp_path,
        ),
        PASSAVANT_REQUIRE_SERVICES=promised,
        PYTEST_ADDOPTS="",
    )

    assert outcome in ran.stdout
