"""Bar and legend of the parts: true lengths, every part explained."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import PHASES, Budget, Fits
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.report.parts import part_figures
from gpuplanner.ui.plan.estimator_words import EstimatorWords
from gpuplanner.ui.plan.parts_bar import PartsView
from gpuplanner.ui.plan.parts_widget import PartsFigures, part_tip
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.wording import Wording


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> PartsView:
    result = PartsView(theme)
    qtbot.addWidget(result)
    result.resize(632, 100)
    result.show()
    return result


def show(view: PartsView, catalog: Catalog, budget_gib: float, method: Method = Method.LORA) -> PartsFigures:
    budget = Budget(round(budget_gib * GIB))
    answer = estimate(catalog.resolve(Plan(model="Qwen-7B", method=method)), budget=budget)
    memory, words = answer.memory, EstimatorWords(Wording())
    figures = PartsFigures(
        part_figures(memory, GIB),
        memory.low_device_bytes,
        memory.high_device_bytes,
        answer.budget_bytes,
        answer.fits,
    )
    text = words.parts(answer, budget, figures.parts)
    view.show_parts(figures, text, words.part_names(), "GiB per GPU")
    return figures


def test_that_segments_are_as_long_as_their_share_of_the_card(view: PartsView, catalog: Catalog) -> None:
    figures = show(view, catalog, 80)
    rects = view.bar.part_rects()
    weights = rects[0][1]
    assert weights.width() == pytest.approx(600 * figures.parts[0].bytes / (80 * GIB), abs=1.1)
    assert all(b.left() > a.right() for (_, a), (_, b) in pairwise(rects))
    assert [part.name for part, _ in rects] == [part.name for part in figures.parts if part.bytes]


def test_that_a_plan_past_the_card_still_fits_the_bar(view: PartsView, catalog: Catalog) -> None:
    figures = show(view, catalog, 12)
    assert figures.fits is Fits.NO
    assert view.bar.part_rects()[-1][1].right() <= 632 - 16


def test_that_every_part_is_listed_and_explained(view: PartsView, catalog: Catalog) -> None:
    figures = show(view, catalog, 80)
    cells = view.legend.part_rects()
    assert [part.name for part, _ in cells] == [part.name for part in figures.parts]
    where = cells[0][1].center()
    part = view.legend.part_at(where)
    assert part is not None
    assert part.name == "weights"
    assert view.legend.part_at(QPointF(-5, -5)) is None
    tip = part_tip(part, "Weights", "GiB per GPU")
    assert part.terms
    assert all(term.name in tip for term in part.terms)
    assert "14.38 GiB per GPU" in tip


def test_that_a_low_window_gets_one_line_with_what_is_not_zero(view: PartsView, catalog: Catalog) -> None:
    figures = show(view, catalog, 80)
    high = view.legend.height()
    view.set_compact(True)
    assert view.legend.height() < high
    cells = view.legend.part_rects()
    assert [part.name for part, _ in cells] == [part.name for part in figures.parts if part.bytes]
    assert len({rect.top() for _, rect in cells}) == 1


def test_that_without_an_estimate_nothing_is_claimed(view: PartsView, catalog: Catalog) -> None:
    show(view, catalog, 80)
    assert "Weights 14.38" in view.accessibleName()
    view.clear()
    assert view.bar.part_rects() == []
    assert view.legend.part_rects() == []
    assert view.accessibleName() == ""


def test_that_every_phase_has_words(qtbot: QtBot) -> None:
    words = EstimatorWords(Wording())
    assert [phase for phase in PHASES if not words.peak_phase(phase).startswith("peak ")] == []
