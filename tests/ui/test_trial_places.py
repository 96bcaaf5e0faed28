"""Where trials run, in the window: this computer with several ranks, another one over ssh, Slurm."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from scripted_nvml import ScriptedNvml

from gpuplanner.core.plan import Method, Plan, Sharding
from gpuplanner.core.trial import Device, RankResult, TrialKind, TrialResult
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.settings import load_settings
from gpuplanner.estimator.estimate import PHYSICS, estimate
from gpuplanner.monitor.states import NO_GPU
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.place import PlacedBackend, TrialPlace, Where
from gpuplanner.trial.preflight import Level, judge
from gpuplanner.trial.ssh import SshBackend
from gpuplanner.trial.torchrun import TorchrunBackend
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.trial.trial_bridge import TrialDesk
from gpuplanner.ui.trial.trial_check_words import TrialCheckWords
from gpuplanner.ui.trial.trial_checks import TrialChecks
from gpuplanner.ui.trial.trial_kept_options import kept_of, wishes_of
from gpuplanner.ui.trial.trial_options import TrialOptionsForm, TrialWishes
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.trial.trial_picture import Offer, TrialState
from gpuplanner.ui.trial.trial_python import PythonChoice
from gpuplanner.ui.trial.trial_rank_words import RankWords
from gpuplanner.ui.trial.trial_where import Place
from gpuplanner.ui.trial.trial_words import TrialWords
from gpuplanner.ui.wording import Wording

HANG_MS = 60_000
GIB = 2**30
WORKERS = Path(__file__).resolve().parents[1] / "trial" / "window_workers.py"
SCENES = Path(__file__).with_name("trial_scenes.py")
FAR = TrialPlace(Where.SSH, "/envs/train", "gpu-box")
TINY = {
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

posix = pytest.mark.skipif(sys.platform != "linux", reason="torchrun, sshd, a scripted NVML library")


class Open:
    """A window on its Trial page."""

    def __init__(self, qtbot: QtBot, theme: Theme, catalog: Catalog, folder: Path) -> None:
        self._qtbot = qtbot
        self.monitor = MonitorSource()
        self.desk = TrialDesk(PlacedBackend)
        self.settings = folder / "settings.json"
        self.window = MainWindow(theme, Remembered(self.settings))
        qtbot.addWidget(self.window, before_close_func=lambda _window: self.end())
        self.window.build()
        self.plan = PlanLink(self.window, catalog)
        self.link = TrialLink(self.window, self.plan, catalog, self.desk, lambda: self.monitor)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.plan.start()
        self.show(Plan(model="Qwen-1.8B", method=Method.LORA, seq_len=256))
        self.window.show_page("trial")

    def show(self, plan: Plan) -> None:
        planner = self.plan.planner
        planner.set_plan(plan)
        self.until(lambda: planner.outcome.answered is not None and planner.outcome.answered.plan == plan)

    @property
    def page(self) -> TrialPage:
        assert self.link.page is not None
        return self.link.page

    def put(self, place: TrialPlace) -> None:
        """Choose a place in the form."""
        self.page.side.options.place.show_place(place)
        self.page.side.options.place.changed.emit()

    def check(self, name: str) -> tuple[str, str]:
        assert self.page.picture is not None
        return next((line.text, line.level) for line in self.page.picture.checks if line.name == name)

    def run(self) -> None:
        self.link.start(TrialKind.TRIAL, anyway=True)
        self.until(lambda: self.link.state.is_over)
        self.until(lambda: self.page.picture is not None and self.page.picture.state is self.link.state)

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=HANG_MS)

    def end(self) -> None:
        self.desk.kill()
        self.until(lambda: not self.link.state.is_running)
        self.window.files.may_close = lambda: True  # type: ignore[method-assign]
        self.monitor.stop()


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, catalog: Catalog, tmp_path: Path) -> Open:
    return Open(qtbot, theme, catalog, tmp_path)


@pytest.fixture
def play(scripted_nvml: ScriptedNvml, tmp_path: Path) -> Callable[[str], Any]:
    """Return what plays a scene of trial_scenes.py and returns what it found."""

    def run(name: str) -> Any:
        done = scripted_nvml.command(sys.executable, str(SCENES), name, str(tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@posix
def test_that_two_ranks_on_two_cards_are_checked_sampled_and_told(
    play: Callable[[str], Any], scripted_nvml: ScriptedNvml
) -> None:
    scripted_nvml.cards(2)
    found = play("several")
    assert found["checks"]["Ranks"] == ["2; cards seen: 2", "ok"]
    assert found["checks"]["Clock"] == ["slowed by heat (hardware)", "note"]
    assert found["checks"]["Other processes"] == ["PID 4242, 2.0 GiB", "note"]
    assert found["plan"][1] == "2 ranks, DDP · A100-SXM4-80GB · random weights"
    assert found["rate"] == [1.0, 10.0, 1.0]
    middle = found["course"][len(found["course"]) // 2]
    assert middle < 0.5, "seconds between two points of the device's curve"
    assert (found["aside"], found["end aside"]) == ("rank 0 of 2", "fullest of 2 ranks")
    assert found["ranks"] == [["0", "4.60", "4.78", "5.28", False], ["1", "4.70", "4.88", "5.38", True]]
    assert found["figures"][:3] == ["4.70", "4.89", "5.39"]
    assert found["row"].endswith("the fullest of 2 ranks, rank 1 (allocated 4.60–4.70 GiB)")


@posix
def test_that_too_few_cards_are_said_before_the_start(play: Callable[[str], Any]) -> None:
    found = play("too_few")
    assert found["reason"].startswith("2 ranks want 2 cards, and 1 can be seen.")
    assert found["checks"]["Ranks"] == ["2; cards seen: 1", "no"]
    assert found["offers"] == []
    assert found["on the cpu"] == ["2 on the CPU (gloo)", "ok"]


# Real torch under the real torchrun: ten seconds, nearly all of them imports.
@posix
def test_that_two_real_ranks_run_in_the_window(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "config.json").write_text(json.dumps(TINY))
    model = str(tmp_path / "config.json")
    opened.show(Plan(model=model, seq_len=32, lora_rank=4, gpus_per_node=2, sharding=Sharding.DDP))
    opened.page.side.options.device.set_value("cpu")
    opened.page.side.options.steps.set_value(2)
    opened.desk.backend_of = lambda place: TorchrunBackend(place.python, cache=tmp_path / "cache")
    opened.run()
    picture = opened.page.picture
    assert picture is not None
    assert picture.state is TrialState.DONE, picture.reason
    assert [line.rank for line in picture.ranks] == ["0", "1"]
    assert len({line.allocated for line in picture.ranks}) == 1
    assert all(line.error.endswith("%") for line in picture.ranks)
    (row,) = opened.window.document.rows
    assert row.plan.n_gpus == 2
    assert row.provenance.note.endswith("the fullest of 2 ranks, which are alike")
    assert opened.page.side.ranks.isVisible()
    assert "rank 1, allocated" in opened.page.side.ranks.accessibleName()


@posix
def test_that_another_computer_is_told_from_the_options(opened: Open) -> None:
    opened.put(FAR)
    opened.until(lambda: opened.check("Environment")[0] == "on gpu-box")
    picture = opened.page.picture
    assert picture is not None
    assert "gpu-box, over ssh" in picture.plan[1]
    assert "what is free there (gpu-box) is not seen from here" in picture.reason
    assert picture.python == "Python: gpu-box: /envs/train"
    assert not opened.page.side.options.weights.isVisible(), "weights stay here"
    opened.put(replace(FAR, host=""))
    opened.until(lambda: opened.check("Where")[1] == "no")
    opened.link.start(TrialKind.TRIAL, anyway=True)
    assert opened.link.state is TrialState.ADVISED_AGAINST
    picture = opened.page.picture
    assert picture is not None
    assert picture.reason == "No other computer is named; name one as you would for ssh."


@posix
def test_that_a_lost_connection_is_an_end_with_a_next_step(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of ssh speaks the protocol, then loses the connection."""
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\nexec {sys.executable} -S -E {WORKERS} loses_the_connection\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    opened.desk.backend_of = lambda place: SshBackend(place.host, place.python, cache=tmp_path / "cache")
    opened.put(FAR)
    opened.run()
    picture = opened.page.picture
    assert picture is not None
    assert picture.title == "Failed"
    assert picture.reason.startswith("The connection to gpu-box is lost: Connection to gpu-box closed by")
    assert "Start again when it can be reached" in picture.next_step
    assert Offer.OTHER_PYTHON not in picture.offers


@posix
def test_that_what_a_trial_was_started_with_is_remembered(opened: Open, tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-E", str(WORKERS), "good"]
    opened.desk.backend_of = lambda _place: LocalBackend(command=command, cache=tmp_path / "cache")
    options = opened.page.side.options
    opened.put(FAR)
    options.steps.set_value(7)
    options.time_limit.set_value(None)
    opened.link.python.named = sys.executable
    opened.run()
    kept = load_settings(opened.settings)[0].trial
    wishes, python = wishes_of(kept)
    assert (wishes.steps, wishes.time_limit_s, wishes.place, python) == (7, None, FAR, sys.executable)
    assert wishes_of(()) == (TrialWishes(), "")
    damaged = (("steps", "-3"), ("where", "moon"), ("time_limit_s", "soon"), ("warm_up_steps", "0"))
    assert wishes_of(damaged)[0] == TrialWishes(warm_up_steps=0)
    assert dict(kept_of(TrialWishes(time_limit_s=None), ""))["time_limit_s"] == "none"


def test_that_a_dry_run_stays_on_this_computer(opened: Open, tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-E", str(WORKERS), "good"]
    places: list[TrialPlace] = []

    def backend(place: TrialPlace) -> LocalBackend:
        places.append(place)
        return LocalBackend(command=command, cache=tmp_path / "cache")

    opened.desk.backend_of = backend
    opened.put(FAR)
    opened.link.start(TrialKind.DRY_RUN)
    opened.until(lambda: opened.link.state.is_over)
    assert (places[0].where, places[0].python) == (Where.HERE, sys.executable)


def test_that_the_form_shows_the_fields_of_its_place(qtbot: QtBot, theme: Theme) -> None:
    form = TrialOptionsForm(theme)
    qtbot.addWidget(form)
    form.show()
    fields = form.place
    shown = {
        Where.HERE: (False, False, False, False),
        Where.SSH: (True, True, False, False),
        Where.SLURM: (False, False, True, False),
    }
    for where, wanted in shown.items():
        fields.where.set_value(where.value)
        fields.where.edited.emit(where.value)
        widgets = (fields.host, fields.python, fields.srun, fields.node)
        assert tuple(widget.isVisible() for widget in widgets) == wanted, where
    fields.show_nodes(2)
    assert not fields.node.isVisible(), "Slurm finds the nodes itself"
    fields.where.set_value("here")
    fields.show_wanted()
    assert fields.node.isVisible()
    fields.node.set_value(1)
    fields.first_node.setText(" head:1234 ")
    assert form.wishes.place == TrialPlace(node=1, first_node="head:1234")
    fields.offer_hosts(("a", "b"))
    fields.where.set_value("ssh")
    fields.host.commit("b")
    assert form.wishes.place.host == "b"


def test_that_a_plan_whose_nodes_have_no_meeting_point_is_not_started(qtbot: QtBot, catalog: Catalog) -> None:
    plan = Plan(model="Qwen-1.8B", seq_len=256, nodes=2, gpus_per_node=2, sharding=Sharding.DDP)
    answer = estimate(catalog.resolve(plan))
    python, wording, checks = PythonChoice("python"), Wording(), TrialChecks()
    for at, against in ((TrialPlace(), True), (TrialPlace(first_node="head"), False)):
        place = Place(at=at, n_ranks=2)
        facts = checks.facts(answer, TrialKind.TRIAL, TrialWishes(), place, python, NO_GPU, PHYSICS)
        found = {check.key: check.level for check in judge(facts)}
        assert (found.get("place") is Level.NO) is against
        assert found["ranks"] is Level.OK
    words = TrialCheckWords(wording, TrialWords(wording))
    assert facts.needed_bytes > 2 * answer.memory.peak_allocated_bytes, "two ranks of this computer"
    assert words.checks(facts, judge(facts))[1].text == "2 on the CPU (gloo)"


def test_that_several_gpus_without_sharding_by_ranks_are_not_tried(qtbot: QtBot, catalog: Catalog) -> None:
    plan = Plan(model="Qwen-1.8B", seq_len=256, gpus_per_node=2, sharding=Sharding.LAYERS)
    answer = estimate(catalog.resolve(plan))
    place = Place(n_ranks=2)
    python = PythonChoice("python")
    facts = TrialChecks().facts(answer, TrialKind.TRIAL, TrialWishes(), place, python, NO_GPU, PHYSICS)
    assert "DDP, FSDP or ZeRO" in facts.plan_problem


def test_that_ranks_are_compared_with_what_is_predicted_for_each(catalog: Catalog) -> None:
    answer = estimate(catalog.resolve(Plan(model="Qwen-1.8B", seq_len=256)))
    size = answer.memory.peak_allocated_bytes
    alike = (RankResult(0, peak_allocated_bytes=size), RankResult(1, peak_allocated_bytes=size))
    words = RankWords(Wording())
    lines = words.lines(answer, TrialResult(Device.CPU.value, ranks=alike))
    assert [(line.error, line.reserved, line.strong) for line in lines] == [("0.0 %", "–", False)] * 2
    unknown = (RankResult(0), RankResult(1, peak_device_bytes=answer.memory.peak_device_bytes // 2))
    lines = words.lines(answer, TrialResult("cuda", ranks=unknown))
    assert [line.error for line in lines] == ["–", "+100.0 %"]
    assert words.lines(answer, TrialResult("cpu")) == ()
    assert words.lines(answer, None) == ()
