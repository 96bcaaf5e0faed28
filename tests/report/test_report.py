"""The report as plain data: what each section says, and that paper and CSV say the same."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Provenance
from gpuplanner.core.csv_text import as_it_was
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import WorkRequest
from gpuplanner.core.plan import Method, Plan, Sharding
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.report.blocks import Report, Table
from gpuplanner.report.build import SECTIONS, Setting, build_report
from gpuplanner.report.csv_files import csv_files
from gpuplanner.report.markup import html, markdown
from gpuplanner.report.material import Given, make_material
from gpuplanner.report.words import languages, load_words

WORDS = resource("i18n", "report")
HOSTILE = '<script>alert(1)</script> =cmd|"/C calc"!A0 | *bold* \u202egpj.exe 😀 ' + "x" * 10_000
PLAN_A = Plan(model="Qwen-14B", method=Method.QLORA, gpu="RTX 4090", seq_len=4096, grad_accum_steps=8)
PLAN_B = Plan(model="Qwen-72B", sharding=Sharding.ZERO3, gpus_per_node=4, grad_accum_steps=8)


def given(**changes: object) -> Given:
    known = Given("my.csv", "0" * 64, (2026, 11, 24), (), (("", PLAN_A),), work=WorkRequest(10_000))
    return replace(known, **changes)  # type: ignore[arg-type]


def report(what: Given, language: str = "en", setting: Setting | None = None) -> Report:
    words = load_words(WORDS, language)
    return build_report(words, setting or Setting(), make_material(what, load_catalog().resolve))


def table(made: Report, key: str) -> Table:
    return next(table for table in made.tables if table.key == key)


def files(made: Report) -> dict[str, list[dict[str, str]]]:
    return {key: list(csv.DictReader(io.StringIO(content.decode()))) for key, content in csv_files(made)}


def test_that_the_summary_answers_journey_a() -> None:
    made = report(given())
    assert made.title == "QLoRA of Qwen-14B at 4,096 tokens"
    own = table(made, "plans-and-cards").rows[0]
    shown = {
        column.csv: cell for column, cell in zip(table(made, "plans-and-cards").columns, own, strict=True)
    }
    assert shown["gpu"].text == "RTX 4090"
    assert shown["fits"].value == "tight"
    assert shown["capacity_bytes_per_gpu"].text == "23.99"
    text = markdown(made)
    assert "Fused loss no → yes" in text
    assert "Recommendation" in text


def test_that_several_plans_get_a_page_each_and_the_smallest_card_for_all() -> None:
    made = report(given(plans=(("", PLAN_A), ("the big one", PLAN_B))))
    titles = [section.title for section in made.sections if section.key == "matrix"]
    assert titles == ["QLoRA of Qwen-14B at 4,096 tokens", "the big one"]
    assert "A100 80GB SXM4 is the smallest card of the list that holds every plan" in markdown(made)


def test_that_only_chosen_sections_are_there_and_empty_ones_are_left_out() -> None:
    made = report(given(), setting=Setting(sections=("summary", "trials", "time")))
    assert [section.key for section in made.sections] == ["summary", "time"]
    everything = report(given())
    assert {"measurements", "trials", "accuracy"}.isdisjoint(s.key for s in everything.sections)


def test_that_a_report_of_the_profile_lists_every_row_and_its_accuracy() -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    made = report(given(rows=rows))
    assert len(table(made, "measurements").rows) == len(rows)
    assert table(made, "accuracy").rows[0][1].value == pytest.approx(0.026, abs=0.002)
    assert [s.key for s in made.sections] == [key for key in SECTIONS if key not in ("matrix", "trials")]


def test_that_every_figure_of_the_cards_table_can_be_made_again_from_the_csv() -> None:
    made = report(given(plans=(("", PLAN_A), ("", PLAN_B))), setting=Setting(price_per_gpu_hour=1.9))
    cards = table(made, "plans-and-cards")
    for row, kept in zip(cards.rows, files(made)["plans-and-cards"], strict=True):
        shown = {column.csv: cell.text for column, cell in zip(cards.columns, row, strict=True)}
        in_gib = {key: float(kept[key]) / GIB for key in kept if key.endswith("bytes_per_gpu")}
        assert shown["capacity_bytes_per_gpu"] == f"{in_gib['capacity_bytes_per_gpu']:.2f}"
        assert shown["peak_device_bytes_per_gpu"] == f"{in_gib['peak_device_bytes_per_gpu']:,.1f}"
        low, high = in_gib["low_device_bytes_per_gpu"], in_gib["high_device_bytes_per_gpu"]
        assert shown["range_gib"] == f"{low:,.1f}–{high:,.1f}"
        assert shown["hours"] == f"{float(kept['hours']):,.1f}"


def test_that_phases_add_up_in_the_csv() -> None:
    for row in files(report(given()))["phases"]:
        parts = [
            int(value) for key, value in row.items() if key.endswith("_bytes") and key != "allocated_bytes"
        ]
        assert sum(parts) == int(row["allocated_bytes"])


def test_that_the_csv_holds_what_is_needed_to_estimate_again() -> None:
    fields = {row["field"]: row["value"] for row in files(report(given()))["plans"]}
    again = load_catalog().resolve(PLAN_A).plan
    assert fields["seq_len"] == str(again.seq_len)
    assert fields["grad_checkpointing"] == "true"
    assert fields["method"] == "qlora"


def test_that_hostile_texts_stay_texts() -> None:
    row = BenchmarkRow(PLAN_A, Measurement(peak_memory=20), Provenance(note=HOSTILE, source=HOSTILE))
    made = report(given(rows=(row,), document=HOSTILE, plans=((HOSTILE, PLAN_A),)))
    page = html(made)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\\<script\\>" in markdown(made)
    kept = files(made)["measurements"][0]["note"]
    assert kept == HOSTILE
    formula = report(given(plans=(("=1+1", PLAN_A),)))
    cell = files(formula)["plans-and-cards"][0]["plan"]
    assert cell == "'=1+1"
    assert as_it_was(cell) == "=1+1"


def test_that_rows_without_a_measurement_are_the_plans_where_none_are_named() -> None:
    rows = (BenchmarkRow(PLAN_A), BenchmarkRow(PLAN_B), BenchmarkRow(PLAN_A))
    made = report(given(rows=rows, plans=()))
    assert len({row[0].text for row in table(made, "plans-and-cards").rows}) == 2


def test_that_an_empty_document_and_a_broken_plan_say_where_and_what() -> None:
    with pytest.raises(InputError, match="holds no plan and no row"):
        report(given(plans=()))
    with pytest.raises(InputError, match="plan bad") as caught:
        report(given(plans=(("bad", replace(PLAN_A, model="no-such-model")),)))
    assert "my.csv" in caught.value.problems[0].where


@pytest.mark.parametrize("language", languages(WORDS))
def test_that_every_language_has_the_same_words_with_the_same_places(language: str) -> None:
    def texts(name: str) -> Mapping[str, str]:
        return dict(tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))["texts"])

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english, other = texts("en"), texts(language)
    assert other.keys() == english.keys()
    assert {key: places(text) for key, text in other.items()} == {k: places(t) for k, t in english.items()}


def test_that_a_report_speaks_chinese_and_refuses_what_it_does_not_speak() -> None:
    made = report(given(), "zh_CN")
    assert made.title == "Qwen-14B QLoRA 微调，4,096 tokens"
    assert "建议：" in markdown(made)
    with pytest.raises(InputError, match="not a language of reports"):
        load_words(WORDS, "xx")
