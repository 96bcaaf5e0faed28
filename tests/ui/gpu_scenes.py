"""Scenes with the whole program's window and scripted GPUs, each run in a process of its own.

``python gpu_scenes.py NAME FOLDER`` plays one and prints what the test looks at, as JSON: the binding of NVML
loads its library once in a process's life, so no two scenes can share one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from scripted_nvml import GIB, ScriptedNvml

from gpuplanner.data.settings import Settings, load_settings, save_settings
from gpuplanner.monitor.recording import read_recording
from gpuplanner.ui.links.alerts_link import AlertsLink
from gpuplanner.ui.links.monitor_link import MonitorLink
from gpuplanner.ui.links.overlay_link import OverlayLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.recordings_link import RecordingsLink
from gpuplanner.ui.links.strip_link import StripLink
from gpuplanner.ui.links.watch_link import WatchLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.program import Program

LIMIT_S = 90.0
"""Only against a hang."""


TRAINING = """
import os, sys, time
import torch
from scripted_nvml import GIB, ScriptedNvml

torch.set_num_threads(1)
scene = ScriptedNvml.here()

def hold(gib):
    "Say that this process holds so much of the card, and wait until a recording has it."
    size = int(gib * GIB)
    used, process = int(0.5 * GIB) + size, f"{os.getpid()} {size} compute"
    scene.update({"gpu.0.memory.used": used, "gpu.0.process.0": process})
    end = time.monotonic() + 30
    while str(size) not in open(sys.argv[1]).read():
        assert time.monotonic() < end
        time.sleep(0.02)

model = torch.nn.Sequential(torch.nn.Linear(64, 256), torch.nn.GELU(), torch.nn.Linear(256, 64))
hold(6)
optimizer = torch.optim.AdamW(model.parameters())
for step in range(2):
    loss = model(torch.randn(32, 64)).square().mean()
    hold(9 + step / 4)
    loss.backward()
    hold(11 + step / 4)
    optimizer.step()
    hold(13.5 + step / 4)
    optimizer.zero_grad()
del model, optimizer
hold(1)
"""
"""A real training on the CPU that says what it would hold: load, forward, backward, optimizer, free."""


class Stage:
    """A program with one window, and the scene that its GPUs play."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = folder / "settings.json"
        save_settings(self.settings, Settings(theme="light", **settings))
        self.scene = ScriptedNvml.here()
        self.program = Program(["gpuplanner"], self.settings)
        self.window: MainWindow = self.program.open()
        self.window.resize(1440, 900)
        self.until(lambda: self.window.findChild(StripLink) is not None)
        self.strip_link = self.link(StripLink)
        self.strip = self.strip_link.strip
        self.gauge = self.strip_link.gauge
        self.planner = self.link(PlanLink).planner
        self.until(lambda: self.planner.outcome.answer is not None)

    def link(self, kind: type[Any]) -> Any:
        """The window's link of that kind."""
        found = self.window.findChild(kind)
        assert found is not None, kind
        return found

    def until(self, holds: Callable[[], object]) -> None:
        """Let the event loop run until something holds."""
        end = time.monotonic() + LIMIT_S
        while not holds():
            assert time.monotonic() < end, "it never came"
            spin(0.02)

    def show_cards(self) -> None:
        """Wait for the cards."""
        self.until(lambda: self.strip.tiles)

    def budget(self) -> tuple[str, int | None]:
        """What the form's budget says, and the bytes that the verdict is about."""
        answer = self.planner.outcome.answer
        form = self.link(PlanLink).panel.form
        return form.editor("budget").currentText(), answer and answer.estimate.budget_bytes

    def end(self) -> None:
        """Close everything."""
        self.window.files.may_close = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.program.monitor.stop()
        assert self.program.monitor.sampler.join(60.0)


def spin(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def one(stage: Stage) -> dict[str, Any]:
    """One card: what it says, folding and unfolding, and what is remembered."""
    stage.show_cards()
    tile = stage.strip.tiles[0].tile
    assert tile is not None
    found: dict[str, Any] = {
        "sentence": stage.strip.tiles[0].accessibleName(),
        "height": stage.strip.height(),
    }
    found["live"], found["facts"] = tile.text.live, tile.text.facts
    stage.window.resize(1440, 740)
    stage.until(lambda: stage.strip.is_low)
    found["low"] = stage.strip.height()
    stage.strip.fold.click()
    found["folded"] = [stage.strip.isVisible(), stage.gauge.isVisible(), stage.gauge.shown_text]
    found["remembered"] = load_settings(stage.settings)[0].strip_folded
    QTest.mouseClick(stage.gauge, Qt.MouseButton.LeftButton)
    stage.window.activateWindow()
    stage.window.panes[-1].setFocus()
    stage.until(
        stage.strip.tiles[0].hasFocus
    )  # the window system may take its time to make the window active
    found["focus"] = True
    found["unfolded"] = [stage.strip.isVisible(), stage.gauge.isVisible()]
    found["remembered again"] = load_settings(stage.settings)[0].strip_folded
    stage.program.theme.set_user_scale(2.5)  # the window has no room for a strip any more
    stage.until(stage.gauge.isVisible)
    found["no room"] = [stage.strip.isVisible(), load_settings(stage.settings)[0].strip_folded]
    QTest.mouseClick(stage.gauge, Qt.MouseButton.LeftButton)
    found["page"] = stage.window.shown_page
    return found


def folded(stage: Stage) -> dict[str, Any]:
    """A strip that was folded when the program was left."""
    stage.until(lambda: stage.gauge.isVisible())
    return {"strip": stage.strip.isVisible(), "text": stage.gauge.shown_text}


def many(stage: Stage) -> dict[str, Any]:
    """Eight cards of which one is lost: tiles scroll, a click chooses."""
    stage.scene.set("gpu.5.error.*", 15)
    stage.show_cards()
    stage.until(lambda: "Lost" in stage.strip.tiles[5].accessibleName())
    tiles = stage.strip.tiles
    found: dict[str, Any] = {"n": len(tiles), "height": stage.strip.height()}
    found["chosen"] = [tile.isChecked() for tile in tiles].index(True)
    QTest.mouseClick(tiles[3], Qt.MouseButton.LeftButton)
    found["clicked"] = [tile.isChecked() for tile in stage.strip.tiles]
    found["uuid"] = stage.strip_link.chosen
    found["lost"] = tiles[5].accessibleName()
    found["others"] = tiles[4].accessibleName()
    return found


def none(stage: Stage) -> dict[str, Any]:
    """No driver: one line, nothing polls; then a driver comes and is found by "Look again"."""
    stage.until(lambda: stage.strip.state_row.text)
    found: dict[str, Any] = {"line": stage.strip.state_row.text, "height": stage.strip.height()}
    sampler = stage.program.monitor.sampler
    spin(0.2)
    found["listeners"] = len(sampler._listeners)
    found["timers"] = [
        timer.interval() for timer in stage.strip_link.findChildren(QTimer) if timer.isActive()
    ]
    stage.strip.state_row.details.click()
    box = stage.window.findChild(QMessageBox)
    assert box is not None
    found["details"] = box.informativeText()
    box.reject()
    stage.planner.set_budget(stage.planner.setup.budget.__class__(free_now=True))
    stage.until(lambda: stage.planner.outcome.problems)
    found["problem"] = [stage.planner.outcome.problems[0].what, stage.planner.outcome.problems[0].where]
    found["budget"] = stage.budget()[1]
    stage.scene.install(Path(sys.argv[3]))
    stage.strip.state_row.look.click()
    stage.show_cards()
    stage.until(lambda: not stage.planner.outcome.problems)
    found["found"] = stage.strip.tiles[0].accessibleName()
    found["free"] = stage.budget()[1]
    return found


def free(stage: Stage) -> dict[str, Any]:
    """The plan for this card with what it has free: verdicts follow the card, and one undo goes back."""
    stage.scene.set("gpu.1.memory.used", 60 * GIB)
    stage.scene.process(1, 4242, 60 * GIB)
    stage.show_cards()
    before = stage.planner.setup
    menu = stage.strip_link.menu.make(stage.strip_link.sample.cards[1].uuid)
    menu.actions()[0].trigger()
    stage.until(lambda: stage.budget()[1] == 19 * GIB)
    found: dict[str, Any] = {"text": stage.budget()[0], "step": stage.window.document.undo_stack.undoText()}
    panel = stage.link(PlanLink).panel
    found["card"] = panel.parts.bar._text.card
    stage.scene.set("gpu.1.memory.used", 76 * GIB)
    stage.until(lambda: stage.budget()[1] == 3 * GIB)
    found["verdict"] = [panel.verdict.fits.value, panel.verdict.shown_reason]
    stage.until(lambda: "PID 4242" in stage.strip.tiles[1].accessibleName())
    found["strip"] = stage.strip.tiles[1].accessibleName()
    stage.window.document.undo_stack.undo()
    stage.until(lambda: stage.budget()[0] == "capacity")
    found["undone"] = stage.planner.setup == before
    return found


def stale(stage: Stage) -> dict[str, Any]:
    """A driver that hangs: the dot says how old the reading is, and so does the budget."""
    stage.show_cards()
    stage.link(PlanLink).panel.form.editor("budget").commit("Free now")
    stage.until(lambda: stage.planner.outcome.free is not None)
    stage.scene.set("gpu.*.delay.nvmlDeviceGetMemoryInfo_v2", 4000)
    tile = stage.strip.tiles[0]
    stage.until(lambda: tile.tile is not None and not tile.tile.text.fresh)
    stage.until(lambda: stage.planner.outcome.free.age)
    found = {"live": tile.tile.text.live, "card": stage.link(PlanLink).panel.parts.bar._text.card}
    stage.scene.remove("gpu.*.delay.nvmlDeviceGetMemoryInfo_v2")
    stage.until(lambda: tile.tile is not None and tile.tile.text.fresh)
    return found


def overlay(stage: Stage) -> dict[str, Any]:
    """The plan's peak is laid over the chosen card, and moves with the choice."""

    class Page:
        lines: dict[str, Any] = {}  # noqa: RUF012

        def set_overlay(self, uuid: str, lines: Any) -> None:
            self.lines[uuid] = lines

    page = Page()
    stage.show_cards()
    first, second = (card.uuid for card in stage.strip_link.sample.cards)
    link = OverlayLink(stage.strip_link, lambda: page)
    stage.strip_link.refresh()
    stage.strip_link.choose(first)
    line = page.lines[first][0]
    memory = stage.planner.outcome.answer.estimate.memory
    found: dict[str, Any] = {"above": line.n_bytes - memory.peak_device_bytes, "text": line.text}
    found["band"] = [line.low_bytes < line.n_bytes, line.high_bytes > line.n_bytes]
    stage.strip_link.choose(second)
    found["moved"] = [len(page.lines[first]), len(page.lines[second]) > 0]
    stage.planner.set_field("gpus_per_node", 2)
    stage.until(lambda: page.lines[first] and page.lines[second])
    tiles = [tile.tile.text for tile in stage.strip.tiles if tile.tile is not None]
    found["several"] = [text.fit.lines[0] for text in tiles if text.fit is not None]
    link.deleteLater()
    return found


def alerts(stage: Stage) -> dict[str, Any]:
    """Off at first; a hot card is told once; what is chosen is remembered."""
    stage.show_cards()
    link: AlertsLink = stage.link(AlertsLink)
    sampler = stage.program.monitor.sampler
    found: dict[str, Any] = {"off": "alerts" not in sampler._listeners}
    dialog = link.open_dialog()
    dialog.temperature.setChecked(True)
    dialog.temperature_celsius.set_value(80.0)
    dialog.lost.setChecked(True)
    dialog.accept()
    found["settings"] = load_settings(stage.settings)[0].alerts
    found["on"] = "alerts" in sampler._listeners
    spin(0.1)
    found["quiet"] = link.bar.isHidden()
    stage.scene.set("gpu.0.temperature", 84)
    stage.until(lambda: link.bar.isVisible())
    found["told"] = link.bar.text
    link.bar.hide()
    told = stage.strip_link.sample.number
    stage.until(lambda: stage.strip_link.sample.number >= told + 2)
    found["once"] = link.bar.isHidden()
    dialog = link.open_dialog()
    found["shown"] = [dialog.memory.isChecked(), dialog.temperature.isChecked(), dialog.lost.isChecked()]
    dialog.temperature.setChecked(False)
    dialog.lost.setChecked(False)
    dialog.accept()
    found["off again"] = "alerts" not in sampler._listeners
    return found


def watch(stage: Stage) -> dict[str, Any]:
    """A real process is chosen from the list, watched to its end, and added as a row in one step."""
    job = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", "train.py"])
    stage.scene.process(0, job.pid, 5 * GIB)
    stage.show_cards()
    link: WatchLink = stage.link(WatchLink)
    dialog = link.choose()
    stage.until(lambda: dialog.table.rowCount())
    found: dict[str, Any] = {"enabled": dialog.watch.isEnabled()}
    dialog.table.selectRow(0)
    found["pid"] = dialog.pid.text() == str(job.pid)
    found["memory"] = dialog.table.item(0, 4).text()
    dialog.watch.click()
    stage.until(lambda: "5.0 GiB on GPU 0" in link.bar.text)
    stage.scene.update({"gpu.0.memory.used": 33 * GIB})
    stage.scene.process(0, job.pid, 23 * GIB)
    stage.until(lambda: "23.0 GiB on GPU 0" in link.bar.text)
    found["there"] = stage.strip.tiles[0].tile.text.use.trial
    job.kill()
    job.wait()
    stage.until(lambda: link.run is None)
    box = stage.window.findChild(QMessageBox)
    assert box is not None
    found["summary"] = box.informativeText()
    n_rows = len(stage.window.document.rows)
    next(button for button in box.buttons() if button.text() == "Add as row").click()
    row = stage.window.document.rows[-1]
    found["row"] = [
        len(stage.window.document.rows) - n_rows,
        row.measurement.peak_memory,
        row.measurement.peak_memory_kind.value,
        row.provenance.origin.value,
        row.plan.gpu,
    ]
    stage.window.document.undo_stack.undo()
    found["undone"] = len(stage.window.document.rows) == n_rows
    link.watch(job.pid)
    found["gone"] = stage.window.table.messages.text
    return found


def hidden(stage: Stage) -> dict[str, Any]:
    """Nothing is sampled for a window that is minimised."""
    stage.show_cards()
    sampler = stage.program.monitor.sampler
    found: dict[str, Any] = {"seen": any(name.startswith("strip") for name in sampler._listeners)}
    stage.window.hide()
    stage.until(lambda: not any(name.startswith("strip") for name in sampler._listeners))
    timers = stage.strip_link.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    found["timers"] = [timer.interval() for timer in timers if timer.isActive()]
    stage.window.show()
    stage.until(lambda: any(name.startswith("strip") for name in sampler._listeners))
    return found


def training(stage: Stage) -> dict[str, Any]:
    """A real training script is watched while the plan's prediction lies over its memory."""
    stage.show_cards()
    csv, script = stage.settings.with_name("run.csv"), stage.settings.with_name("train.py")
    script.write_text(TRAINING, encoding="utf-8")
    stage.link(MonitorLink).recordings.start(csv)
    stage.until(csv.exists)
    link: WatchLink = stage.link(WatchLink)
    job = subprocess.Popen([sys.executable, str(script), str(csv)])
    link.watch(job.pid)
    stage.until(lambda: link.run is None)
    found: dict[str, Any] = {"code": job.wait()}
    box = stage.window.findChild(QMessageBox)
    assert box is not None
    found["head"], found["summary"] = box.text(), box.informativeText()
    box.reject()
    now_s = time.monotonic()
    uuid = stage.strip_link.chosen
    series = stage.program.monitor.history.window(uuid, "followed_bytes", now_s - 60, now_s)
    found["ramp"] = sorted({round(float(size) / GIB, 2) for size in series.high if size > 0})
    stage.window.show_page("monitor")
    overlay = stage.link(MonitorLink).scene.overlays
    stage.scene = ScriptedNvml.here()  # the job has changed it
    stage.scene.remove("gpu.0.process.0")
    stage.scene.set("gpu.0.memory.used", 2 * GIB)  # more than before the job: no earlier sample says this
    stage.until(lambda: uuid in overlay and " + 3." in overlay[uuid][0].text)
    found["overlay"] = overlay[uuid][0].text
    stage.link(MonitorLink).recordings.stop()
    return found


def recordings(stage: Stage) -> dict[str, Any]:
    """A recording's file is kept in the document, saved, read back, and shown on the Monitor page."""
    stage.show_cards()
    monitor: MonitorLink = stage.link(MonitorLink)
    link: RecordingsLink = stage.link(RecordingsLink)
    csv, plan_file = stage.settings.with_name("gpus.csv"), stage.settings.with_name("mine.gpuplan")
    monitor.recordings.start(csv)
    stage.until(lambda: monitor.recordings.n_samples >= 5)
    monitor.recordings.stop()
    link.ask_file = lambda: csv
    link.keep()
    document = stage.window.document
    stage.until(lambda: document.recordings)
    found: dict[str, Any] = {"told": stage.window.table.messages.text, "step": document.undo_stack.undoText()}
    document.undo_stack.undo()
    found["undone"] = len(document.recordings)
    document.undo_stack.redo()
    stage.window.files.ask_save = lambda: plan_file
    found["saved"] = stage.window.files.save()
    kept = document.recordings
    stage.window.files.load(plan_file)
    found["equal"] = document.recordings == kept
    link.fill()
    found["listed"] = [action.text()[:4] for action in link.list.actions()]
    link.list.actions()[0].trigger()
    opened = monitor.recordings.opened
    assert opened is not None
    found["page"] = stage.window.shown_page
    found["used"] = float(opened.cards[0].values["memory_used_bytes"][0])
    found["same"] = len(opened.times_s) == len(read_recording(csv).times_s)
    csv.write_text("no recording", encoding="utf-8")
    link.keep()
    stage.until(lambda: "not a recording" in stage.window.table.messages.text)
    return found


def main() -> None:
    """Play the scene of that name."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    stage = Stage(folder, strip_folded=name == "folded")
    if name != "one":
        stage.program.monitor.set_rate(10.0)
    found = globals()[name](stage)
    stage.end()
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert isinstance(stage.window, QObject)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
