"""The charts of a trial on the screen: painted from data, in every palette, at any size."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFont, QImage
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.units import GIB
from gpuplanner.render.painting import PaintStyle
from gpuplanner.render.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens
from gpuplanner.render.trial_axes import TrialChartWords
from gpuplanner.render.trial_view import Painted, TrialChart
from gpuplanner.report.trial_charts import PhaseColumn, RunChart, StepChart, StepTimes

WORDS = TrialChartWords("Title", "GiB", GIB)


def style(tokens: Tokens = LIGHT) -> PaintStyle:
    font = QFont()
    font.setPixelSize(11)
    return PaintStyle(tokens, font, font, font, font)


def step_chart(measured: int | None = 21 * GIB, origin: Origin = Origin.TRIAL) -> StepChart:
    parts = (("weights", 12 * GIB), ("logits", 8 * GIB))
    columns = (
        PhaseColumn("load", parts[:1], 12 * GIB, measured and 12 * GIB),
        PhaseColumn("backward", parts, 20 * GIB, measured, parts if measured else ()),
    )
    return StepChart(columns, 20 * GIB, "backward", measured, "backward" if measured else "", origin)


RUN = RunChart(
    (("import torch", 0.0), ("build", 5.0)),
    60.0,
    30.0,
    device=tuple((float(t), 2.0 * GIB) for t in range(30)),
    allocated=tuple((float(t), 1.0 * GIB) for t in range(30)),
    predicted_bytes=2.2 * GIB,
    low_bytes=2.0 * GIB,
    high_bytes=2.4 * GIB,
    predicted_from_s=5.0,
)
TIMES = StepTimes((2.0, 1.0, 1.1), 1, 6, predicted_s=1.2, median_s=1.05)


@pytest.fixture
def view(qtbot: QtBot) -> TrialChart:
    result = TrialChart(style())
    qtbot.addWidget(result)
    result.resize(640, 240)
    return result


def drawn(view: TrialChart, chart: Painted | None, words: TrialChartWords = WORDS) -> QImage:
    view.show_chart(chart, words, "what it says")
    return view.grab().toImage()


def has(image: QImage, color: str, slack: int = 2) -> bool:
    wanted = QColor(color)
    for y in range(image.height()):
        for x in range(image.width()):
            found = image.pixelColor(x, y)
            if all(
                abs(one - other) <= slack
                for one, other in zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]
            ):
                return True
    return False


def test_that_predicted_is_blue_and_measured_magenta(view: TrialChart) -> None:
    image = drawn(view, step_chart())
    assert has(image, LIGHT.accent)
    assert has(image, LIGHT.trial)
    assert not has(drawn(view, step_chart(None)), LIGHT.trial)


def test_that_a_dry_run_is_ink_and_not_magenta(view: TrialChart) -> None:
    image = drawn(view, step_chart(origin=Origin.DRY_RUN))
    assert not has(image, LIGHT.trial)
    assert has(image, LIGHT.ink)


@pytest.mark.parametrize("tokens", [LIGHT, DARK, HIGH_CONTRAST], ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("chart", [step_chart(), RUN, TIMES], ids=["step", "run", "times"])
def test_that_every_chart_is_painted_in_every_palette(
    view: TrialChart, tokens: Tokens, chart: Painted
) -> None:
    view.set_style(style(tokens))
    image = drawn(view, chart)
    assert has(image, tokens.accent)
    assert has(image, tokens.surface)


@pytest.mark.parametrize("chart", [step_chart(), RUN, TIMES, StepTimes((), 0, 0), None])
@pytest.mark.parametrize("size", [(60, 40), (240, 84), (3000, 1000)])
def test_that_any_size_is_survived(view: TrialChart, chart: Painted | None, size: tuple[int, int]) -> None:
    view.resize(*size)
    assert not drawn(view, chart).isNull()


def test_that_a_long_run_and_many_steps_are_painted(view: TrialChart) -> None:
    course = tuple((i / 10, float(GIB)) for i in range(20_000))
    drawn(view, RunChart((), 2000.0, 2000.0, allocated=course, predicted_bytes=GIB, on_card=False))
    drawn(view, StepTimes(tuple([1.0] * 10_000), 100, 10_000))


def test_that_a_screen_reader_hears_the_sentence(view: TrialChart) -> None:
    drawn(view, TIMES)
    assert view.accessibleName() == "what it says"
    assert view.chart is TIMES
