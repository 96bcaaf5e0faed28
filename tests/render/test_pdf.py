"""The PDF: its text can be searched, it is the same every time, and it leads where it says."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Provenance
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.trial import MeasuredPhase, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.render.paper_application import load_fonts
from gpuplanner.render.paper_pages import MARGIN, SIZES, lay_out
from gpuplanner.render.paper_text import Lines, paper_font
from gpuplanner.render.pdf import pdf_bytes
from gpuplanner.render.pdf_text import mend_text
from gpuplanner.report.blocks import Paragraph, Report
from gpuplanner.report.build import Setting, build_report
from gpuplanner.report.material import Given, make_material
from gpuplanner.report.words import load_words

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = Plan(model="Qwen-14B", method=Method.QLORA, gpu="RTX 4090", seq_len=4096, grad_accum_steps=8)
GIVEN = Given("my.csv", "0" * 64, (2026, 11, 24), (), (("", PLAN),))


@pytest.fixture(autouse=True)
def fonts(qapp: object) -> None:
    load_fonts()


def report(given: Given = GIVEN, language: str = "en", setting: Setting | None = None) -> Report:
    words = load_words(resource("i18n", "report"), language)
    return build_report(words, setting or Setting(), make_material(given, load_catalog().resolve))


def text_of(content: bytes) -> str:
    """Every character that the PDF says its glyphs stand for, in the order of drawing."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            tables = {name: _characters(font) for name, font in page.obj.Resources.Font.items()}
            current: dict[str, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = tables[str(operands[0])]
                elif str(operator) == "Tj":
                    glyphs = bytes(operands[0]).hex().upper()
                    found += [current.get(glyphs[i : i + 4], "?") for i in range(0, len(glyphs), 4)]
                elif str(operator) == "ET":
                    found.append("\n")
    return "".join(found)


def _characters(font: pikepdf.Object) -> dict[str, str]:
    table = font.ToUnicode.read_bytes().decode("latin-1")
    result: dict[str, str] = {}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, codes in re.findall(r"<(\w{4})>\s*<\w{4}>\s*\[(.*?)\]", block, re.S):
            for i, code in enumerate(re.findall(r"<(\w+)>", codes)):
                result[f"{int(first, 16) + i:04X}"] = bytes.fromhex(code).decode("utf-16-be")
        for first, last, code in re.findall(
            r"<(\w{4})>\s*<(\w{4})>\s*<(\w+)>", re.sub(r"\[.*?\]", "", block, flags=re.S)
        ):
            start = int(code, 16)
            for i in range(int(last, 16) - int(first, 16) + 1):
                result[f"{int(first, 16) + i:04X}"] = chr(start + i)
    return result


def test_that_figures_and_signs_can_be_found_in_the_pdf(qtbot: QtBot) -> None:
    made = report()
    text = text_of(pdf_bytes(lay_out(made), MOMENT))
    for figure in ("4,096", "23.99", "QLoRA of Qwen-14B", "×", "–", "−"):
        assert figure in text
    shown = [
        cell.text
        for table in made.tables
        if table.key == "plans-and-cards"
        for row in table.rows
        for cell in row
    ]
    assert all(figure in text for figure in shown if figure and figure[0].isdigit() and "." in figure[:3])


def test_that_the_font_of_the_window_leaves_the_text_alone(qapp: QApplication) -> None:
    """Its figures are tabular, and a font that is made anew is made like it."""
    usual = qapp.font()
    tabular = QFont(usual)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    qapp.setFont(tabular)
    try:
        text = text_of(pdf_bytes(lay_out(report()), MOMENT))
    finally:
        qapp.setFont(usual)
    assert "4,096" in text
    assert "23.99" in text


def test_that_chinese_can_be_found_as_ordinary_characters(qtbot: QtBot) -> None:
    text = text_of(pdf_bytes(lay_out(report(language="zh_CN")), MOMENT))
    if "显" not in text:
        pytest.skip("no Chinese font on this machine")
    assert "显存随序列长度的变化" in text
    assert not re.search("[\u2e80-\u2fdf]", text)


def test_that_the_same_report_gives_the_same_bytes(qtbot: QtBot) -> None:
    assert pdf_bytes(lay_out(report()), MOMENT) == pdf_bytes(lay_out(report()), MOMENT)


def test_that_the_pdf_is_sound_with_fonts_bookmarks_links_and_metadata(qtbot: QtBot) -> None:
    source = "https://example.org/table"
    row = BenchmarkRow(PLAN, Measurement(peak_memory=20), Provenance(source=source))
    pages = lay_out(report(replace(GIVEN, rows=(row,))))
    with pikepdf.open(io.BytesIO(pdf_bytes(pages, MOMENT))) as pdf:
        assert not pdf.check_pdf_syntax()
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261124000000Z"
        assert str(pdf.docinfo["/Title"]) == "QLoRA of Qwen-14B at 4,096 tokens"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [
                section.title for section in pages.report.sections
            ]
        links = [str(a.A.URI) for page in pdf.pages for a in page.obj.get("/Annots", [])]
        assert links == [source]
        for page in pdf.pages:
            for font in page.obj.Resources.Font.values():
                described = font.DescendantFonts[0].FontDescriptor
                assert any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            assert not [x for x in page.obj.Resources.get("/XObject", {}).values() if x.Subtype == "/Image"]


def test_that_nothing_leaves_the_page_and_heads_are_repeated(qtbot: QtBot) -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    for paper, (_width, height) in SIZES.items():
        pages = lay_out(report(replace(GIVEN, rows=rows), setting=Setting(paper=paper)))
        assert len(pages.pages) > 5
        for page in pages.pages:
            assert page.placed
            for y, piece in page.placed:
                assert y >= MARGIN
                assert y + piece.height <= height - MARGIN
            first = page.placed[0][1]
            assert first.head is None, "a row without its head begins the page"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_signatures_never_stand_alone_on_a_page(qtbot: QtBot, language: str) -> None:
    setting = Setting(("summary",), paper="letter", price_per_gpu_hour=1.9)
    whole = report(GIVEN, language, setting)
    summary = whole.sections[0]
    for n_more in range(12):
        more = (Paragraph("One line more that takes room on the first page."),) * n_more
        blocks = (*summary.blocks[:1], *more, *summary.blocks[1:])
        pages = lay_out(replace(whole, sections=(replace(summary, blocks=blocks),))).pages
        last = [piece for _y, piece in pages[-1].placed]
        assert last[-1].stays, "they are the end of the report"
        assert len(last) >= 3, f"{n_more} lines more"
        for page in pages:
            assert page.placed[-1][0] + page.placed[-1][1].height <= SIZES["letter"][1] - MARGIN


def test_that_a_hostile_text_is_cut_and_keeps_its_place(qtbot: QtBot) -> None:
    hostile = "<b>😀</b> \u202eabc " + "w" * 10_000
    row = BenchmarkRow(PLAN, Measurement(peak_memory=20), Provenance(source=hostile, software=hostile))
    pages = lay_out(report(replace(GIVEN, rows=(row,), plans=((hostile, PLAN),), document=hostile)))
    assert "<b>" in text_of(pdf_bytes(pages, MOMENT))
    lines = Lines(hostile, paper_font(10), 100, 3)
    assert lines.widest <= 100
    assert lines.height == pytest.approx(3 * Lines("a", paper_font(10), 100).height)


def test_that_only_characters_are_mended_and_no_numbers_of_glyphs() -> None:
    before = b"2 beginbfrange\n<0000> <0000> <0000>\n<0001> <0009> [<0009> <2ED3> <0041>]\nendbfrange"
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(pikepdf.Dictionary(ToUnicode=pdf.make_stream(before)))
        mend_text(pdf, {0x09: 0x20, 0x2ED3: ord("长")})
        after = font.ToUnicode.read_bytes()
    assert after == before.replace(b"[<0009> <2ED3>", b"[<0020> <957F>")


def test_that_marks_stand_in_the_margin_and_are_explained_on_every_page(qtbot: QtBot) -> None:
    row = BenchmarkRow(PLAN, Measurement(peak_memory=20))
    pages = lay_out(report(replace(GIVEN, rows=(row,))))
    signs = [{piece.sign for _, piece in page.placed} for page in pages.pages]
    assert "≈" in signs[0]
    assert any("▲" in found for found in signs)
    assert text_of(pdf_bytes(pages, MOMENT)).count("≈ estimated") == len(pages.pages)


def test_that_a_trial_is_drawn_over_its_prediction(qtbot: QtBot) -> None:
    result = TrialResult(device="cuda", phases=(MeasuredPhase("backward", 19 * GIB),))
    trial = TrialRecord(PLAN, TrialKind.TRIAL, "2026-11-20", (), EndEvent(TrialStatus.OK, result))
    text = text_of(pdf_bytes(lay_out(report(replace(GIVEN, trials=(trial,)))), MOMENT))
    assert "one step, measured over the predicted phases" in text
    assert "measured peak 19.0" in text
