"""Kill −9 at random moments of editing and saving: what is left of the document, and what is recovered.

A real window (offscreen) adds a row every 20 ms, saves now and then, and notes each finished save and each
row in a log.  The parent kills it within five seconds of its first row, then opens the
file and what the recovery folder holds.  ``python tests/benchmarks/kills.py [RUNS]``, 200 by default.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.data.recovery import left_in, slots

_EDIT_MS, _LONGEST_S, _TELL_EVERY = 20, 5, 20
_SAVE_SHARES = (0.002, 0.02)
"""A save follows this share of the edits, one or the other in each run."""


@dataclass(frozen=True)
class Left:
    """What one kill left: rows that were typed, saved, and can be read in the file and the recovered copy."""

    typed: int
    saved: int
    in_file: int
    recovered: int
    seconds_lost: float


def run(runs: int) -> None:
    """Print the figures, and what is known so far every now and then."""
    found: list[Left] = []
    broken: list[str] = []
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found.append(_one(Path(folder), random.Random(number)))
            except InputError as error:
                broken.append(f"run {number}: {error}")
        if number % _TELL_EVERY == _TELL_EVERY - 1:
            _tell(number + 1, found, broken)
    if runs % _TELL_EVERY:
        _tell(runs, found, broken)


def _tell(runs: int, found: list[Left], broken: list[str]) -> None:
    lost = sorted(left.seconds_lost for left in found)
    print(f"{runs} kills: {len(broken)} documents that do not open {broken[:3]}")
    print(f"saved rows that are gone: {sum(left.in_file < left.saved for left in found)}")
    print(f"typing lost: median {lost[len(lost) // 2]:.2f} s, worst {lost[-1]:.2f} s")
    print(f"recovered copies: {sum(left.recovered > 0 for left in found)} of {len(found)}", flush=True)


def _one(folder: Path, dice: random.Random) -> Left:
    document, log, root = folder / "mine.gpuplan", folder / "log", folder / "recovery"
    write_document(document, PlanDocument())
    command = [sys.executable, __file__, "--child", str(document), str(log), str(root), str(dice.random())]
    with subprocess.Popen(command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}) as child:
        while not log.exists() and child.poll() is None:
            time.sleep(0.02)
        time.sleep(_LONGEST_S * dice.random())
        os.kill(child.pid, signal.SIGKILL)
    events = [line.split() for line in log.read_text().splitlines() if line.endswith(".")]
    typed = [(int(n), float(t)) for what, n, t, _ in events if what == "row"]
    saved = max((int(n) for what, n, _t, _ in events if what == "saved"), default=0)
    in_file = len(read_document(document).table.rows)
    copies = [left for slot in slots(root) if (left := left_in(slot)) is not None]
    recovered = max((len(read_document(left.document).table.rows) for left in copies), default=0)
    kept = max(in_file, recovered)
    lost = [moment for n, moment in typed if n > kept]
    return Left(len(typed), saved, in_file, recovered, typed[-1][1] - lost[0] if lost else 0.0)


def _child(document: Path, log: Path, root: Path, seed: str) -> None:
    """Edit and save until killed."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from gpuplanner.ui.documents.remembered import Remembered
    from gpuplanner.ui.links.recovery_link import RecoveryLink
    from gpuplanner.ui.main_window import MainWindow
    from gpuplanner.ui.theme import Mode, Theme

    app = QApplication([])
    window = MainWindow(Theme(Mode.LIGHT), Remembered(document.with_name("settings.json")))
    window.build()
    window.files.load(document)
    RecoveryLink(window, root, offers=False)
    dice = random.Random(seed)
    share = dice.choice(_SAVE_SHARES)
    window.show()
    with log.open("a", buffering=1) as out:

        def edit() -> None:
            rows = len(window.document.rows)
            window.document.insert_rows(
                rows, [BenchmarkRow(Plan(model="Qwen-7B", seq_len=256 + rows))], "row"
            )
            out.write(f"row {rows + 1} {time.time()} .\n")
            if dice.random() < share:
                window.files.save()
                out.write(f"saved {rows + 1} {time.time()} .\n")

        timer = QTimer()
        timer.timeout.connect(edit)
        timer.start(_EDIT_MS)
        app.exec()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5])
    else:
        run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
