"""The only door to the PDF engine: pages in, the bytes of a PDF out, the same bytes for the same pages.

Qt draws (vectors, embedded subsets of the fonts); pikepdf adds what Qt's writer has no words for (bookmarks,
links, language) and takes out what differs from run to run (its clock and its random identifier).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from gpuplanner.core.errors import InputError
from gpuplanner.render.paper_pages import Pages, finished
from gpuplanner.render.pdf_text import meant_characters, mend_text
from gpuplanner.report.blocks import Report, Table

_DPI = 96
_POINTS = 72 / _DPI


def pdf_bytes(pages: Pages, moment: datetime) -> bytes:
    """The report as a PDF; ``moment`` is what it says about when it was made.

    Raises:
        InputError: the engine could not write.
    """
    return finished(drawing_pdf(pages, moment))()


def drawing_pdf(pages: Pages, moment: datetime) -> Generator[None, None, Callable[[], bytes]]:
    """`pdf_bytes` page by page, for a window that must not stand still meanwhile.

    What it returns finishes the file and is for another thread: it paints nothing.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    size = QSizeF(pages.width * _POINTS, pages.height * _POINTS)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(size, QPageSize.Unit.Point), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
        )
    )
    writer.setTitle(pages.report.title)
    painter = QPainter()
    if not painter.begin(writer):
        raise InputError.of("the PDF could not be made", "report", "free some memory and try again")
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(len(pages.pages)):
            if number:
                writer.newPage()
            pages.paint(painter, number)
            yield
    finally:
        painter.end()
    drawn, meant = bytes(buffer.data().data()), meant_characters((yield from _characters(pages.report)))
    return lambda: _finished(drawn, pages, moment.astimezone(UTC), meant)


def _finished(drawn: bytes, pages: Pages, moment: datetime, meant: Mapping[int, int]) -> bytes:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        date = pikepdf.String(f"D:{moment:%Y%m%d%H%M%S}Z")
        pdf.docinfo["/CreationDate"] = date
        pdf.docinfo["/ModDate"] = date
        pdf.docinfo["/Title"] = pikepdf.String(pages.report.title)
        pdf.docinfo["/Creator"] = pikepdf.String("GPU Planner")
        if "/Metadata" in pdf.Root:
            del pdf.Root["/Metadata"]
        if "/ID" in pdf.trailer:
            del pdf.trailer["/ID"]  # random; `deterministic_id` would keep its first half
        pdf.Root["/Lang"] = pikepdf.String(pages.report.language.replace("_", "-"))
        pdf.Root["/ViewerPreferences"] = pikepdf.Dictionary(DisplayDocTitle=True)
        mend_text(pdf, meant)
        with pdf.open_outline() as outline:
            outline.root += [pikepdf.OutlineItem(title, number) for title, number in pages.marks]
        for page, laid_out in zip(pdf.pages, pages.pages, strict=True):
            links = [
                pdf.make_indirect(_link(link.x, link.y, link.width, link.height, link.target, pages.height))
                for link in laid_out.links
            ]
            if links:
                page.obj["/Annots"] = pikepdf.Array(links)
        result = io.BytesIO()
        pdf.save(result, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _characters(report: Report) -> Generator[None, None, str]:
    """Every character that may be drawn, each once; `repr` shows texts as they are."""
    found = dict.fromkeys(repr(replace(report, sections=())))
    for section in report.sections:
        found.update(dict.fromkeys(section.title))
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.shown_rows:
                    found.update(dict.fromkeys("".join(cell.text for cell in row)))
                    yield
                block = replace(block, rows=())
            found.update(dict.fromkeys(repr(block)))
            yield
    return "".join(found)


def _link(x: float, y: float, width: float, height: float, target: str, page: int) -> pikepdf.Dictionary:
    left, top = x * _POINTS, (page - y) * _POINTS
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array(
            [round(v, 2) for v in (left, top - height * _POINTS, left + width * _POINTS, top)]
        ),
        Border=pikepdf.Array([0, 0, 0]),
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(target)),
    )
