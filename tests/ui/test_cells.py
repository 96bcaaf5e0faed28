"""What a cell shows, what its editor starts with, and what an edit makes of the row."""

from __future__ import annotations

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, MemoryUnit, Origin, Status
from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import read_row
from gpuplanner.data.typed_texts import typed_text
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.table.cells import (
    RowContext,
    cell_look,
    edit_text,
    edited,
    new_row_like,
    unreadable_reason,
)
from gpuplanner.ui.table.columns import Column, all_columns, fit_columns
from gpuplanner.ui.widgets.display_unit import DisplayUnit

pytestmark = pytest.mark.usefixtures("qapp")
PER_GPU = DisplayUnit.GIB_PER_GPU


def column(key: str, *more: str) -> Column:
    return next(found for found in all_columns(more) if found.key == key)


def row(**texts: str) -> BenchmarkRow:
    return read_row({"model": "Qwen-7B", "status": "measured", **texts})


def two_cards(peak: str = "139.2") -> BenchmarkRow:
    return row(
        gpus_per_node="2",
        sharding="zero3",
        peak_memory=peak,
        peak_memory_unit="GB",
        peak_memory_scope="total",
    )


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        (DisplayUnit.GIB_PER_GPU, "64.8"),
        (DisplayUnit.GB_PER_GPU, "69.6"),
        (DisplayUnit.GIB_TOTAL, "129.6"),
        (DisplayUnit.AS_WRITTEN, "139.2 GB"),
    ],
)
def test_that_a_total_of_two_cards_is_shown_in_the_unit_of_the_head(unit: DisplayUnit, shown: str) -> None:
    assert cell_look(two_cards(), column("peak_memory"), RowContext(unit)).text == shown


def test_that_the_bar_is_the_share_of_one_card() -> None:
    look = cell_look(two_cards(), column("peak_memory"), RowContext(PER_GPU, card_bytes=80 * GIB))
    assert look.bar == pytest.approx(139.2e9 / 2 / (80 * GIB))


def test_that_out_of_memory_has_icon_and_word_and_says_whether_the_estimate_agrees() -> None:
    oom = row(status="oom")
    look = cell_look(oom, column("peak_memory"), RowContext(PER_GPU))
    assert (look.text, look.icon, look.tone) == ("OOM", "no", "no")
    said = {
        fits: cell_look(oom, column("error"), RowContext(PER_GPU, RowEstimate(fits=fits))).text
        for fits in Fits
    }
    assert said == {Fits.NO: "agrees", Fits.TIGHT: "says tight", Fits.YES: "says it fits"}


def test_that_the_error_is_signed_and_medium_above_five_percent() -> None:
    measured = row(peak_memory="20", peak_memory_unit="GiB")
    low = cell_look(
        measured, column("error"), RowContext(PER_GPU, RowEstimate(device_bytes=19.6 * GIB, fits=Fits.YES))
    )
    high = cell_look(
        measured, column("error"), RowContext(PER_GPU, RowEstimate(device_bytes=22 * GIB, fits=Fits.YES))
    )
    assert (low.text, low.medium) == ("−2.0", False)
    assert (high.text, high.medium) == ("+10.0", True)
    assert high.error == pytest.approx(0.1)


def test_that_the_estimate_shown_is_of_the_kind_that_was_measured() -> None:
    measured = row(peak_memory="20", peak_memory_unit="GiB", peak_memory_kind="allocated")
    estimate = RowEstimate(allocated_bytes=19 * GIB, device_bytes=22 * GIB, fits=Fits.YES)
    assert cell_look(measured, column("estimate"), RowContext(PER_GPU, estimate)).text == "19.0"
    assert cell_look(measured, column("error"), RowContext(PER_GPU, estimate)).text == "−5.0"


def test_that_a_row_without_estimate_says_so_in_words() -> None:
    look = cell_look(row(), column("estimate"), RowContext(PER_GPU, RowEstimate(problem="no such model")))
    assert (look.text, look.icon) == ("none", "note")


def test_that_my_trial_is_in_its_own_colour_and_repeats_are_dimmed() -> None:
    mine = row(origin="trial", peak_memory="18.9", peak_memory_unit="GiB", step_time_s="11.38")
    context = RowContext(PER_GPU)
    assert cell_look(mine, column("peak_memory"), context).tone == "trial"
    assert cell_look(mine, column("step_time_s"), context).text == "11.4"
    assert cell_look(mine, column("model"), context).tone == "text3"
    first = RowContext(PER_GPU, starts_series=True, starts_model=True)
    assert cell_look(mine, column("model"), first).tone == "ink"


@pytest.mark.parametrize(
    ("typed", "peak", "unit", "scope"),
    [
        ("40", 40.0, MemoryUnit.GIB, MemoryScope.PER_GPU),
        ("51.2 GB", 51.2, MemoryUnit.GB, MemoryScope.PER_GPU),
        ("51.2G", 51.2, MemoryUnit.GIB, MemoryScope.PER_GPU),
        ("52429 mib", 52429.0, MemoryUnit.MIB, MemoryScope.PER_GPU),
        ("1,024.5", 1024.5, MemoryUnit.GIB, MemoryScope.PER_GPU),
        ("51,2 GB", 51.2, MemoryUnit.GB, MemoryScope.PER_GPU),
        ("52429 MB", 52.429, MemoryUnit.GB, MemoryScope.PER_GPU),
    ],
)
def test_that_a_typed_memory_is_of_the_shown_unit_unless_it_names_one(
    typed: str, peak: float, unit: MemoryUnit, scope: MemoryScope
) -> None:
    measured = edited(two_cards(), column("peak_memory"), typed, PER_GPU).measurement
    found = (measured.peak_memory, measured.peak_memory_unit, measured.peak_memory_scope)
    assert found == (peak, unit, scope)


def test_that_a_bare_g_is_never_taken_for_mib() -> None:
    in_mib = row(peak_memory="40000", peak_memory_unit="MiB")
    measured = edited(in_mib, column("peak_memory"), "51.2G", DisplayUnit.AS_WRITTEN).measurement
    assert (measured.peak_memory, measured.peak_memory_unit) == (51.2, MemoryUnit.GIB)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [("step_time_s", "0,5", "0.5"), ("step_time_s", "0.5 s", "0.5"), ("step_time_s", "500 ms", "0.5"),
     ("step_time_s", "1.2s/it", "1.2"), ("seq_len", "8k tokens", "8k"),
     ("samples_per_step", "16 per step", "16"), ("tokens_per_s", "35 tok/s", "35")],
)  # fmt: skip
def test_that_a_number_may_be_typed_with_the_unit_of_its_column(key: str, typed: str, kept: str) -> None:
    changed = edited(two_cards(), column(key), typed, PER_GPU)
    assert not changed.unreadable
    assert edit_text(changed, column(key), PER_GPU) == kept


def test_that_committing_an_unchanged_editor_changes_nothing() -> None:
    for unit in DisplayUnit:
        before = two_cards()
        for key in ("peak_memory", "gpus", "seq_len", "sharding", "note"):
            assert edited(before, column(key), edit_text(before, column(key), unit), unit) is before


def test_that_oom_can_be_typed_and_taken_back() -> None:
    oom = edited(two_cards(), column("peak_memory"), "oom", PER_GPU)
    assert (oom.measurement.status, oom.measurement.peak_memory) == (Status.OOM, None)
    assert edit_text(oom, column("peak_memory"), PER_GPU) == "OOM"
    again = edited(oom, column("peak_memory"), "70", PER_GPU)
    assert again.measurement.status is Status.MEASURED
    cleared = edited(oom, column("peak_memory"), "", PER_GPU)
    assert cleared.measurement.status is Status.NOT_MEASURED


@pytest.mark.parametrize(
    ("typed", "nodes", "per_node"),
    [("4", 1, 4), ("2 × 4", 2, 4), ("2x4", 2, 4), ("", 1, 1), ("1,024", 1, 1024)],
)
def test_that_cards_are_typed_as_nodes_times_cards(typed: str, nodes: int, per_node: int) -> None:
    plan = edited(two_cards(), column("gpus"), typed, PER_GPU).plan
    assert (plan.nodes, plan.gpus_per_node) == (nodes, per_node)


@pytest.mark.parametrize(
    ("key", "typed"),
    [("seq_len", "abc"), ("seq_len", "0"), ("gpus", "zero"), ("peak_memory", "ten"), ("peak_memory", "-3"),
     ("method", "dora"), ("step_time_s", "5m"), ("step_time_s", "2,113"),
     ("peak_memory", "2,113 GiB"), ("seq_len", "8k GiB")],
)  # fmt: skip
def test_that_what_cannot_be_read_is_kept_with_its_reason(key: str, typed: str) -> None:
    changed = edited(two_cards(), column(key), typed, PER_GPU)
    look = cell_look(changed, column(key), RowContext(PER_GPU))
    assert (look.text, look.unreadable, look.tone) == (typed, True, "no")
    assert unreadable_reason(changed, column(key))
    assert edit_text(changed, column(key), PER_GPU) == typed
    mended = edited(changed, column(key), "", PER_GPU)
    assert not mended.unreadable


def test_that_a_typed_field_takes_the_place_of_its_correction() -> None:
    corrected = row(micro_batch_size="1", micro_batch_size_inferred="2")
    assert corrected.effective_plan().micro_batch_size == 2
    changed = edited(corrected, column("micro_batch_size"), "4", PER_GPU)
    assert changed.effective_plan().micro_batch_size == 4


def test_that_a_new_row_has_the_plan_and_nothing_measured() -> None:
    new = new_row_like(two_cards())
    assert new.plan == two_cards().plan
    assert (new.measurement.peak_memory, new.measurement.status) == (None, Status.NOT_MEASURED)
    assert new.provenance.origin is Origin.ENTERED


def test_that_unknown_columns_are_shown_and_can_be_written() -> None:
    cluster = column("cluster", "model", "cluster")
    changed = edited(row(cluster="A"), cluster, "B", PER_GPU)
    assert cell_look(changed, cluster, RowContext(PER_GPU)).text == "B"


def test_that_samples_give_way_first_then_sharding_and_more_room_shows_more() -> None:
    columns = all_columns(("model", "cluster"))
    own = next(c.width for c in columns if c.key == "cluster")
    full = 742 + own
    assert "samples_per_step" in fit_columns(columns, full, {})
    narrower = fit_columns(columns, full - 30, {})
    assert "samples_per_step" not in narrower
    assert "sharding" in narrower
    narrowest = fit_columns(columns, full - 110, {})
    assert "sharding" not in narrowest
    assert {"model", "peak_memory", "estimate", "error", "cluster"} <= narrowest
    no_room = fit_columns(columns, full - 110 - 64, {})
    assert "cluster" not in no_room
    assert "step_time_s" in no_room
    wide = fit_columns(columns, 1500, {})
    assert {"gpu", "optimizer", "precision"} <= wide


def test_that_what_the_user_chose_stands() -> None:
    columns = all_columns(())
    assert "samples_per_step" not in fit_columns(columns, 5000, {"samples_per_step": False})
    assert "lora_dropout" in fit_columns(columns, 300, {"lora_dropout": True})


@pytest.mark.parametrize(
    ("key", "typed", "remembered"),
    [
        ("peak_memory", "52 GB", "52 GB"),
        ("peak_memory", "51.2G", "51.2G"),
        ("peak_memory", "52429 MiB", "52429 MiB"),
        ("peak_memory", "51,2", "51,2"),
        ("peak_memory", " 51.2 ", ""),
        ("peak_memory", "OOM", ""),
        ("peak_memory", "fifty GB", ""),
        ("step_time_s", "500 ms", "500 ms"),
        ("step_time_s", "1.2", ""),
        ("seq_len", "8k tokens", "8k tokens"),
        ("seq_len", "8k", ""),
        ("note", "52 GB", ""),
    ],
)
def test_that_what_is_kept_in_another_form_is_remembered_as_it_was_typed(
    key: str, typed: str, remembered: str
) -> None:
    changed = edited(row(peak_memory="7"), column(key), typed, PER_GPU)
    assert typed_text(changed, key) == remembered
    assert not edited(changed, column(key), "1", PER_GPU).typed
