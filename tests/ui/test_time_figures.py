"""Time, energy and money side by side, or money in a line of its own where there is no room."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import WorkEstimate, WorkRequest
from gpuplanner.core.price import Price
from gpuplanner.ui.plan.time_figures import Figure, TimeFigures
from gpuplanner.ui.plan.work_words import WorkWords
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.wording import Wording

WORK = WorkEstimate(3_750, 21.4, 21.4, 8.6, 40.66, 2.58)
EUROS = WorkRequest(10_000, 3, 1.9, "€", Price(0.3, "€"))


def figures_of(request: WorkRequest, work: WorkEstimate = WORK) -> tuple[Figure, ...]:
    step = Figure("20.5", "s per step", "19.5–21.7 s")
    return (step, *WorkWords(Wording()).figures(work, request, inference=False))


@pytest.mark.parametrize(
    ("currency", "electricity", "cost"),
    [
        ("€", "kWh ≈ €2.6", ("€41", "cost")),
        ("EUR", "kWh ≈ 2.6 EUR", ("41", "EUR")),
        ("", "kWh ≈ 2.6", ("41", "cost")),
    ],
)
def test_that_money_names_its_currency_as_people_write_it(
    qtbot: QtBot, currency: str, electricity: str, cost: tuple[str, str]
) -> None:
    request = WorkRequest(10_000, 3, 1.9, currency, Price(0.3, currency))
    _, _, kwh, gpus = figures_of(request)
    assert (kwh.number, kwh.unit, kwh.below) == ("8.6", electricity, "21.4 GPU-hours")
    assert (gpus.number, gpus.unit) == cost
    assert kwh.tip.startswith("Electricity alone: 8.6 kWh at ")
    assert "not added to the cost of GPU-hours" in kwh.tip


def test_that_without_prices_there_is_no_word_of_money(qtbot: QtBot) -> None:
    figures = figures_of(WorkRequest(10_000, 3), WorkEstimate(3_750, 21.4, 21.4, 8.6, None))
    assert [figure.unit for figure in figures] == ["s per step", "hours", "kWh"]
    assert not any(figure.tip or figure.aside for figure in figures)


def test_that_money_gives_way_to_a_line_of_its_own_and_comes_back(qtbot: QtBot, theme: Theme) -> None:
    widget = TimeFigures(theme)
    qtbot.addWidget(widget)
    widget.resize(800, 64)
    widget.show()
    widget.show_figures(figures_of(EUROS), "Bound by compute")
    height = widget.height()
    assert widget.aside == ""
    widget.resize(300, height)
    assert widget.aside == "Electricity alone ≈ €2.6 · cost €41 at 1.9 an hour"
    assert widget.height() > height
    assert widget.toolTip().startswith(widget.aside + "\nBound by compute\nElectricity alone")
    assert "€41 cost" in widget.accessibleName()
    widget.resize(800, widget.height())
    assert (widget.aside, widget.height()) == ("", height)
