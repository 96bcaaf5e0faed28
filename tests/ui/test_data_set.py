"""The user's data set in the form: read aside, shown, packed, undone, and what is wrong with a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Method
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.links.data_set_link import DataSetLink
from gpuplanner.ui.plan.data_set_view import DataSetView
from gpuplanner.ui.plan.estimator_panel import EstimatorPanel
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.theme import Mode, Theme


@pytest.fixture
def stack(qtbot: QtBot) -> Iterator[QUndoStack]:
    result = QUndoStack()
    yield result
    result.clear()  # a step holds the planner that it came from


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, catalog: Catalog, stack: QUndoStack) -> EstimatorPanel:
    planner = Planner(catalog, stack)
    planner.setParent(stack)
    result = EstimatorPanel(theme, planner, catalog)
    qtbot.addWidget(result)
    result.resize(640, 700)
    result.show()
    result.start()
    planner.set_field("seq_len", 2048)
    qtbot.waitUntil(lambda: planner.outcome.setup.plan.seq_len == 2048)
    return result


@pytest.fixture
def link(panel: EstimatorPanel, catalog: Catalog, stack: QUndoStack) -> DataSetLink:
    planner = stack.findChild(Planner)
    assert planner is not None
    return DataSetLink(planner, panel.form, catalog, lambda: None, panel)


@pytest.fixture
def planner(stack: QUndoStack, panel: EstimatorPanel) -> Planner:
    found = stack.findChild(Planner)
    assert found is not None
    return found


def jsonl(folder: Path, *lines: object) -> Path:
    path = folder / "alpaca.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def samples(*lengths: int) -> list[object]:
    return [{"num_tokens": length} for length in lengths]


def line(view: DataSetView) -> str:
    return view.line.text().replace("\u00a0", " ")


def shown(qtbot: QtBot, panel: EstimatorPanel, text: str) -> DataSetView:
    view = panel.form.data_set
    qtbot.waitUntil(lambda: text in line(view))
    return view


def test_that_a_file_is_read_and_shown(
    qtbot: QtBot, panel: EstimatorPanel, link: DataSetLink, planner: Planner, tmp_path: Path
) -> None:
    path = jsonl(tmp_path, *samples(*[400] * 50, *[1800] * 47, 3000, 5000, 9114), "not JSON")
    link.ask_path = lambda: path
    panel.form.data_set_button.click()
    view = shown(qtbot, panel, "cut at")
    assert line(view) == "p50 400 · p95 1,800 · max 9,114 · 3 % cut at 2,048 · 1 bad line"
    assert view.isVisible()
    assert view.name.text == "alpaca.jsonl"
    assert planner.setup.work.samples == 100
    tip = view.line.toolTip()
    for said in ("100 samples, 121,714 tokens, as each record says", "% of what is computed is padding"):
        assert said in tip
    assert "line 101: is no JSON" in tip
    assert "not saved" in tip
    assert view.histogram.accessibleName().startswith("p50 400")


def test_that_the_line_follows_the_length_and_packing(
    qtbot: QtBot, panel: EstimatorPanel, link: DataSetLink, planner: Planner, tmp_path: Path
) -> None:
    link.read(jsonl(tmp_path, *samples(*[1024] * 80)))
    shown(qtbot, panel, "none cut at 2,048")
    planner.set_field("seq_len", 512)
    view = shown(qtbot, panel, "100 % cut at 512")
    view.packing.click()
    shown(qtbot, panel, "160 sequences of 512")
    assert "Packed: no padding" in view.line.toolTip()
    planner.set_field("method", Method.INFERENCE)
    shown(qtbot, panel, "100 % cut at 512")
    assert view.packing.isHidden()


def test_that_data_set_and_packing_are_steps_to_undo(
    qtbot: QtBot,
    panel: EstimatorPanel,
    link: DataSetLink,
    planner: Planner,
    stack: QUndoStack,
    tmp_path: Path,
) -> None:
    link.read(jsonl(tmp_path, *samples(1024, 1024)))
    view = shown(qtbot, panel, "none cut")
    assert stack.undoText() == "Plan: data set alpaca.jsonl"
    view.packing.click()
    assert stack.undoText() == "Plan: packing on"
    view.clear.click()
    assert stack.undoText() == "Plan: no data set"
    qtbot.waitUntil(view.isHidden)
    stack.undo()
    shown(qtbot, panel, "1 sequence of 2,048")
    stack.undo()
    stack.undo()
    qtbot.waitUntil(view.isHidden)
    assert planner.setup.work.samples == 10_000


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['[{"text": "a"}]'], "alpaca.jsonl: is one JSON array, not a line for each sample; convert it"),
        (['{"label": 1}'], "alpaca.jsonl, line 1: has none of the fields of a sample"),
        ([""], "alpaca.jsonl: holds no samples; give one JSON object on each line"),
    ],
)
def test_that_what_is_wrong_with_a_file_is_told_at_the_field(
    qtbot: QtBot, panel: EstimatorPanel, link: DataSetLink, tmp_path: Path, lines: list[object], said: str
) -> None:
    link.read(jsonl(tmp_path, *lines))
    view = shown(qtbot, panel, "alpaca.jsonl")
    assert line(view).startswith(said)
    assert not view.histogram.isVisible()
    view.clear.click()
    assert view.isHidden()


def test_that_a_fault_leaves_the_data_set_there_was(
    qtbot: QtBot, panel: EstimatorPanel, link: DataSetLink, planner: Planner, tmp_path: Path
) -> None:
    link.read(jsonl(tmp_path, *samples(1024, 1024)))
    shown(qtbot, panel, "none cut")
    link.read(tmp_path / "gone.jsonl")
    view = shown(qtbot, panel, "gone.jsonl: cannot be read")
    assert planner.setup.data_set is not None
    view.clear.click()
    shown(qtbot, panel, "none cut")
    assert planner.setup.data_set is not None, "the first click took the message away"


def test_that_a_long_reading_shows_how_far_it_is_and_can_be_given_up(
    qtbot: QtBot, panel: EstimatorPanel, link: DataSetLink, planner: Planner, tmp_path: Path
) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text('{"num_tokens": 7}\n' * 600_000)
    link.read(path)
    view = shown(qtbot, panel, "Reading large.jsonl: ")
    view.clear.click()
    assert view.isHidden()
    link.read(jsonl(tmp_path, *samples(5, 6)))
    shown(qtbot, panel, "max 6")
    assert planner.setup.work.samples == 2


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_that_the_part_that_is_cut_is_tinted_and_packing_takes_the_tint_away(
    qtbot: QtBot,
    theme: Theme,
    panel: EstimatorPanel,
    link: DataSetLink,
    planner: Planner,
    tmp_path: Path,
    mode: Mode,
) -> None:
    theme.set_mode(mode)
    link.read(jsonl(tmp_path, *samples(*range(100, 9000, 100))))
    view = shown(qtbot, panel, "cut at 2,048")
    histogram, tint = view.histogram, theme.color("no_tint")

    def has_tint() -> bool:
        image = histogram.grab().toImage()
        return any(image.pixelColor(x, 1) == tint for x in range(image.width()))

    assert has_tint()
    edges = histogram.edges()
    assert edges[0] <= 100 < 9000 <= edges[-1]
    view.packing.click()
    shown(qtbot, panel, "sequences of")
    assert not has_tint()
