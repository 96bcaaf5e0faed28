"""A report as Markdown and as HTML, for pasting; everything that somebody typed is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from gpuplanner.core.units import signed
from gpuplanner.report.blocks import (
    Block,
    Bullets,
    ChartBlock,
    Heading,
    Paragraph,
    PartsBlock,
    Report,
    Signatures,
    StepBlock,
    Table,
    VerdictBlock,
)

_NUMBER = ' class="n"'
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>|#~&])")
_STYLE = """body{font:14px Inter,"Noto Sans CJK SC",sans-serif;max-width:60em;margin:2em auto;color:#1B1E24}
table{border-collapse:collapse;margin:.5em 0}td,th{padding:.25em .75em;border-bottom:1px solid #E1E4E9;
text-align:left;vertical-align:top}.n{text-align:right}.pale{color:#555C68}.yes{color:#1A7A58}
.tight{color:#8A6100}.no{color:#A3140B}.predicted{color:#1F62D0}.mine{color:#B0138A}.strong{font-weight:600}"""


def markdown(report: Report) -> str:
    """The report as Markdown with pipe tables."""
    lines: list[str] = []
    for section in report.sections:
        lines += [f"## {_md(section.title)}", ""]
        for block in section.blocks:
            lines += [*_markdown_block(block), ""]
    lines += ["---", *(f"{_md(name)}: {_md(value)}  " for name, value in report.metadata), ""]
    return "\n".join(lines)


def html(report: Report) -> str:
    """The report as one HTML page that needs nothing else; no scripts, no images, nothing loaded."""
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(report.language.replace("_", "-"))}"><head><meta charset="utf-8">',
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>",
        f'<p class="pale">{escape(report.head)} · {escape(report.date)}</p>',
    ]
    for section in report.sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        for block in section.blocks:
            parts += _html_block(block)
    parts.append(f'<p class="pale">{escape(report.foot)}</p></body></html>')
    return "\n".join(parts) + "\n"


def _md(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))


def _markdown_block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {_md(block.text)}"
    elif isinstance(block, Paragraph):
        yield _md(block.text)
    elif isinstance(block, Bullets):
        yield f"**{_md(block.head)}**"
        yield ""
        yield from (f"- {_md(item)}" for item in block.items)
    elif isinstance(block, VerdictBlock):
        figure = f"{_md(block.figure)} {_md(block.unit)} ({_md(block.range)})"
        yield f"**{_md(block.word)}** – {figure}. {_md(block.reason)}"
    elif isinstance(block, PartsBlock):
        yield from (f"- {_md(line)}" for line in _parts_lines(block))
    elif isinstance(block, ChartBlock):
        yield from _markdown_block(block.beside)
    elif isinstance(block, StepBlock):
        yield f"**{_md(block.title)}**"
        yield ""
        yield from (f"- {_md(line)}" for line in _step_lines(block))
    elif isinstance(block, Table) and block.on_paper:
        yield from _markdown_table(block)


def _parts_lines(block: PartsBlock) -> Iterator[str]:
    for part, name in zip(block.parts, block.names, strict=True):
        yield f"{name}: {signed(part.figure, 2, plus=False)} GiB"


def _step_lines(block: StepBlock) -> Iterator[str]:
    """ "backward: predicted 18.20, measured peak 18.31 (GiB allocated)"."""
    for column in block.chart.columns:
        said = [(block.predicted, column.predicted_bytes), (block.measured, column.measured_bytes)]
        texts = [
            text.format(n=signed(size / block.unit_bytes, 2, plus=False))
            for text, size in said
            if size is not None
        ]
        yield f"{column.name}: {', '.join(texts)} ({block.unit})"


def _head(title: str, unit: str) -> str:
    return f"{title} ({unit})" if unit else title


def _markdown_table(table: Table) -> Iterator[str]:
    shown = [i for i, column in enumerate(table.columns) if column.on_paper]
    yield f"**{_md(table.title)}**"
    yield ""
    if table.rows:
        yield (
            "| " + " | ".join(_md(_head(table.columns[i].title, table.columns[i].unit)) for i in shown) + " |"
        )
        yield "|" + "|".join("---:" if table.columns[i].numeric else "---" for i in shown) + "|"
        for row in table.shown_rows:
            yield "| " + " | ".join(_md(row[i].text + row[i].mark) for i in shown) + " |"
        yield ""
    yield from (_md(note) for note in table.notes)


def _html_block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    elif isinstance(block, Paragraph):
        yield f'<p class="{block.tone}">{escape(block.text)}</p>'
    elif isinstance(block, Bullets):
        yield f"<p><b>{escape(block.head)}</b></p>"
        yield _list(block.items)
    elif isinstance(block, VerdictBlock):
        yield f'<p><b class="{block.fits.value}">{escape(block.word)}</b> – {escape(block.figure)} '
        yield f"{escape(block.unit)} ({escape(block.range)}). {escape(block.reason)}</p>"
    elif isinstance(block, PartsBlock):
        yield _list(tuple(_parts_lines(block)))
    elif isinstance(block, ChartBlock):
        yield from _html_block(block.beside)
    elif isinstance(block, StepBlock):
        yield f"<p><b>{escape(block.title)}</b></p>"
        yield _list(tuple(_step_lines(block)))
    elif isinstance(block, Table) and block.on_paper:
        yield from _html_table(block)
    elif isinstance(block, Signatures):
        yield "<p>" + " ____________ ".join(escape(label) for label in block.labels) + " ____________</p>"


def _list(items: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _html_table(table: Table) -> Iterator[str]:
    shown = [i for i, column in enumerate(table.columns) if column.on_paper]
    yield f"<h3>{escape(table.title)}</h3>"
    if table.rows:
        heads = (
            f"<th{_NUMBER if column.numeric else ''}>{escape(_head(column.title, column.unit))}</th>"
            for column in (table.columns[i] for i in shown)
        )
        yield "<table><thead><tr>" + "".join(heads) + "</tr></thead><tbody>"
        for row in table.shown_rows:
            cells = (
                f'<td class="{row[i].tone}{" n" if table.columns[i].numeric else ""}">'
                f"{escape(row[i].text + row[i].mark)}</td>"
                for i in shown
            )
            yield "<tr>" + "".join(cells) + "</tr>"
        yield "</tbody></table>"
    yield from (f'<p class="pale">{escape(note)}</p>' for note in table.notes)
