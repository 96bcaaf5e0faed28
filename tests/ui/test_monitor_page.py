"""The Monitor page in a real window beside scripted cards: what it says, shows, records and survives.

Each test is one process, because the binding loads NVML once in a process's life; that takes a second or two.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from monitor_faults import FAULTS, run_fault
from monitor_window import run_in_window
from scripted_nvml import GIB, ScriptedNvml

START = "source.set_rate(10)\nwait(lambda: page.tools.record.isEnabled())\n"
LOST = {15: "Lost from the bus", 16: "Has to be reset", 4: "No permission", 17: "Blocked by the system"}


def test_that_each_state_of_the_driver_is_said_and_ends_with_look_again(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.set("init", 9)
    said = run_in_window(
        scripted_nvml,
        """
for code in (9, 18, 4, 17, 999):
    scene.set("init", code)
    page.state_panel.buttons[1].click()
    wait(lambda: source.state.code == code and page.state_panel.shown is not None
         and f": {code}" in page.state_panel.shown.details)
    out.append([page.state_panel.shown.title, page.state_panel.shown.to_do, page.cards.isVisible(),
                page.tools.record.isEnabled()])
page.state_panel.buttons[0].click()
out.append(page.state_panel._details.isVisible())
scene.set("init", 0)
page.state_panel.buttons[1].click()
wait(lambda: page.cards.isVisible() and page.state_panel.isHidden())
out.append(page.cards.rows[0].panel._view.free)
""",
    )
    titles = [entry[0] for entry in said[:5]]
    assert titles == [
        "The NVIDIA driver is not loaded.",
        "The NVIDIA driver was updated while running.",
        "This user may not use the NVIDIA driver.",
        "The operating system blocks the GPU for this container or job.",
        "The NVIDIA driver answers with an unknown fault.",
    ]
    assert all(to_do and not cards and not record for _, to_do, cards, record in said[:5])
    assert said[5:] == [True, "69.0"]


def test_that_a_driver_that_goes_away_leaves_the_plots_and_says_so(scripted_nvml: ScriptedNvml) -> None:
    assert run_in_window(
        scripted_nvml,
        START
        + """
scene.set('init', 18)
scene.set('gpu.*.error.*', 18)
wait(lambda: page.state_line.isVisible())
row = page.cards.rows[0]
wait(lambda: row.charts.plots.gone_s is not None)
out.append([page.state_line.shown.title, row.panel._view.is_old, page.foot.text.is_late,
            row.charts.plots.plots[0].value])
scene.remove('gpu.*.error.*')
scene.set('init', 0)
page.state_line.buttons[1].click()
wait(lambda: page.state_line.isHidden() and row.charts.plots.gone_s is None)
""",
    ) == [["The NVIDIA driver was updated while running.", True, True, "–"]]


def test_that_a_card_which_fails_alone_is_hatched_and_comes_back(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(3)
    said = run_in_window(
        scripted_nvml,
        START
        + """
row = page.cards.rows[1]
for code in (15, 16, 4, 17):
    scene.set('gpu.1.error.*', code)
    wait(lambda: row.panel._view.trouble)
    view = row.panel._view
    out.append([code, view.trouble, view.trouble_lines[0][:13], row.charts.plots.gone_s is not None,
                page.cards.rows[0].panel._view.free, "1 not readable" in page.tools.right.text])
    scene.remove('gpu.1.error.*')
    source.sampler.look_again()
    wait(lambda: not row.panel._view.trouble)
""",
    )
    for code, trouble, last, hatched, others_free, counted in said:
        assert trouble == f"{LOST[code]} (NVML {code})"
        assert last == "Last reading "
        assert (hatched, others_free, counted) == (True, "69.0", True)
    assert len(said) == 4


@pytest.mark.parametrize(
    "name", ["mig", "unified_memory", "wddm", "throttled", "old_driver_v1", "not_supported"]
)
def test_that_cards_of_other_kinds_are_shown_plainly(
    name: str, scripted_nvml: ScriptedNvml, nvml_libraries: Path
) -> None:
    fault = next(fault for fault in FAULTS if fault.name == name)
    quick = type(fault)(name, fault.set_up, START + "spin(0.6)\n" + OBSERVE)
    said = run_fault(quick, scripted_nvml, nvml_libraries)[0]
    reasons, badges, memory, foot, note, instances = said
    if name == "mig":
        assert reasons[0][1] == "Not told for a card that MIG divides"
        assert foot[0].startswith("MIG, 2 parts")
        assert [line.split("  ·  ")[2] for line in instances] == [
            "4.0 of 40.0 GiB in use",
            "5.0 of 40.0 GiB in use",
        ]
    elif name == "unified_memory":
        assert memory == ["Unified memory: the GPU uses the computer's own memory and keeps no count."]
        assert reasons[0][0].startswith("Unified memory")
    elif name == "wddm":
        assert note.startswith("memory: ")
    elif name == "throttled":
        assert badges == ["Power cap", "Heat", "Hardware slowdown"]
    elif name == "old_driver_v1":
        assert foot[-1] == "Memory: NVML v1; used = total − free, the driver's own part included"
    else:
        assert reasons[1][1:] == ["Not supported by this card"] * 3


OBSERVE = """
rows = page.cards.rows
out.append([
    [[plot.reason for plot in row.charts.plots.plots] for row in rows],
    [row.panel._view.badge for row in rows],
    [row.panel._view.memory_note for row in rows],
    [*(row.panel._view.foot for row in rows), page.foot.text.left],
    page.processes.fold._note,
    list(rows[0].panel._view.instances),
])
window.grab()
"""


def test_that_a_sleeping_card_is_left_alone_and_said_so(
    scripted_nvml: ScriptedNvml, nvml_libraries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_SYS", "")  # the scene sets it; taken back at the end
    fault = next(fault for fault in FAULTS if fault.name == "one_asleep")
    quick = type(fault)(fault.name, fault.set_up, START + "spin(0.6)\n")
    ((_, troubles, free),) = run_fault(quick, scripted_nvml, nvml_libraries)
    assert troubles == ["", "Asleep to save power"]
    assert free == ["69.0", ""]


def test_that_late_samples_are_called_late(scripted_nvml: ScriptedNvml) -> None:
    assert run_in_window(
        scripted_nvml,
        START
        + """
scene.set('gpu.*.delay.nvmlDeviceGetTemperature', 1500)
wait(lambda: page.foot.text.is_late)
out.append([page.foot.text.right.endswith(' ago'), page.cards.rows[0].panel._view.is_old])
scene.remove('gpu.*.delay.nvmlDeviceGetTemperature')
wait(lambda: not page.foot.text.is_late)
""",
    ) == [[True, True]]


def test_that_my_trial_is_told_from_others_with_the_prediction_over_it(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.set("gpu.0.memory.used", 10 * GIB)
    scripted_nvml.process(0, "self", 6 * GIB)
    scripted_nvml.set("gpu.0.process.0.sm", 93)
    said = run_in_window(
        scripted_nvml,
        """
import os
from gpuplanner.render.monitor_plots import OverlayLine
link.set_overlay("GPU-00000000-1111-2222-3333-444444444444", [OverlayLine(20 * 2**30, "predicted")])
source.sampler.follow(os.getpid())
"""
        + START
        + """
row = page.cards.rows[0]
wait(lambda: any(part.token == "trial" for part in row.panel._view.parts))
out.append([part.text for part in row.panel._view.parts])
edges = row.charts.plots.plots[0].series
out.append([round(float(edge.high[-1]) / 2**30) for edge in edges])
out.append([row.panel._view.expected_share, row.charts.plots.plots[0].overlay[0].text])
table = page.processes.table
out.append([table.rows[0].followed, table.text(table.rows[0], "sm_percent")])
link.set_overlay("GPU-00000000-1111-2222-3333-444444444444", [])
wait(lambda: not row.charts.plots.plots[0].overlay)
""",
    )
    assert said == [
        ["reserved 1.0", "others 4.0", "my trial 6.0"],
        [1, 5, 11],
        [0.25, "predicted"],
        [True, "93"],
    ]


def test_that_pause_freezes_the_view_and_not_the_sampling(scripted_nvml: ScriptedNvml) -> None:
    assert run_in_window(
        scripted_nvml,
        START
        + """
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
row = page.cards.rows[0]
QTest.keyClick(page.processes.view, Qt.Key.Key_Space)
wait(lambda: not link.axis.is_live)
frozen, n = row.charts.plots, source.sample.number
wait(lambda: source.sample.number > n + 8)
out.append([row.charts.plots is frozen, page.tools.pause.text()])
page.tools.pause.setFocus()
QTest.keyClick(page.tools.pause, Qt.Key.Key_Space)  # a button's own key
wait(lambda: row.charts.plots is not frozen)
out.append(page.tools.pause.text())
""",
    ) == [[True, "Live"], "Pause"]


def test_that_the_crosshair_reads_all_cards_at_one_time(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(2)
    said = run_in_window(
        scripted_nvml,
        START
        + """
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
wait(lambda: source.sample.number > 5)
at = source.sample.monotonic_s
spin(0.2)
scene.set('gpu.1.power', 111000)
wait(lambda: page.cards.rows[1].charts.plots.plots[3].value == "111")
link.axis.set_span(4.0)
link.axis.point(at)
out.append([row.charts.pointed.values for row in page.cards.rows])
page.cards.labels.grab()
window.grab()
plots = page.cards.rows[0].charts
QTest.mouseMove(plots, QPoint(plots.width() // 5, 50))
out.append(link.axis.pointed_s != at)
QTest.mouseMove(page.tools, QPoint(2, 2))
link.axis.point(None)
out.append([row.charts.pointed for row in page.cards.rows])
""",
    )
    assert said == [[["10.0", "37", "51", "252"]] * 2, True, [None, None]]


def test_that_wheel_drag_and_keys_move_the_axis(scripted_nvml: ScriptedNvml) -> None:
    said = run_in_window(
        scripted_nvml,
        START
        + """
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
plots = page.cards.rows[0].charts
where = QPointF(plots.width() / 5, 50)
wheel = QWheelEvent(where, plots.mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
                    Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
QApplication.sendEvent(plots, wheel)
out.append([round(link.axis.span_s), link.axis.is_live])
QTest.mouseDClick(plots, Qt.MouseButton.LeftButton, pos=where.toPoint())
out.append(link.axis.is_live)
stop = link.axis.window.stop_s
link.axis.set_limits(stop - 4000, stop, 0.0)
QTest.mousePress(plots, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
QTest.mouseMove(plots, QPoint(160, 50))
QTest.mouseRelease(plots, Qt.MouseButton.LeftButton, pos=QPoint(160, 50))
out.append([link.axis.window.stop_s < stop, link.axis.is_live])
for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Left, Qt.Key.Key_End):
    QTest.keyClick(plots, key)
out.append(link.axis.is_live)
""",
    )
    assert said == [[240, False], True, [True, False], True]


def test_that_a_recording_is_made_marked_opened_and_compared(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    said = run_in_window(
        scripted_nvml,
        START
        + """
folder = Path(sys.argv[1])
link.recordings.ask_save = lambda name, kinds: folder / "a.csv"
page.tools.record.click()
wait(lambda: link.recordings.n_samples > 3)
page.tools.mark.click()
wait(lambda: link.recordings.n_samples > 8)
out.append(page.tools.record.text())
window.show_page("plan")
n = link.recordings.n_samples
wait(lambda: link.recordings.n_samples > n + 3)  # it goes on behind another page
window.show_page("monitor")
page.tools.record.click()
out.append([page.message.text.endswith("a.csv."), page.tools.record.text(), page.tools.mark.isVisible()])
link.recordings.ask_open = lambda kinds: folder / "a.csv"
link.recordings.open()
wait(lambda: link.recordings.opened)
row = page.cards.rows[0]
out.append([row.charts.plots.window.start_s, row.charts.plots.plots[0].value, len(row.charts.plots.marks),
            page.processes.isVisible(), page.tools.rate.isVisible()])
link.recordings.compare()
wait(lambda: link.recordings.under)
out.append([len(row.charts.plots.plots[0].under), row.panel._view.trouble_lines[:2]])
link.axis.point(0.1)
out.append(row.charts.pointed.values[0])
window.grab()
link.ask_picture = lambda: folder / "plots.svg"
link._save_picture()
out.append((folder / "plots.svg").stat().st_size > 1000)
page.tools.close_recording.click()
wait(lambda: page.processes.isVisible() and link.axis.is_live)
""",
        str(tmp_path),
    )
    assert said[0] == "Stop recording"
    assert said[1] == [True, "Record to CSV", False]
    assert said[2] == [0.0, "up to 10.0", 1, False, False]
    assert said[3] == [3, ["Largest sample 10.0 GiB", "compared: 10.0 GiB"]]
    assert said[4:] == ["10.0", True]
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        kinds = [line["kind"] for line in csv.DictReader(file)]
    assert kinds.count("mark") == 1
    assert kinds.count("sample") > 10


def test_that_recordings_which_cannot_be_made_or_read_say_why(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    (tmp_path / "no.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = run_in_window(
        scripted_nvml,
        START
        + """
folder = Path(sys.argv[1])
link.recordings.start(folder / "missing" / "a.csv")
out.append([page.message.text, link.recordings.is_recording])
for name in ("no.csv", "gone.csv"):
    page.message.show_message("")
    link.recordings.read(folder / name, compare=False)
    wait(lambda: page.message.text)
    out.append(page.message.text)
link.recordings.ask_save = lambda name, kinds: None
page.tools.record.click()
out.append(link.recordings.is_recording)
link.ask_picture = lambda: folder / "missing" / "a.png"
link._save_picture()
out.append(page.message.text)
""",
        str(tmp_path),
    )
    assert "cannot be written" in said[0][0]
    assert said[0][1] is False
    assert "not a recording of GPU Planner" in said[1]
    assert "cannot be read" in said[2]
    assert said[3] is False
    assert "the folder is gone" in said[4]


def test_that_a_page_nobody_sees_rests_and_draws_nothing(scripted_nvml: ScriptedNvml) -> None:
    assert run_in_window(
        scripted_nvml,
        START
        + """
plots = page.cards.rows[0].charts.plots
window.show_page("plan")
wait(lambda: source.state.kind == "resting" and source.sample is None)
out.append([page.cards.rows[0].charts.plots is plots, source._timer.isActive()])
window.show_page("monitor")
wait(lambda: source.sample is not None and page.cards.rows[0].charts.plots is not plots)
window.showMinimized()
wait(lambda: source.state.kind == "resting")
window.showNormal()
wait(lambda: source.sample is not None)
""",
    ) == [[True, False]]


def test_that_many_cards_have_low_rows_and_folded_processes(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(8)
    said = run_in_window(
        scripted_nvml,
        START
        + """
out.append([page.cards.rows[0].panel.height(), page.processes.is_open])
page.cards.rows[7].panel.details.click()
spin(0.1)
details = page.cards.rows[7].details
out.append(["P-state: P0" in details.text(), details.isVisible()])
details.copy()
window.grab()
scene.cards(2)
source.sampler.look_again()
wait(lambda: sum(bool(row.panel._view.trouble) for row in page.cards.rows) == 6)
""",
    )
    assert said == [[72, False], [True, True]]


def test_that_rate_unit_pcie_and_theme_reach_the_page(scripted_nvml: ScriptedNvml) -> None:
    said = run_in_window(
        scripted_nvml,
        START
        + """
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.theme import Mode
page.tools.rate_chosen.emit(2.0)
out.append([source.rate_hz, page.tools.rate.currentText()])
window.table.set_unit(DisplayUnit.GB_PER_GPU)
row = page.cards.rows[0]
out.append([row.panel._view.free, row.panel._view.unit, row.charts.plots.plots[0].unit])
page.tools._pcie.setChecked(True)
wait(lambda: any(fact.label == "PCIe sent" and fact.value.endswith("MB/s") for fact in row.panel._view.facts))
window.theme.set_mode(Mode.DARK)
image = row.charts.grab().toImage()
out.append(image.pixelColor(image.width() // 5, 45).name())
wait(lambda: "sampling costs" in page.tools.right.text)
""",
    )
    assert said == [[2.0, "2 Hz"], ["74.1", "GB", "GB"], "#1d2025"]


def test_that_the_menu_leads_to_the_page_and_says_when_there_is_nothing_to_record(
    scripted_nvml: ScriptedNvml,
) -> None:
    scripted_nvml.set("init", 9)
    said = run_in_window(
        scripted_nvml,
        """
wait(lambda: source.state.code == 9)
window.show_page("plan")
menu = window.menus.menu("monitor", "")
asked = []
link.recordings.ask_open = lambda kinds: asked.append(kinds)
link.ask_picture = lambda: asked.append("picture")
for action in menu.actions():
    action.trigger()
out.append([window.shown_page, page.message.text, len(asked)])
out.append([keys for keys, what in window.menus.all_keys() if what.endswith("(Monitor)")])
""",
    )
    assert said == [["monitor", "No GPU is read just now, so there is nothing to record.", 2], ["Space", "M"]]
