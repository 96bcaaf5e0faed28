"""Screen readers and the keyboard: names, roles, keys of menus; room for large text; nothing moves."""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMargins, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollBar, QStyle, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from scripted_nvml import ScriptedNvml

from gpuplanner.render.word_places import WordPlaces
from gpuplanner.ui.accuracy.accuracy_figures import AccuracyFigures, BigFigure
from gpuplanner.ui.plan.header import Header, PageTab
from gpuplanner.ui.roles import ROLES
from gpuplanner.ui.table.cell_source import CellSource
from gpuplanner.ui.table.start_page import StartCard, StartPage
from gpuplanner.ui.table.table_delegate import CellDelegate
from gpuplanner.ui.theme import FIGURE, Theme
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.widgets.elided import CutLabel
from gpuplanner.ui.widgets.segmented import Segmented
from gpuplanner.ui.widgets.two_lines import TwoLines

SCENES = Path(__file__).with_name("access_scenes.py")
PACKAGE = Path(__file__).parents[2] / "gpuplanner"


def test_that_every_control_of_every_page_has_a_name_a_role_and_a_place_for_tab(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    """All pages, the dialogs, and the menus in English and Chinese, in one process."""
    done = scripted_nvml.command(sys.executable, str(SCENES), str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["n"] > 150
    assert found["unnamed"] == []
    assert found["without a role"] == []
    assert found["unreached"] == []
    assert found["keys"] == [], "entries of one menu share a key"
    painted = found["painted"]
    charts = ["ChartView", "PartsBar", "TrialChart", "CardCharts"]
    charts += ["PredictedView", "ResidualView", "BarsView"]
    assert {name: painted[name][0] for name in charts} == dict.fromkeys(charts, "Chart")
    says = {name: text for name, (_role, text) in painted.items()}
    assert all(says[name] for name in charts)
    assert "GiB" in says["VerdictBanner"]
    assert "average error" in says["AccuracyFigures"]


def test_that_every_role_is_that_of_a_class_that_exists() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    classes = set(re.findall(r"^class (\w+)", text, re.MULTILINE))
    assert set(ROLES) <= classes


def test_that_nothing_moves_by_itself() -> None:
    """No animation is made, so there is none to switch off where the desktop asks for less motion."""
    moving = re.compile(
        r"QPropertyAnimation|QVariantAnimation|QTimeLine|QMovie|setAnimated\(True|QAnimationGroup"
    )
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if moving.search(line)
    ]
    assert found == []


def test_that_qt_moves_nothing_either(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    bar = QScrollBar()
    qtbot.addWidget(bar)
    assert not any(qapp.isEffectEnabled(effect) for effect in Qt.UIEffect)
    assert bar.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, bar) == 0


def test_that_large_text_gives_the_figures_more_lines_instead_of_dots(theme: Theme, qtbot: QtBot) -> None:
    figures = AccuracyFigures(theme)
    qtbot.addWidget(figures)
    yardstick = "two measurements of the same cell differ by 2.5 %"
    figures.show_figures([BigFigure(f"{n}.5 %", "average error", yardstick) for n in range(5)])
    figures.show()
    heights = []
    for width in (1900, 1000, 700):
        figures.resize(width, figures.height())
        heights.append(figures.height() / theme.px(84))
    assert heights == [1, 2, 3]


def test_that_the_starts_scroll_where_large_text_leaves_no_room(theme: Theme, qtbot: QtBot) -> None:
    window, page = QWidget(), StartPage(theme)
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(page)
    window.resize(600, 220)
    window.show()
    title = page.findChildren(QLabel)[0]
    assert title.font().pixelSize() == theme.px(FIGURE), "it keeps its look in its place"
    cards = page.findChildren(StartCard)
    qtbot.waitUntil(lambda: {card.height() for card in cards} == {cards[0].sizeHint().height()})
    assert page.verticalScrollBar().maximum() > 0
    window.activateWindow()
    page.focus_first()
    qtbot.waitUntil(cards[0].hasFocus)
    QTest.keyClick(cards[0], Qt.Key.Key_Backtab)
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 0)  # what has the keyboard is in sight


def test_that_checking_a_tab_or_a_choice_without_a_click_chooses_it(theme: Theme, qtbot: QtBot) -> None:
    """Assistive technology toggles what can be checked."""
    header = Header(theme)
    choice = Segmented(theme, {"a": "One", "b": "Two"}, "Which")
    for widget in (header, choice):
        qtbot.addWidget(widget)
    header.add_page("plan", "plan", "Plan")
    header.add_page("trial", "play", "Trial", 1)
    asked: list[str] = []
    header.page_requested.connect(asked.append)
    choice.chosen.connect(asked.append)
    header.findChildren(PageTab)[1].toggle()
    choice.button("b").toggle()
    assert asked == ["trial", "b"]
    header.show_page("plan")
    choice.set_value("a")
    assert asked == ["trial", "b"], "what the program shows is no wish of the user's"


def test_that_a_bar_folds_into_two_lines_only_where_its_halves_have_no_room(
    theme: Theme, qtbot: QtBot
) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    lines = TwoLines(bar)
    left, right = QPushButton("The left half"), QPushButton("The right half")
    for line, control in ((lines.left, left), (lines.right, right)):
        control.setFixedWidth(200)
        line.addWidget(control)
    lines.set_sizes(40, QMargins(0, 0, 0, 0), 10)
    bar.setMinimumWidth(1)
    bar.show()
    for width, folded in ((600, False), (380, True), (600, False)):
        bar.resize(width, bar.height())
        assert lines.folded is folded, width
        assert bar.maximumHeight() == (80 if folded else 40)
    bar.resize(380, 80)
    qtbot.waitUntil(lambda: right.y() > left.y())


def test_that_what_is_spare_gives_way_before_a_second_line_begins(theme: Theme, qtbot: QtBot) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    lines = TwoLines(bar)
    controls = [QPushButton(text) for text in ("left", "first", "second", "last")]
    left, first, second, last = controls
    for control in controls:
        control.setFixedWidth(100)
        (lines.left if control is left else lines.right).addWidget(control)
    lines.set_sizes(40, QMargins(0, 0, 0, 0), 0)
    lines.set_spare([first, second])
    bar.setMinimumWidth(1)
    bar.show()
    for width, hidden, folded in (
        (500, [], False),
        (350, [first], False),
        (250, [first, second], False),
        (150, [], True),  # which has room for them all
        (500, [], False),
    ):
        bar.resize(width, bar.height())
        assert [control for control in controls if control.isHidden()] == hidden, width
        assert lines.folded is folded, width
    assert last.isVisible()


def test_that_a_choice_or_label_without_room_ends_in_dots_and_says_all_in_its_tip(
    theme: Theme, qtbot: QtBot
) -> None:
    label = CutLabel()
    qtbot.addWidget(label)
    label.setText("GiB per GPU, both axes logarithmic")
    label.resize(60, 20)
    label.show()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_that_words_in_a_plot_never_stand_on_each_other(theme: Theme) -> None:
    font, area = theme.font(11), QRectF(0, 0, 300, 60)
    places, line = WordPlaces(area, font), QFontMetricsF(font).height()
    first = places.place(QPointF(0, 12), "predicted peak: 20.6")
    second = places.place(QPointF(10, 14), "watching")
    aside = places.place(QPointF(200, 12), "watching")
    assert first == QPointF(0, 12)
    assert second is not None
    assert second.y() >= 12 + line - 0.01
    assert aside == QPointF(200, 12)
    assert [places.place(QPointF(0, 12), "full") for _ in range(4)][-1] is None


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_charts_of_a_trial_keep_their_height_with_large_text(
    theme: Theme, qtbot: QtBot, scale: float
) -> None:
    theme.set_user_scale(scale)
    page = TrialPage(theme)
    for widget in (page, page.head):
        qtbot.addWidget(widget)
    page.resize(1440, 700)
    page.show()
    charts = (page.step_chart, page.run_chart, page.time_chart)
    for chart in charts:
        assert chart.height() >= theme.px(chart.least_height)
    for above, below in pairwise(charts):
        assert above.geometry().bottom() < below.geometry().top()
    page.resize(960, 500)
    # Charts go below the left column where there is no width for both.
    qtbot.waitUntil(lambda: (page.step_chart.y() > theme.px(100)) is (scale == 2.0))
    theme.set_user_scale(1.0)


def test_that_a_path_in_the_table_keeps_its_end(theme: Theme) -> None:
    delegate = CellDelegate(theme, cast(CellSource, None))  # no rows are asked for
    assert delegate._elided("/home/someone/models/Llama-small/config.json", 400, 120).endswith(".json")
    assert delegate._elided("Qwen-14B of which nobody has heard", 400, 80).startswith("Qwen")
