"""The report as plain data: what each section says, and that paper and CSV say the same."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

import gpuplanner
from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Origin, Provenance
from gpuplanner.core.csv_text import as_it_was
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Parts, WorkRequest
from gpuplanner.core.plan import Interconnect, Method, Plan, Sharding
from gpuplanner.core.price import Price
from gpuplanner.core.trial import MeasuredPhase, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.report.blocks import MARK_SIGNS, MOST_SHOWN, Mark, Report, StepBlock, Table
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
    assert "4 × A100 80GB SXM4, the smallest card of the list that holds every plan" in markdown(made)


def test_that_what_else_would_fit_says_what_more_length_brings_and_that_nothing_larger_does() -> None:
    longer = report(given(plans=(("", PLAN_B),)))
    lengths = [row for row in table(longer, "changes").rows if "Sequence length" in row[1].text]
    assert lengths
    assert {row[4].text for row in lengths} == {"longer samples fit"}
    full = report(given(plans=(("", replace(PLAN_A, fused_loss=True, seq_len=8192)),)))
    assert "Nothing larger would fit on this card." in table(full, "changes").notes


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
        if kept["fits"] == "no":
            assert (shown["hours"], shown["cost"], kept["hours"], kept["cost"]) == ("–", "–", "", "")
        else:
            assert shown["hours"] == f"{float(kept['hours']):,.1f}"
    assert {"no", "yes"} <= {row["fits"] for row in files(made)["plans-and-cards"]}
    assert "no run to pay for" in cards.notes[0]


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


def test_that_a_table_too_long_for_paper_is_cut_there_and_whole_in_the_csv() -> None:
    row = BenchmarkRow(PLAN_A, Measurement(peak_memory=20))
    made = report(given(rows=(row,) * (MOST_SHOWN + 5)), setting=Setting(sections=("measurements",)))
    cut = table(made, "measurements")
    assert len(cut.shown_rows) == MOST_SHOWN
    assert "The first 1,000 of 1,005 rows; the CSV has all of them." in cut.notes
    assert len(files(made)["measurements"]) == MOST_SHOWN + 5
    assert markdown(made).count("Qwen-14B") == html(made).count(">Qwen-14B<") == MOST_SHOWN


def test_that_the_price_is_said_with_its_date_and_can_be_found_in_the_csv() -> None:
    work = WorkRequest(10_000, 3, price_per_gpu_hour=1.9)
    setting = Setting(price_per_gpu_hour=1.9, priced_on="2026-10-02")
    made = report(given(work=work), setting=setting)
    assert (
        "Cost at 1.9 per GPU-hour, as entered on 2 October 2026." in table(made, "plans-and-cards").notes[0]
    )
    assert "10,000 samples, 3 epochs: 3,750 steps." in markdown(made)
    kept = {row["quantity"]: row["value"] for row in files(made)["quantities"]}
    assert (kept["samples"], kept["epochs"], kept["price_per_gpu_hour"]) == ("10000", "3", "1.9")
    own = files(made)["plans-and-cards"][0]
    assert float(own["cost"]) == pytest.approx(1.9 * float(own["gpu_hours"]))
    assert f"1.9 per GPU-hour: {float(own['cost']):,.2f}." in table(made, "time").notes
    in_euros = report(given(work=replace(work, currency="€")), setting=replace(setting, currency="€"))
    assert "Cost at €1.9 per GPU-hour" in table(in_euros, "plans-and-cards").notes[0]
    assert f"€1.9 per GPU-hour: €{float(own['cost']):,.2f}." in table(in_euros, "time").notes
    today = report(given(work=work), setting=Setting(price_per_gpu_hour=1.9))
    assert "24 November 2026" in table(today, "plans-and-cards").notes[0]


def test_that_electricity_is_a_figure_of_its_own_and_says_whose_price_it_is() -> None:
    price = Price(0.3, "€")
    work = WorkRequest(10_000, 3, 1.9, "EUR", price)
    made = report(
        given(work=work), setting=Setting(price_per_gpu_hour=1.9, currency="EUR", electricity=price)
    )
    cards = table(made, "plans-and-cards")
    column = next(column for column in cards.columns if column.csv == "electricity_cost")
    assert (column.on_paper, column.title, column.unit) == (True, "Electricity", "€")
    assert "Electricity at €0.3 per kWh, entered by the user" in cards.notes[0]
    assert "not added to it" in cards.notes[0]
    own = files(made)["plans-and-cards"][0]
    assert float(own["electricity_cost"]) == pytest.approx(0.3 * float(own["kwh"]))
    assert float(own["cost"]) == pytest.approx(1.9 * float(own["gpu_hours"])), "it is in no other cost"
    most = f"€{float(own['electricity_cost']):,.2f}"
    said = f"Electricity alone, at €0.3 per kWh as entered by the user: at most {most}."
    assert said in table(made, "time").notes
    kept = {row["quantity"]: (row["value"], row["unit"]) for row in files(made)["quantities"]}
    assert kept["price_per_kwh"] == ("0.3", "€")


def test_that_without_a_price_of_electricity_nothing_is_said_of_it() -> None:
    made = report(given(work=WorkRequest(10_000, 3, 1.9)), setting=Setting(price_per_gpu_hour=1.9))
    assert "lectricity" not in markdown(made)
    column = next(c for c in table(made, "plans-and-cards").columns if c.csv == "electricity_cost")
    assert not column.on_paper
    assert "price_per_kwh" not in {row["quantity"] for row in files(made)["quantities"]}


@pytest.mark.parametrize(
    ("driver", "said", "foot"),
    [("570.86", "570.86", True), ("", "no NVIDIA driver", False), (None, None, False)],
)
def test_that_the_driver_is_named_where_it_was_looked_for(
    driver: str | None, said: str | None, foot: bool
) -> None:
    made = report(given(driver=driver))
    assert dict(made.metadata).get("Driver") == said
    assert ("driver 570.86" in made.foot) is foot


def test_that_the_plans_own_card_is_answered_as_the_plan_is() -> None:
    plan = replace(PLAN_A, gpu="rtx 4090", interconnect=Interconnect.PCIE, gpus_per_node=2)
    made = report(given(plans=(("", plan),), budget=Budget(int(20 * GIB))))
    own = files(made)["plans-and-cards"][0]
    kept = {row["quantity"]: row["value"] for row in files(made)["quantities"]}
    assert own["step_seconds"] == kept["step"]
    assert own["fits"] == "no", "the budget is that of the plan"
    assert [row["gpu"] for row in files(made)["plans-and-cards"]].count("RTX 4090") == 1


def test_that_a_formula_in_a_title_or_a_name_is_neutralised() -> None:
    made = report(given(document="=cmd.csv"), setting=Setting(title="=1+1"))
    said = {row["what"]: row["value"] for row in files(made)["report"]}
    assert (said["title"], said["Document"]) == ("'=1+1", "'=cmd.csv")


def test_that_an_entity_in_a_name_stays_as_it_was_typed() -> None:
    assert "a \\&lt; b" in markdown(report(given(plans=(("a &lt; b", PLAN_A), ("", PLAN_B)))))


def test_that_every_figure_says_where_it_comes_from() -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    mine = BenchmarkRow(PLAN_A, Measurement(peak_memory=20), Provenance(origin=Origin.TRIAL))
    catalog = load_catalog()
    doubted = next(
        name
        for name in catalog.gpu_names
        if "unverified" in {s for f, s in catalog.gpu(name).status if f != "nvlink"}
    )
    made = report(given(rows=(*rows[:2], mine), cards=("RTX 4090", doubted)))
    marked = {made_table.key: made_table.marks for made_table in made.tables if made_table.on_paper}
    assert marked["measurements"] == (Mark.PUBLISHED, Mark.PUBLISHED, Mark.TRIAL)
    assert marked["phases"] == marked["terms"] == marked["time"] == (Mark.ESTIMATED,)
    assert Mark.UNVERIFIED in marked["plans-and-cards"]
    assert marked["plans-and-cards"][0] is Mark.ESTIMATED
    assert all(sign in made.margin_key for sign in MARK_SIGNS.values())
    for made_table in made.tables:
        assert len(made_table.marks) in (0, 1, len(made_table.rows))


def test_that_no_word_is_there_for_nothing() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("report", "render", "cli", "ui")
        for path in (Path(gpuplanner.__file__).parent / folder).rglob("*.py")
    )
    made = set(re.findall(r'f"([a-z]+_)\{', source)) | {"part_"}  # one word for each of a kind
    texts = tomllib.loads((WORDS / "en.toml").read_text(encoding="utf-8"))["texts"]
    unused = [k for k in texts if f'"{k}"' not in source and not k.startswith(tuple(made))]
    assert unused == []
    assert {key.removeprefix("section_") for key in texts if key.startswith("section_")} == set(SECTIONS)


RESULT = TrialResult(
    device="cuda",
    peak_allocated_bytes=19 * GIB,
    phases=(
        MeasuredPhase("forward", 17 * GIB, parts=Parts(weights_bytes=9 * GIB)),
        MeasuredPhase("backward", 19 * GIB),
    ),
)


def trial(kind: TrialKind = TrialKind.TRIAL, result: TrialResult | None = RESULT) -> TrialRecord:
    return TrialRecord(PLAN_A, kind, "2026-11-20", (), EndEvent(TrialStatus.OK, result))


def test_that_a_trial_is_laid_over_its_prediction() -> None:
    made = report(given(trials=(trial(), trial(TrialKind.DRY_RUN), trial(result=None))))
    steps = [b for section in made.sections for b in section.blocks if isinstance(b, StepBlock)]
    assert [step.chart.measured_phase for step in steps] == ["backward", "backward"]
    assert "dry run over" in steps[1].title
    kept = [row for row in files(made)["trial-phases"] if row["phase"] == "backward" and not row["part"]]
    assert [row["measured_bytes_per_gpu"] for row in kept] == [str(19 * GIB)] * 2
    parts = [
        row for row in files(made)["trial-phases"] if row["part"] == "weights" and row["phase"] == "forward"
    ]
    assert parts[0]["measured_bytes_per_gpu"] == str(9 * GIB)
    line = f"backward: predicted {int(kept[0]['predicted_bytes_per_gpu']) / GIB:.2f}, measured peak 19.00"
    assert line in markdown(made)
    assert line in html(made)
    assert table(made, "trials").marks == (Mark.TRIAL, Mark.DRY_RUN, Mark.TRIAL)


def test_that_a_card_on_which_the_plan_was_measured_to_be_tight_is_no_recommendation() -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    row = next(
        r
        for r in rows
        if r.plan.model == "Qwen-7B" and r.plan.method is Method.QLORA and r.plan.seq_len == 8192
    )
    made = report(given(rows=rows, plans=(("", row.effective_plan()),), cards=("RTX 4090", "L40S")))
    found = {line["gpu"]: line for line in files(made)["plans-and-cards"]}
    assert (found["RTX 4090"]["fits"], found["L40S"]["fits"]) == ("tight", "yes")
    assert float(found["RTX 4090"]["fit_probability"]) > 0.5, "the estimate alone would have it fit"
    index = rows.index(row) + 1
    assert (
        f"RTX 4090: Row {index} measured 21.9 GiB at 8,192 tokens" in table(made, "plans-and-cards").notes[0]
    )
