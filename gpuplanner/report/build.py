"""Puts a report together: which sections, in which order, from which plans, rows and trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.estimate import Fits
from gpuplanner.core.price import Price, price_text
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import GB, GIB, gib
from gpuplanner.estimator.accuracy import Accuracy
from gpuplanner.report.blocks import (
    Block,
    Bullets,
    Cell,
    ChartBlock,
    Column,
    Heading,
    Paragraph,
    PartsBlock,
    Report,
    Section,
    Signatures,
    Table,
    Tone,
)
from gpuplanner.report.cases import Case, ReportRow, Resolve, smallest_card
from gpuplanner.report.figures import text_cell
from gpuplanner.report.parts import part_figures
from gpuplanner.report.plan_tables import (
    cards_facts,
    cards_table,
    changes_table,
    fields_table,
    lengths_table,
    phases_table,
    quantities_table,
    terms_table,
    time_table,
)
from gpuplanner.report.plan_words import change_words, gpus_of, plan_title, reason, rests_on, verdict_block
from gpuplanner.report.row_tables import accuracy_table, measurements_table, sources_table, trials_table
from gpuplanner.report.trial_steps import trial_steps
from gpuplanner.report.words import Words

SECTIONS = ("summary", "matrix", "why", "lengths", "time", "measurements", "trials", "accuracy", "sources")
"""In the order in which they stand; a report takes some of them."""
PAPERS = ("a4", "letter")


@dataclass(frozen=True)
class Setting:
    """What the user chose."""

    sections: tuple[str, ...] = SECTIONS
    paper: str = "a4"
    title: str = ""
    question: str = ""
    price_per_gpu_hour: float | None = None
    priced_on: str = ""
    """When the price was entered, ISO 8601; empty: on the day of the report."""
    currency: str = ""
    electricity: Price | None = None
    """What a kWh costs; None: electricity is not counted in money."""


@dataclass(frozen=True)
class Material:
    """What the report is about, and where it comes from."""

    cases: tuple[Case, ...]
    rows: tuple[ReportRow, ...]
    trials: tuple[TrialRecord, ...]
    judged: Accuracy | None
    resolve: Resolve
    document: str
    sha256: str
    date: tuple[int, int, int]
    """Year, month, day."""
    versions: Mapping[str, str]
    """Of program, python, system and driver; an empty one is left out, but for the driver: there is none."""


def build_report(words: Words, setting: Setting, material: Material) -> Report:
    """The report as plain data; a section without anything to say is left out."""
    makers: dict[str, Callable[[Words, Setting, Material], Sequence[Block]]] = {
        "summary": _summary,
        "why": _why,
        "lengths": _lengths,
        "time": _time,
        "measurements": _measurements,
        "trials": _trials,
        "accuracy": _accuracy,
        "sources": _sources,
    }
    sections: list[Section] = []
    for key in SECTIONS:
        if key not in setting.sections:
            continue
        if key == "matrix":
            sections += _plan_sections(words, material)
            continue
        blocks = tuple(makers[key](words, setting, material))
        if blocks:
            sections.append(Section(key, words(f"section_{key}"), blocks, new_page=key not in _JOINS))
    today = _date(words, material.date)
    foot = words("foot", document=material.document, hash=_short(material.sha256), version=_version(material))
    driver = material.versions.get("driver", "")
    if driver:
        foot += " · " + words("foot_driver", driver=driver)
    return Report(
        title=_title(words, setting, material),
        head=words("head"),
        date=today,
        margin_key=words("margin_key"),
        foot=foot,
        page_words=words.texts["page"],
        language=words.language,
        paper=setting.paper,
        sections=tuple(sections),
        metadata=tuple(_facts(words, material)),
    )


_JOINS = ("time", "accuracy")
"""Short sections that follow the one before on the same page where there is room."""


def _title(words: Words, setting: Setting, material: Material) -> str:
    if setting.title:
        return setting.title
    if len(material.cases) == 1:
        return plan_title(words, material.cases[0].resolved)
    cards = {answer.gpu.name for case in material.cases for answer in case.cards}
    return words("title_many", n=len(material.cases), m=len(cards))


def _summary(words: Words, setting: Setting, material: Material) -> list[Block]:
    cases = material.cases
    if not cases:
        return []
    blocks: list[Block] = [Heading(_title(words, setting, material), 1)]
    if len(cases) == 1:
        question = words("question_one", gpus=gpus_of(words, cases[0].resolved))
        blocks += [Paragraph(setting.question or question, Tone.PALE), *_one_plan(words, cases[0])]
        blocks += [_cards(words, setting, material), changes_table(words, cases[0], most=3)]
    else:
        blocks += [Paragraph(setting.question or words("question_many"), Tone.PALE)]
        blocks += [Paragraph(words("recommend", text=_shared_recommendation(words, cases)), Tone.STRONG)]
        blocks += [_cards(words, setting, material)]
    blocks.append(quantities_table(words, cases))
    return [*blocks, Signatures((words("prepared"), words("checked"), words("date")))]


def _one_plan(words: Words, case: Case) -> list[Block]:
    answer = case.answer.estimate
    memory = answer.memory
    parts = part_figures(memory, GIB)
    share = 100 * memory.peak_device_bytes / answer.budget_bytes if answer.budget_bytes else 0
    blocks: list[Block] = [
        verdict_block(words, case),
        Paragraph(words("recommend", text=_recommendation(words, case)), Tone.STRONG),
        PartsBlock(
            parts,
            tuple(words(f"part_{part.name}") for part in parts),
            answer.budget_bytes,
            memory.low_device_bytes,
            memory.high_device_bytes,
            words("share_of_card", percent=f"{share:.0f}"),
            words("card_capacity", card=answer.resolved.gpu.name, gib=gib(answer.budget_bytes, 2)),
            answer.fits,
        ),
        _chart(words, case),
    ]
    if answer.resolved.plan.n_gpus > 1:
        total = words("total_line", n=answer.resolved.plan.n_gpus, gib=gib(memory.total_device_bytes))
        blocks.insert(1, Paragraph(total, Tone.PALE))
    return blocks


def _chart(words: Words, case: Case) -> ChartBlock:
    chart = case.answer.chart
    fits, tight = chart.fits_to, chart.tight_to
    if fits and tight and fits != tight:
        sky = words("sky_both", fits=f"{fits:,}", tight=f"{tight:,}")
    elif fits:
        sky = words("sky_fits", fits=f"{fits:,}")
    else:
        sky = words("sky_tight", tight=f"{tight:,}") if tight else words("sky_none")
    present = [origin for origin in Origin if any(point.origin is origin for point in chart.points)]
    key = ((None, words("key_predicted")), *((o, words(f"key_{o.name.lower()}")) for o in present))
    return ChartBlock(words("chart_title"), words("gib_per_gpu"), GIB, sky, chart, key, rests_on(words, case))


def _recommendation(words: Words, case: Case) -> str:
    """The one thing to do."""
    if case.answer.estimate.fits is Fits.YES:
        return words("recommend_go", reason=reason(words, case))
    change = next((change for change in case.changes if change.fits is Fits.YES), None)
    if change is not None:
        verdict = words(f"fits_{change.fits.value}").lower()
        text = change_words(words, case.resolved.origin, change)
        return words("recommend_change", change=text, needs=gib(change.device_bytes), verdict=verdict)
    card = smallest_card([case])
    if card is None:
        return words("recommend_none")
    needs = gib(card.estimate.memory.peak_device_bytes)
    n_gpus = case.resolved.plan.n_gpus
    name = card.gpu.name if n_gpus == 1 else f"{n_gpus} × {card.gpu.name}"
    return words("recommend_card", card=name, needs=needs, capacity=gib(card.gpu.memory_bytes, 2))


def _shared_recommendation(words: Words, cases: Sequence[Case]) -> str:
    card = smallest_card(cases)
    if card is None:
        return words("recommend_no_all")
    most = max(case.resolved.plan.n_gpus for case in cases)
    return words("recommend_all_many" if most > 1 else "recommend_all", n=most, card=card.gpu.name)


def _cards(words: Words, setting: Setting, material: Material) -> Table:
    note = ""
    if setting.price_per_gpu_hour is not None:
        price = price_text(setting.price_per_gpu_hour, setting.currency)
        note = words("note_price", price=price, date=_date(words, _priced_on(setting, material)))
    electricity, of_kwh = setting.electricity, ("", "")
    if electricity is not None:
        price = price_text(electricity.amount, electricity.currency)
        of_kwh = (words("note_electricity", price=price), electricity.currency)
    return cards_table(words, material.cases, note, setting.currency, *of_kwh)


def _priced_on(setting: Setting, material: Material) -> tuple[int, int, int]:
    if not setting.priced_on:
        return material.date
    day = date.fromisoformat(setting.priced_on)
    return (day.year, day.month, day.day)


def _plan_sections(words: Words, material: Material) -> list[Section]:
    """A page for each of several plans; one alone is the summary itself."""
    if len(material.cases) < 2:
        return []
    return [
        Section(
            "matrix",
            case.name or plan_title(words, case.resolved),
            (*_one_plan(words, case), changes_table(words, case)),
        )
        for case in material.cases
    ]


def _why(words: Words, setting: Setting, material: Material) -> list[Block]:
    return [
        table for case in material.cases for table in (phases_table(words, case), terms_table(words, case))
    ]


def _lengths(words: Words, setting: Setting, material: Material) -> list[Block]:
    return [lengths_table(words, case, whole=whole) for case in material.cases for whole in (False, True)]


def _time(words: Words, setting: Setting, material: Material) -> list[Block]:
    return [time_table(words, case) for case in material.cases]


def _measurements(words: Words, setting: Setting, material: Material) -> list[Block]:
    rows = [item for item in material.rows if _is_measured(item)]
    return [measurements_table(words, rows)] if rows else []


def _is_measured(item: ReportRow) -> bool:
    """Whether a row says what was measured (out of memory is a result) rather than what is wanted."""
    measured = item.row.measurement
    return (
        measured.status is Status.OOM or measured.peak_memory is not None or measured.step_time_s is not None
    )


def _trials(words: Words, setting: Setting, material: Material) -> list[Block]:
    if not material.trials:
        return []
    table = trials_table(words, material.trials, material.resolve)
    return [table, *trial_steps(words, material.trials, material.resolve)]


def _accuracy(words: Words, setting: Setting, material: Material) -> list[Block]:
    return [accuracy_table(words, material.judged)] if material.judged is not None else []


def _sources(words: Words, setting: Setting, material: Material) -> list[Block]:
    notes = dict.fromkeys(note for case in material.cases for note in case.answer.estimate.assumptions)
    blocks: list[Block] = [
        Bullets(words("assumptions_title"), tuple(notes) or (words("assumptions_none"),)),
    ]
    rules = [words("rule_line", gb=f"{case.answer.rule.total_bytes / GB:,.0f}") for case in material.cases]
    if len(rules) == 1:
        blocks.append(Paragraph(rules[0], Tone.PALE))
    if material.cases:
        blocks.append(cards_facts(words, [a.gpu for case in material.cases for a in case.cards]))
    measured = [item for item in material.rows if _is_measured(item)]
    if measured:
        blocks.append(sources_table(words, measured))
    if material.cases:
        blocks.append(fields_table(words, material.cases))
    blocks.append(_versions(words, material))
    return blocks


def _versions(words: Words, material: Material) -> Table:
    columns = (Column("what", words("col_what"), width=1.2), Column("value", words("col_value"), width=3.0))
    rows = tuple((text_cell(name), text_cell(value)) for name, value in _facts(words, material))
    return Table("versions", words("versions_title"), columns, rows)


def _facts(words: Words, material: Material) -> list[tuple[str, str]]:
    versions = dict(material.versions)
    if versions.get("driver") == "":
        versions["driver"] = words("no_driver")
    said = [(words(f"version_{name}"), value) for name, value in versions.items() if value]
    return [
        *said,
        (words("version_document"), material.document),
        (words("version_hash"), material.sha256),
        (words("version_date"), "{:04}-{:02}-{:02}".format(*material.date)),
    ]


def _date(words: Words, when: tuple[int, int, int]) -> str:
    year, month, day = when
    return words("date_long", day=day, month=words("months").split()[month - 1], year=year)


def _short(sha256: str) -> str:
    return f"{sha256[:4]}…{sha256[-4:]}" if len(sha256) > 12 else sha256


def _version(material: Material) -> str:
    return material.versions.get("program", "")


__all__ = ["PAPERS", "SECTIONS", "Cell", "Material", "Setting", "build_report"]
