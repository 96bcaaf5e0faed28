"""Parts of the Trial page that need no trial: options, the choice of Python, the facts before a start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.trial import TrialKind
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.estimate import PHYSICS, estimate
from gpuplanner.monitor.metrics import INDEX, METRICS
from gpuplanner.monitor.readings import NOT_SUPPORTED, Missing, Reading
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, ProcessReading, Sample
from gpuplanner.monitor.states import NO_GPU, OK
from gpuplanner.trial.environment_facts import Environment, State
from gpuplanner.trial.preflight import Level, judge
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.trial.trial_check_words import TrialCheckWords
from gpuplanner.ui.trial.trial_checks import Place, TrialChecks, place_of
from gpuplanner.ui.trial.trial_options import TrialOptionsForm, TrialWishes, read_lengths
from gpuplanner.ui.trial.trial_python import PythonChoice, TrialPython
from gpuplanner.ui.trial.trial_python_menu import PythonMenu
from gpuplanner.ui.trial.trial_words import TrialWords, short_path
from gpuplanner.ui.wording import Wording

GIB = 2**30
A100 = "NVIDIA A100-SXM4-80GB"


def card(uuid: str, free: Reading, name: str = A100, processes: object = ()) -> CardSample:
    readings: list[Reading] = [NOT_SUPPORTED] * len(METRICS)
    readings[INDEX["memory_free_bytes"]] = free
    return CardSample(CardFacts(uuid, 0, name), tuple(readings), processes)  # type: ignore[arg-type]


def sample(*cards: CardSample) -> Sample:
    return Sample(1, 0.0, 0.0, 0.0, cards, DriverFacts("570"))


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", ()),
        ("512", (512,)),
        ("256, 1024 512", (1024, 512, 256)),
        ("4,096; 2k, 2048", (4096, 2048)),
        (" 1024,", (1024,)),
    ],
)
def test_that_lengths_are_read_the_longest_first(text: str, lengths: tuple[int, ...]) -> None:
    assert read_lengths(text) == lengths


@pytest.mark.parametrize("text", ["0", "-5", "abc", "51,2", "99999999999", " ".join(map(str, range(1, 14)))])
def test_that_what_is_no_list_of_lengths_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_lengths(text)


def test_that_the_form_says_what_is_wished_for(qtbot: QtBot, theme: Theme) -> None:
    form = TrialOptionsForm(theme)
    qtbot.addWidget(form)
    assert form.wishes == TrialWishes()
    with qtbot.waitSignal(form.changed):
        form.steps.edited.emit(9)
    form.steps.set_value(9)
    form.time_limit.set_value(None)
    form.weights.setText(" /a/b ")
    wishes = form.wishes
    assert (wishes.steps, wishes.time_limit_s, wishes.weights) == (9, None, "/a/b")
    form.steps.unreadable.emit("x", "is no number")
    assert form.wishes.problem == "is no number"
    form.steps.edited.emit(3)
    assert form.wishes.problem == ""


def test_that_cards_are_named_where_there_are_several(qtbot: QtBot, theme: Theme) -> None:
    form = TrialOptionsForm(theme)
    qtbot.addWidget(form)
    form.offer_cards([("GPU-a", "GPU 0, A100")])
    assert form.device.count() == 3
    form.offer_cards([("GPU-a", "GPU 0, A100"), ("GPU-b", "GPU 1, A100")])
    assert form.device.count() == 5
    form.device.set_value("GPU-b")
    form.offer_cards([("GPU-a", "GPU 0, A100"), ("GPU-b", "GPU 1, A100")])
    assert form.wishes.device == "GPU-b"
    form.offer_cards([("GPU-a", "GPU 0, A100")])
    assert form.wishes.device == "auto"


def test_that_the_place_is_the_plans_card_with_the_most_free_memory() -> None:
    seen = sample(card("a", 10 * GIB), card("b", 60 * GIB), card("c", 79 * GIB, "RTX 4090"))
    assert place_of("auto", seen, A100).uuid == "b"
    assert place_of("a", seen, A100).uuid == "a"
    assert place_of("auto", seen, "H100").uuid == "c"
    assert place_of("cpu", seen, A100) == Place()
    assert place_of("auto", None, A100) == Place()
    assert place_of("cuda", None, A100) == Place(None, True)
    lost = Missing(NOT_SUPPORTED.kind, "lost")
    gone = CardSample(CardFacts("d", 0, A100), (), problem=lost)
    assert place_of("auto", sample(gone), A100) == Place()


def test_that_a_full_card_is_advised_against_with_its_probability(qtbot: QtBot, catalog: Catalog) -> None:
    answer = estimate(catalog.resolve(Plan(model="Qwen-7B", method=Method.LORA, seq_len=2048)))
    process = ProcessReading(7, 60 * GIB, "compute", command="/usr/bin/python train.py")
    seen = card("a", 10 * GIB, processes=(process,))
    python = PythonChoice(sys.executable, note="torch 2.7.1, CUDA 12.8; python 3.12")
    checks = TrialChecks()
    facts = checks.facts(answer, TrialKind.TRIAL, TrialWishes(), Place(seen, True), python, OK, PHYSICS)
    assert facts.probability is not None
    assert facts.probability < 0.05
    found = judge(facts)
    wording = Wording()
    words = TrialCheckWords(wording, TrialWords(wording))
    assert "hardly fit" in words.advice(facts, found)
    lines = {line.name: line.text for line in words.checks(facts, found)}
    assert lines["Other processes"] == "python train.py, 60.0 GiB"
    assert lines["Environment"] == "torch 2.7.1, CUDA 12.8"
    free = card("a", 79 * GIB)
    facts = checks.facts(answer, TrialKind.TRIAL, TrialWishes(), Place(free, True), python, OK, PHYSICS)
    assert {check.level for check in judge(facts)} == {Level.OK}
    assert "should fit" in words.advice(facts, judge(facts))


def test_that_a_card_that_does_not_say_is_no_reason_against(qtbot: QtBot, catalog: Catalog) -> None:
    answer = estimate(catalog.resolve(Plan(model="Qwen-1.8B", seq_len=256)))
    checks, python = TrialChecks(), PythonChoice("python")
    for place in (Place(card("a", NOT_SUPPORTED), True), Place(None, True)):
        facts = checks.facts(answer, TrialKind.TRIAL, TrialWishes(), place, python, NO_GPU, PHYSICS)
        assert (facts.free_bytes, bool(facts.free_unknown)) == (None, True)
        assert Level.NO not in {check.level for check in judge(facts)}


def test_that_this_programs_own_python_is_taken_and_tells_its_versions(qtbot: QtBot) -> None:
    python = TrialPython()
    choice = python.choice(Plan(), on_card=False)
    assert (choice.path, choice.problem) == (sys.executable, "")
    assert dict(choice.versions)["torch"] in choice.note


def test_that_what_a_python_lacks_is_said_with_the_line_that_installs_it(qtbot: QtBot) -> None:
    python = TrialPython()
    python.choice(Plan(), on_card=False)
    python._environment = Environment(
        "/venv/bin/python",
        State.USABLE,
        versions={"torch": "2.4.0", "transformers": "5.1", "accelerate": "1.2", "pip": "24"},
        folder="/venv",
        is_venv=True,
    )
    choice = python.choice(Plan(method=Method.LORA), on_card=False)
    assert "torch 2.4.0, 2.6 or later is wanted" in choice.problem
    assert "peft is missing" in choice.problem
    assert choice.install.startswith("/venv/bin/python -m pip install")
    python._environment = Environment("/p", State.CRASHES, "It crashes at import torch")
    assert python.choice(Plan(), on_card=False).problem == "It crashes at import torch"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script as a Python")
def test_that_a_picked_python_is_looked_at_in_a_thread(qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    python = TrialPython()
    python.pick(str(program))
    assert "looked at" in python.choice(Plan(), on_card=False).note
    qtbot.waitUntil(lambda: bool(python.choice(Plan(), on_card=False).problem), timeout=60_000)
    python.pick("")
    assert python.choice(Plan(), on_card=False).problem == ""
    python.stop()


def test_that_the_menu_offers_what_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    menu = PythonMenu(TrialPython(window), window)
    chosen: list[str] = []
    menu.chosen.connect(chosen.append)
    shown = menu.open(QPoint(0, 0))
    assert "torch" in shown.actions()[0].text()
    shown.actions()[0].trigger()
    assert chosen == [sys.executable]
    shown.hide()


def test_that_an_environment_is_shown_by_its_folder() -> None:
    home = Path.home()
    assert short_path(str(home / "envs" / "train" / "bin" / "python")) == str(Path("~/envs/train"))
    assert short_path("/usr/bin/python3") == "/usr"
