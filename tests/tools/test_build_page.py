"""The tool that builds the verification page: which Node it takes, and the lock it installs from."""

from __future__ import annotations

import gettext
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_page", _ROOT / "tools/build_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder: Path, name: str, says: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)
    return str(path)


def test_the_machines_node_is_taken_when_it_is_recent(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, npm = program(tmp_path, "node", "v20.0.0"), program(tmp_path, "npm", "10")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ([node], [npm]) == tool.find_node()


@pytest.mark.parametrize("version", ["v18.19.0", "nothing", None])
def test_an_old_node_or_none_gives_way_to_the_wheels(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    program(tmp_path, "npm", "10")
    if version:
        program(tmp_path, "node", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    [node], [same, npm] = tool.find_node()

    assert node == same
    assert Path(node).is_relative_to(sys.prefix)
    assert Path(node).is_file()
    assert Path(npm).is_file()


def test_a_catalogue_is_compiled_as_gettext_reads_it(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "fr/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"'
    source.write_text(
        f'{header}\n\nmsgid "duty"\nmsgstr "droits é"\n\nmsgid "one"\nmsgid_plural "many"\nmsgstr[0] "un"\nmsgstr[1] "plusieurs"\n'
    )
    monkeypatch.setattr(tool, "CATALOGUES", tmp_path)
    tool.compile_catalogues()
    with source.with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)

    assert ("droits é", "un", "plusieurs") == (
        read.gettext("duty"),
        read.ngettext("one", "many", 1),
        read.ngettext("one", "many", 2),
    )


def test_the_lock_pins_every_package_by_digest_and_names_no_download_address() -> None:
    lock = json.loads((_ROOT / "frontend/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert "4.13.0" == packages["node_modules/hash-wasm"]["version"]
    assert [] == [name for name, package in packages.items() if "resolved" in package]
    assert [] == [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")]
