"""A part opens to its terms, and the window follows the plan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gpuplanner.data.catalog import Catalog
from gpuplanner.report.explanation import TIME
from gpuplanner.ui.plan.estimator_panel import EstimatorPanel
from gpuplanner.ui.plan.explain_window import ExplainWindow
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.theme import Theme


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, catalog: Catalog) -> Iterator[EstimatorPanel]:
    planner = Planner(catalog)
    result = EstimatorPanel(theme, planner, catalog)
    planner.setParent(result)
    qtbot.addWidget(result)
    result.resize(640, 800)
    with qtbot.waitExposed(result):
        result.show()
    result.start()
    planner.set_field("model", "Qwen-7B")
    planner.set_field("seq_len", 2048)
    qtbot.waitUntil(lambda: result._planner.outcome.answer is not None)
    yield result
    if result.explainer.window is not None:
        result.explainer.window.close()


def click_on(panel: EstimatorPanel, name: str) -> ExplainWindow:
    legend = panel.parts.legend
    rect = next(rect for part, rect in legend.part_rects() if part.name == name)
    QTest.mouseClick(legend, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    window = panel.explainer.window
    assert window is not None
    return window


def test_that_a_click_on_a_part_opens_its_terms(qtbot: QtBot, panel: EstimatorPanel) -> None:
    window = click_on(panel, "weights")
    assert window.isVisible()
    assert not window.isModal()
    assert window.shown_part == "weights"
    text = window.text.toPlainText()
    assert "base weights" in text
    assert "= 2 B × 7,721,324,544" in text
    assert "Source: checkpoint index" in text


def test_that_every_term_of_every_part_can_be_reached(qtbot: QtBot, panel: EstimatorPanel) -> None:
    window = click_on(panel, "weights")
    answer = panel._planner.outcome.answer
    assert answer is not None
    texts = []
    for row in range(window.parts.count()):
        window.parts.setCurrentRow(row)
        texts.append(window.text.toPlainText())
    everything = "\n".join(texts)
    for term in answer.estimate.memory.terms:
        assert term.name in everything
        assert term.source.split("; ")[0] in everything
    assert window.shown_part == TIME
    assert "host" in texts[-1]


def test_that_the_window_follows_the_plan(qtbot: QtBot, panel: EstimatorPanel) -> None:
    window = click_on(panel, "logits")
    assert "× 2,048" in window.text.toPlainText()
    panel._planner.set_field("seq_len", 3072)
    qtbot.waitUntil(lambda: "× 3,072" in window.text.toPlainText())
    assert window.shown_part == "logits"
    panel._planner.set_field("model", "Nonesuch")
    qtbot.waitUntil(lambda: window.parts.count() == 0)
    assert "no estimate" in window.text.toPlainText()


def test_that_escape_closes_and_the_menu_opens_it_again(qtbot: QtBot, panel: EstimatorPanel) -> None:
    window = click_on(panel, "optimizer")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    action = next(action for action in panel.make_actions() if "xplain" in action.text())
    action.trigger()
    assert window.isVisible()
    assert window.shown_part == "optimizer"
