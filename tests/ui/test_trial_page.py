"""The Trial page in a real window, with real processes as workers."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import MemoryKind, Origin, Status
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.trial import TrialKind
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import read_document
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.local_run import Limits
from gpuplanner.trial.place import PlacedBackend
from gpuplanner.trial.replay import ReplayBackend
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.trial.trial_bridge import TrialBridge, TrialDesk
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.trial.trial_picture import Offer, TrialState

WORKERS = Path(__file__).resolve().parents[1] / "trial"
HANG_MS = 60_000

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


class Desk:
    """A window with its Trial page, and workers that a test chooses."""

    def __init__(self, qtbot: QtBot, theme: Theme, catalog: Catalog, folder: Path) -> None:
        self._qtbot, self._theme, self._catalog, self._folder = qtbot, theme, catalog, folder
        self.monitor = MonitorSource()
        self.desk = TrialDesk(PlacedBackend)
        self.window, self.link = self.another()

    def another(self) -> tuple[MainWindow, TrialLink]:
        """A window of the same program."""
        window = MainWindow(self._theme, Remembered(self._folder / "settings.json"))
        self._qtbot.addWidget(window, before_close_func=lambda _window: self.end())
        window.build()
        window.files.ask_unsaved = lambda: Answer.DISCARD
        plan = PlanLink(window, self._catalog)
        link = TrialLink(window, plan, self._catalog, self.desk, lambda: self.monitor)
        with self._qtbot.waitExposed(window):
            window.show()
        plan.start()
        plan.planner.set_plan(Plan(model="Qwen-1.8B", method=Method.LORA, seq_len=256))
        self._qtbot.waitUntil(lambda: plan.planner.outcome.answered == plan.planner.setup)
        window.show_page("trial")
        return window, link

    def end(self) -> None:
        """Nothing runs any more."""
        self.desk.kill()
        self.until(lambda: not self.link.state.is_running)
        self.monitor.stop()

    @property
    def page(self) -> TrialPage:
        assert self.link.page is not None
        return self.link.page

    def use(self, name: str, file: str = "window_workers.py", **limits: float) -> None:
        """Which worker runs from now on."""
        command = [sys.executable, "-S", "-E", str(WORKERS / file), name]
        cache = self._folder / "cache"
        self.desk.backend_of = lambda _place: LocalBackend(
            command=command, cache=cache, limits=Limits(**limits)
        )

    def run(self, kind: TrialKind = TrialKind.TRIAL) -> None:
        """A trial from start to end."""
        self.link.start(kind, anyway=True)
        self.until(lambda: self.link.state.is_over)
        self.until(lambda: self.page.picture is not None and self.page.picture.state is self.link.state)

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=HANG_MS)


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, catalog: Catalog, tmp_path: Path) -> Iterator[Desk]:
    result = Desk(qtbot, theme, catalog, tmp_path)
    yield result
    result.monitor.stop()
    assert result.monitor.sampler.join(5.0)


def figures(desk: Desk) -> dict[str, tuple[str, str, str]]:
    assert desk.page.picture is not None
    return {line.label: (line.predicted, line.measured, line.error) for line in desk.page.picture.figures}


def test_that_a_trial_on_a_card_shows_its_figures_beside_the_prediction_and_is_kept(desk: Desk) -> None:
    desk.use("good")
    states: list[TrialState] = []
    desk.link.state_changed.connect(states.append)
    desk.run()
    assert states[-2:] == [TrialState.RUNNING, TrialState.DONE]
    found = figures(desk)
    assert found["Allocated"][1] == "4.60"
    assert found["Device (NVML)"][1] == "5.28"
    assert found["Step time"][1] == "0.850"
    assert found["Power"] == ("–", "301", "–")
    (row,) = desk.window.document.rows
    assert (row.provenance.origin, row.measurement.peak_memory_kind) == (Origin.TRIAL, MemoryKind.DEVICE)
    assert row.measurement.step_time_s == 0.85
    assert "Kept as row 1 (◆)." in desk.page.picture.reason  # type: ignore[union-attr]
    assert "step 7" in desk.page.log.text
    assert desk.page.step_chart.chart.measured_peak_bytes == int(4.6 * 2**30)  # type: ignore[union-attr]
    assert len(desk.page.time_chart.chart.seconds) == 7  # type: ignore[union-attr]


def test_that_the_row_and_its_samples_are_one_step_to_undo_and_are_saved(desk: Desk, tmp_path: Path) -> None:
    desk.use("good")
    desk.run()
    document = desk.window.document
    assert document.is_modified
    assert (len(document.rows), len(document.trials)) == (1, 1)
    columns = document.columns
    document.undo_stack.undo()
    assert (len(document.rows), len(document.trials), document.columns) == (0, 0, ())
    document.undo_stack.redo()
    assert (len(document.rows), len(document.trials), document.columns) == (1, 1, columns)
    path = tmp_path / "x.gpuplan"
    desk.window.files.ask_save = lambda: path
    assert desk.window.files.save()
    saved = read_document(path)
    assert len(saved.trials[0].events) == 12  # five stages, seven steps
    assert saved.table.rows[0].provenance.origin is Origin.TRIAL


def test_that_the_measured_point_is_in_the_plans_chart(desk: Desk) -> None:
    desk.use("good")
    desk.run()
    planner = desk.link._planner
    desk.until(lambda: bool(planner.outcome.answer and planner.outcome.answer.chart.points))
    (point,) = planner.outcome.answer.chart.points  # type: ignore[union-attr]
    assert (point.origin, point.row, point.length) == (Origin.TRIAL, 0, 256)


def test_that_out_of_memory_is_a_result_with_its_numbers_and_a_row_that_did_not_fit(desk: Desk) -> None:
    desk.use("out_of_memory")
    desk.run()
    picture = desk.page.picture
    assert picture is not None
    assert (picture.title, picture.state) == ("Out of memory", TrialState.OOM)
    assert picture.reason.startswith("Out of memory in backward, step 2: 4.8 GiB in use, 1.20 GiB more asked")
    assert desk.window.document.rows[0].measurement.status is Status.OOM
    assert figures(desk)["Allocated"][1:] == ("> 4.60", "–")
    assert Offer.CORRECTION not in picture.offers


def test_that_the_hosts_memory_says_nothing_about_the_card(desk: Desk) -> None:
    desk.use("out_of_memory_of_the_host")
    desk.run()
    assert desk.page.picture is not None
    assert "computer's own memory" in desk.page.picture.reason
    assert desk.window.document.rows[0].measurement.status is Status.NOT_MEASURED


FAILURES = [
    ("killed", "misbehaving_workers.py", "killed by the kernel", Offer.DRY_RUN),
    ("aborts", "misbehaving_workers.py", "aborted itself", Offer.DRY_RUN),
    ("half_an_end", "misbehaving_workers.py", "gone without a word", Offer.DRY_RUN),
    ("import_dies", "misbehaving_workers.py", "libcudart.so.12", Offer.DRY_RUN),
]


@posix
@pytest.mark.parametrize(("name", "file", "words", "offer"), FAILURES, ids=[case[0] for case in FAILURES])
def test_that_every_failure_has_a_reason_and_a_next_step(
    desk: Desk, name: str, file: str, words: str, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpuplanner.trial import deaths

    monkeypatch.setattr(deaths, "_VMSTAT", Path("/nowhere"))  # what else this machine kills is not asked
    desk.use(name, file)
    desk.run()
    picture = desk.page.picture
    assert picture is not None
    assert (picture.title, picture.state) == ("Failed", TrialState.FAILED)
    assert words in picture.reason.lower()
    assert picture.next_step
    assert offer in picture.offers
    assert any(stage.mark == "failed" for stage in picture.stages)
    assert len(desk.window.document.rows) == 0


def test_that_a_worker_that_says_nothing_fails_with_that_reason(desk: Desk) -> None:
    desk.use("says_nothing", "misbehaving_workers.py", first_event_s=0.3)
    desk.run()
    assert desk.page.picture is not None
    assert "said nothing for 0.3 s" in desk.page.picture.reason


def test_that_garbage_and_a_second_end_change_nothing(desk: Desk) -> None:
    desk.use("says_nonsense", "misbehaving_workers.py")
    desk.run()
    assert desk.link.state is TrialState.DONE
    assert "a line that is no event" in desk.page.log.text
    desk.use("ends_twice", "misbehaving_workers.py")
    desk.run()
    assert desk.link.state is TrialState.OOM


@posix
def test_that_a_full_or_broken_cache_is_a_failure_that_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk.desk.backend_of = lambda place: LocalBackend(place.python, cache=tmp_path / "file")
    desk.run()
    assert desk.page.picture is not None
    assert "cannot be put there" in desk.page.picture.reason
    assert "space" in desk.page.picture.next_step


def test_that_a_python_that_is_not_there_is_said_before_the_start(desk: Desk, tmp_path: Path) -> None:
    desk.use("good")
    desk.link.set_python(str(tmp_path / "no-such"))
    desk.link.start(TrialKind.TRIAL, anyway=True)
    picture = desk.page.picture
    assert picture is not None
    assert (picture.title, picture.offers) == ("Not started", (Offer.OTHER_PYTHON,))
    assert "there is no such Python" in picture.reason
    desk.link.set_python("")
    assert desk.page.picture is not None
    assert desk.page.picture.title == "Ready"


def test_that_a_plan_that_will_not_fit_is_advised_against_and_can_be_run_anyway(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpuplanner.ui.trial import trial_checks

    monkeypatch.setattr(trial_checks, "host_free_bytes", lambda: 2 * 2**30)
    desk.use("good")
    desk.page.side.options.device.set_value("cpu")
    desk.link.start(TrialKind.TRIAL)
    desk.until(lambda: desk.link.state is TrialState.ADVISED_AGAINST)
    picture = desk.page.picture
    assert picture is not None
    assert picture.reason == "It will not fit: 5.5 GiB needed, 2.0 GiB free on this computer now."
    assert picture.offers == (Offer.RUN_ANYWAY, Offer.DRY_RUN)
    assert picture.checks[0].level == "no"
    desk.page.side.offer_buttons[Offer.RUN_ANYWAY].click()
    desk.until(lambda: desk.link.state is TrialState.DONE)


def test_that_inference_is_not_tried(desk: Desk) -> None:
    planner = desk.link._planner
    planner.set_plan(replace(planner.plan, method=Method.INFERENCE))
    desk.until(lambda: planner.outcome.setup.plan.method is Method.INFERENCE)
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: desk.link.state is TrialState.ADVISED_AGAINST)
    assert desk.page.picture is not None
    assert "trains" in desk.page.picture.reason


@posix
def test_that_stop_keeps_what_was_measured(desk: Desk) -> None:
    desk.use("waits")
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: "step 2" in desk.page.log.text)
    assert desk.page.head.stop.isVisible()
    assert not desk.page.head.start.isVisible()
    desk.page.head.stop.click()
    assert desk.link.state is TrialState.STOPPING
    desk.until(lambda: desk.link.state is TrialState.STOPPED)
    assert "stopped after 1 measured steps" in desk.window.document.rows[0].provenance.note


@posix
def test_that_escape_asks_once(desk: Desk, qtbot: QtBot) -> None:
    desk.use("waits")
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: "step 2" in desk.page.log.text)
    desk.page.ask_stop()
    question = desk.page.question
    assert question is not None
    desk.page.ask_stop()
    assert desk.page.question is question
    press(question, "Go on")
    assert desk.link.state is TrialState.RUNNING
    desk.window.activateWindow()
    desk.until(desk.window.isActiveWindow)
    desk.page.setFocus()
    qtbot.keyClick(desk.page, Qt.Key.Key_Escape)
    assert desk.page.question is not None
    press(desk.page.question, "Stop")
    desk.until(lambda: desk.link.state is TrialState.STOPPED)


def closing_question(desk: Desk) -> QMessageBox:
    question = desk.link.closing.question
    assert question is not None
    return question


def press(box: QMessageBox, text: str) -> None:
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()


@posix
@pytest.mark.parametrize("name", ["waits", "never_stops"])
def test_that_closing_asks_then_stops_and_leaves_no_orphan(desk: Desk, name: str) -> None:
    desk.use(name, ask_s=0.2, term_s=0.2)
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: "step 1" in desk.page.log.text)
    bridge = desk.link.series.bridge
    assert bridge is not None
    pid = bridge.pid
    assert pid is not None
    assert not desk.window.close()
    press(closing_question(desk), "Go on")
    assert desk.window.isVisible()
    assert desk.link.state is TrialState.RUNNING
    assert not desk.window.close()
    press(closing_question(desk), "Stop and close")
    desk.until(lambda: not desk.window.isVisible())
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@posix
def test_that_a_second_window_says_where_a_trial_runs(desk: Desk) -> None:
    desk.use("waits")
    desk.link.start(TrialKind.TRIAL, anyway=True)
    _window, other = desk.another()
    other.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: other.state is TrialState.ADVISED_AGAINST)
    assert other.page is not None
    assert other.page.picture is not None
    assert other.page.picture.reason == "A trial runs in the window Untitled. One runs at a time."
    assert other.page.picture.offers == ()
    desk.link.stop()
    desk.until(lambda: desk.link.state is TrialState.STOPPED)
    desk.until(lambda: "runs in the window" not in other.page.picture.reason)  # type: ignore[union-attr]


def test_that_several_lengths_run_the_longest_first_and_are_one_step(desk: Desk) -> None:
    desk.use("good")
    desk.page.side.options.lengths.setText("256, 1024 512")
    desk.run()
    rows = desk.window.document.rows
    assert [row.plan.seq_len for row in rows] == [1024, 512, 256]
    assert desk.window.document.undo_stack.count() == 2  # the plan, then the rows
    picture = desk.page.picture
    assert picture is not None
    assert [line.label for line in picture.series] == ["1,024 tokens", "512 tokens", "256 tokens"]
    assert all(line.error.endswith("%") for line in picture.series)
    assert "Kept as rows 1–3 (◆)." in picture.reason
    desk.until(lambda: not desk.desk.findChildren(TrialBridge))  # what is over leaves nothing in the program


def test_that_a_length_that_cannot_be_read_stops_the_start(desk: Desk) -> None:
    desk.use("good")
    field = desk.page.side.options.lengths
    field.setText("51,2")
    field.textEdited.emit("51,2")
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: desk.link.state is TrialState.ADVISED_AGAINST)
    assert desk.page.picture is not None
    assert "51,2" in desk.page.picture.reason


def test_that_a_folder_without_safetensors_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.use("good")
    desk.page.side.options.weights.setText(str(tmp_path))
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: desk.link.state is TrialState.ADVISED_AGAINST)
    assert desk.page.picture is not None
    assert "holds no safetensors" in desk.page.picture.reason


def test_that_a_trial_of_another_document_is_offered_and_not_forced(desk: Desk) -> None:
    desk.use("waits")
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: "step 2" in desk.page.log.text)
    desk.window.files.load_profile()
    n_rows = len(desk.window.document.rows)
    desk.link.stop()
    desk.until(lambda: desk.link.state is TrialState.STOPPED)
    assert len(desk.window.document.rows) == n_rows
    desk.until(lambda: Offer.KEEP in desk.page.picture.offers)  # type: ignore[union-attr]
    desk.page.side.offer_buttons[Offer.KEEP].click()
    assert len(desk.window.document.rows) == n_rows + 1


def test_that_the_correction_is_asked_for_with_the_rows_that_were_kept(desk: Desk) -> None:
    desk.use("good")
    desk.run()
    asked: list[tuple[int, ...]] = []
    desk.link.correction_requested.connect(asked.append)
    desk.page.side.offer_buttons[Offer.CORRECTION].click()
    assert asked == [(0,)]


def test_that_a_flood_leaves_a_bounded_log_and_a_kept_row(desk: Desk) -> None:
    desk.use("flood")
    desk.run()
    assert desk.link.state is TrialState.DONE
    assert desk.page.log.editor.blockCount() <= 2_000
    assert "lines left out" in desk.page.log.text
    assert len(desk.window.document.trials[0].events) < 600


def test_that_the_log_follows_unless_somebody_has_scrolled(desk: Desk) -> None:
    log, bar = desk.page.log, desk.page.log.editor.verticalScrollBar()
    log.add([f"line {number}" for number in range(100)])
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    log.add(["more"])
    assert bar.value() == 10
    assert log.text.endswith("more")


def test_that_a_recording_is_shown_like_a_trial(desk: Desk, tmp_path: Path) -> None:
    recording = tmp_path / "recording.jsonl"
    lines = [
        {"event": "phase", "name": "import torch", "t": 0.0},
        {"event": "step", "index": 1, "seconds": 0.1, "allocated_bytes": 1000, "phases": {"loss": 1000}},
        {"event": "end", "status": "ok", "result": {"device": "cpu", "peak_allocated_bytes": 1000}},
    ]
    recording.write_text("\n".join(map(json.dumps, lines)))
    desk.desk.backend_of = lambda _place: ReplayBackend(recording)
    desk.run()
    assert desk.link.state is TrialState.DONE
    assert desk.window.document.rows[0].measurement.peak_memory_kind is MemoryKind.ALLOCATED


# Real torch on the CPU: some seconds, nearly all of them imports.
def test_that_a_real_trial_and_a_dry_run_agree_to_the_byte(desk: Desk, tmp_path: Path) -> None:
    config = {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 128,
        "vocab_size": 256,
        "max_position_embeddings": 64,
        "tie_word_embeddings": False,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    # One thread: on a busy machine two that wait for each other take many times as long.
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    desk.desk.backend_of = lambda place: LocalBackend(
        place.python, cache=tmp_path / "cache", environment=environment
    )
    planner = desk.link._planner
    planner.set_plan(Plan(model=str(tmp_path / "config.json"), seq_len=32, lora_rank=4))
    desk.until(lambda: planner.outcome.answered is not None and planner.outcome.answered.plan is planner.plan)
    desk.page.side.options.steps.set_value(2)
    began = time.monotonic()
    desk.link.start(TrialKind.TRIAL, anyway=True)
    desk.until(lambda: bool(desk.page.picture and desk.page.picture.fraction))
    assert time.monotonic() - began < 30
    desk.until(lambda: desk.link.state.is_over)
    desk.run(TrialKind.DRY_RUN)
    trial, dry_run = desk.window.document.rows
    assert (trial.provenance.origin, dry_run.provenance.origin) == (Origin.TRIAL, Origin.DRY_RUN)
    assert trial.measurement.peak_memory == dry_run.measurement.peak_memory
    chart = desk.page.step_chart.chart
    assert chart.origin is Origin.DRY_RUN  # type: ignore[union-attr]
    answer = planner.outcome.answer
    assert answer is not None
    predicted = answer.estimate.memory.peak_allocated_bytes
    assert chart.measured_peak_bytes == pytest.approx(predicted, rel=0.02)  # type: ignore[union-attr]
