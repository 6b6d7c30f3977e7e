"""Hashing in the browser: the page on a real file against bare hash-wasm on bytes in memory, in the same Chromium.

Goals: the page keeps 0.8 of the bare rate; a file of 4 GiB adds less than 64 MiB to the memory of the page's process.

python benchmarks/browser_hash.py [--json] [--mib 512]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from passavant.sealing.page import page_routes

_GOAL_RATIO = 0.8
_GOAL_GROWTH_MIB = 64
_TIMES = 5
_MIB = 1024**2
_LARGE = 4 * 1024**3
_BARE_MIB = 256
_TOOL = Path(__file__).resolve().parents[1] / "tools/build_page.py"

#: Begins to time: from the moment the page takes a file until its card shows a result.
_TIMED = """() => { window.took = new Promise(resolve => {
    let from;
    document.getElementById("files").addEventListener("change", () => from = performance.now(), {capture: true});
    const list = document.getElementById("cards");
    const look = () => list.querySelector(".verdict") && resolve(performance.now() - from);
    new MutationObserver(look).observe(list, {childList: true, subtree: true});
}) }"""
_BARE = """size => new Promise(resolve => {
    const worker = new Worker("bare.js");
    worker.onmessage = ({data}) => { worker.terminate(); resolve(data) };
    worker.postMessage(size);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mib", type=int, default=512, help="size of the real file (default %(default)s)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure(Path(folder), asked.mib)
    if asked.json:
        print(json.dumps(measured, indent=2))
        return
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, Chromium {measured['chromium']}; median of {_TIMES}"
    )
    print(f"{f'limit: hash-wasm, {_BARE_MIB} MiB in memory':44}{measured['bare_mb_s']:>9} MB/s")
    print(f"{f'the page, a file of {asked.mib} MiB':44}{measured['page_mb_s']:>9} MB/s")
    print(f"{f'ratio (goal {_GOAL_RATIO})':44}{measured['ratio']:>9}")
    print(f"{'the page, a sparse file of 4 GiB':44}{measured['large_s']:>9} s")
    print(f"{f'memory it adds (goal < {_GOAL_GROWTH_MIB} MiB)':44}{measured['growth_mib']:>9} MiB")


def _measure(folder: Path, mib: int) -> dict[str, Any]:
    subprocess.run([sys.executable, _TOOL, "--bench", folder / "bench"], check=True)
    file = folder / "file.bin"
    with file.open("wb") as written:
        for _ in range(mib):
            written.write(os.urandom(_MIB))
    large = folder / "large.bin"
    with large.open("wb") as written:
        written.truncate(_LARGE)
    with _serving(folder / "bench") as address, sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if found is None:
            raise SystemExit("No browser on this machine. Next step: install chromium")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=sandbox)
        pairs = [  # one after the other, so that both have the same neighbours
            (_bare(browser, address), _page(browser, address, file)) for _ in range(_TIMES)
        ]
        growth, seconds = _growth(browser, address, large)
        version = browser.version
        browser.close()
    rates = [(_BARE_MIB * _MIB / 1e6 / bare, mib * _MIB / 1e6 / page) for bare, page in pairs]
    return {
        "goal_ratio": _GOAL_RATIO,
        "goal_growth_mib": _GOAL_GROWTH_MIB,
        "times": _TIMES,
        "chromium": version,
        "bare_mb_s": round(statistics.median(bare for bare, _ in rates)),
        "page_mb_s": round(statistics.median(page for _, page in rates)),
        "ratio": round(statistics.median(page / bare for bare, page in rates), 2),
        "large_s": round(seconds, 1),
        "growth_mib": round(growth, 1),
    }


def _bare(browser: Browser, address: str) -> float:
    """Return the seconds of the bare hash."""
    page = browser.new_page()
    page.goto(f"{address}bench/")
    took = float(page.evaluate(_BARE, _BARE_MIB * _MIB))
    page.close()
    return took / 1000


def _page(browser: Browser, address: str, file: Path) -> float:
    """Return the seconds from a file's choice to its result."""
    page = browser.new_page()
    took = _hashed(page, address, file)
    page.close()
    return took


def _hashed(page: Page, address: str, file: Path) -> float:
    page.goto(address)
    page.evaluate(_TIMED)
    page.locator("#files").set_input_files(file)
    page.locator(".verdict").wait_for(timeout=600_000)
    if page.locator(".card").get_attribute("data-state") != "unregistered":
        raise SystemExit(page.locator(".card").inner_text())
    return float(page.evaluate("took")) / 1000


def _growth(browser: Browser, address: str, large: Path) -> tuple[float, float]:
    """Return by how many MiB the memory of the pages' processes grew at most, worker included, and the seconds."""
    page = browser.new_page()
    page.goto(address)
    page.locator("#files").set_input_files(Path(__file__))  # starts what has to be started once
    page.locator(".verdict").wait_for()
    described = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    processes = [one["id"] for one in described if one["type"] == "renderer"]
    page.get_by_role("button", name="Clear").click()
    before = _memory(processes)
    highest, over = [before], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            highest[0] = max(highest[0], _memory(processes))

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.perf_counter()
    page.locator("#files").set_input_files(large)
    page.locator(".verdict").wait_for(timeout=600_000)
    seconds = time.perf_counter() - started
    over.set()
    watching.join()
    page.close()
    return (highest[0] - before) / 1024, seconds


def _memory(processes: list[int]) -> int:
    """Return the KiB that processes hold of their own and share with others, files not counted."""
    total = 0
    for process in processes:
        with contextlib.suppress(FileNotFoundError):
            lines = Path(f"/proc/{process}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem")))
    return total


@contextlib.contextmanager
def _serving(bench: Path) -> Iterator[str]:
    """Serve the page, a log that knows nothing, and the bare hash."""

    def answer(request: Request) -> Response:
        as_of = {"size": 2, "time": "2026-01-01T00:00:00Z"}
        asked = {name: request.query_params[name] for name in ("alg", "prefix")}
        return JSONResponse({"origin": "log.example", **asked, "as_of": as_of, "documents": []})

    (bench / "index.html").write_text("<!doctype html>")
    routes = [*page_routes(), Route("/api/v1/seals", answer), Mount("/bench", StaticFiles(directory=bench, html=True))]
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


if __name__ == "__main__":
    main()
