"""What assistive technology is told over AT-SPI: ``python tests/benchmarks/accessibility.py``.

Opens the program on a screen and a session bus of its own (Xvfb, dbus-run-session, at-spi2-core), goes over
every page by pressing its tab as a screen reader does, and reads the accessible tree from another process.
Prints for each page how many objects there are, how many can have the focus, which of those have no name,
how many have a role that says nothing, and how many charts say what they show; ``--json`` prints all of it.
Exit code 1 if a control has no name.

The reader needs pyatspi, which distributions install for their own Python: Debian's python3-pyatspi.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = ("plan", "trial", "monitor", "accuracy", "report")
_SETTLE_S, _HANG_S = 3.0, 60.0
_MOST_CELLS = 60
"""Of one table: the others repeat them."""
_NO_ROLE = frozenset({"unknown", "invalid", "redundant object", ""})


def main() -> int:
    """Start the bus and the screen, then the reader with the program; returns an exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="print every page's counts as JSON")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--program", default=sys.executable, help="Python that has the program's libraries")
    options = parser.parse_args()
    if options.inside:
        return _read(options.program, as_json=options.json)
    for name, package in (("dbus-run-session", "dbus-daemon"), ("Xvfb", "xvfb")):
        if shutil.which(name) is None:
            print(f"accessibility: {name} is missing (Debian: apt-get install {package})", file=sys.stderr)
            return 2
    sys.path.insert(0, str(CHECKOUT / "packaging"))
    from bootstrap.checks import screens

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o700)
        own = {"HOME": name, "XDG_RUNTIME_DIR": name, "LC_ALL": "C.UTF-8"}
        own["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        command = ["dbus-run-session", "--", "/usr/bin/python3", str(Path(__file__).resolve()), "--inside"]
        command += ["--program", options.program, *(["--json"] if options.json else [])]
        with screens({**inherited, **own}, 1) as environment:
            return subprocess.run(command, env=environment, check=False).returncode


# --- in the process that reads ----------------------------------------------------------------------------


def _read(python: str, *, as_json: bool) -> int:
    import time

    import pyatspi  # type: ignore[import-not-found]
    from gi.repository import Atspi  # type: ignore[import-not-found]

    Atspi.set_timeout(*2 * (int(1000 * _HANG_S),))  # a page that is first shown is made before it answers
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    program = subprocess.Popen([python, "-m", "gpuplanner"], env=environment, cwd=CHECKOUT)
    found: dict[str, dict[str, Any]] = {}
    try:
        end = time.monotonic() + _HANG_S
        window = None
        while window is None:
            if time.monotonic() > end:
                print("accessibility: the program never came on the bus", file=sys.stderr)
                return 2
            time.sleep(0.5)
            desktop = pyatspi.Registry.getDesktop(0)
            for application in desktop:
                if application is not None and application.get_process_id() == program.pid:
                    window = next(
                        (child for child in application if child is not None and child.childCount), None
                    )
        time.sleep(_SETTLE_S)
        for page in PAGES:
            _press(pyatspi, window, page.capitalize())
            time.sleep(_SETTLE_S)
            found[page] = _counted(pyatspi, window)
    finally:
        program.terminate()
        program.wait(10)
    if as_json:
        print(json.dumps(found, indent=1))
    for page, counts in found.items():
        roles = ", ".join(f"{n} {role}" for role, n in counts["roles"].most_common(30))
        print(
            f"{page}: {counts['objects']} objects, {counts['focusable']} focusable, "
            f"{len(counts['unnamed'])} of them unnamed, {len(counts['nameless roles'])} without a role, "
            f"{counts['charts']} charts that say what they show, {counts['cells']} cells ({roles})"
        )
        for line in (*counts["unnamed"], *counts["nameless roles"]):
            print(f"   {line}")
    return 1 if any(counts["unnamed"] for counts in found.values()) else 0


def _press(pyatspi: Any, window: Any, title: str) -> None:
    """Press the tab of a page."""
    tab = pyatspi.findDescendant(
        window,
        lambda item: item.name == title and item.getState().contains(pyatspi.STATE_CHECKABLE),
        breadth_first=True,
    )
    if tab is None or not tab.queryAction().doAction(0):
        raise RuntimeError(f"the tab {title} cannot be pressed over AT-SPI")


def _counted(pyatspi: Any, window: Any) -> dict[str, Any]:
    """Everything that is showing, below the window."""
    counts: dict[str, Any] = {
        "objects": 0, "focusable": 0, "unnamed": [], "nameless roles": [], "charts": 0, "cells": 0,
        "roles": Counter(),
    }  # fmt: skip
    waiting = [(window, "")]
    while waiting:
        item, path = waiting.pop()
        try:
            states, role = item.getState(), item.getRoleName()
            is_table = role in ("table", "tree table")
            children = [item[i] for i in range(min(item.childCount, _MOST_CELLS if is_table else 500))]
        except (LookupError, RuntimeError):  # it went while it was read
            continue
        name = (item.name or "").strip()
        waiting += [(child, f"{path}/{role}") for child in children if child is not None]
        if not states.contains(pyatspi.STATE_SHOWING):
            continue
        counts["objects"] += 1
        counts["roles"][role] += 1
        counts["charts"] += role == "chart" and bool(name)
        if role == "table cell":
            counts["cells"] += 1
            continue
        if states.contains(pyatspi.STATE_FOCUSABLE):
            counts["focusable"] += 1
            if not name:
                counts["unnamed"].append(f"no name: {path}/{role}")
            if role in _NO_ROLE:
                counts["nameless roles"].append(f"no role: {path}/{role} {name}")
    return counts


if __name__ == "__main__":
    sys.exit(main())
