"""The accuracy page's tables as one text: errors by group, rows left out, constants and switches."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.units import signed
from gpuplanner.report.accuracy_charts import AccuracyAnswer, Quantity
from gpuplanner.report.formulae import constants_markdown, markdown_table, switches_markdown
from gpuplanner.ui.accuracy.accuracy_words import AccuracyWording
from gpuplanner.ui.told import told
from gpuplanner.ui.words import value_words


def tables_text(answer: AccuracyAnswer, words: AccuracyWording) -> str:
    """Everything that is no chart, in Markdown."""
    sections = [_left_out(answer), *(_groups(answer, quantity, words) for quantity in Quantity)]
    sections += [constants_markdown(), switches_markdown(), words.command(answer.withhold)]
    return "\n".join(section for section in sections if section)


def _groups(answer: AccuracyAnswer, quantity: Quantity, words: AccuracyWording) -> str:
    translate = QCoreApplication.translate
    heads = (
        translate("accuracy", "Model"),
        translate("accuracy", "Method"),
        translate("accuracy", "Cells"),
        translate("accuracy", "Average, %"),
        translate("accuracy", "Signed, %"),
        translate("accuracy", "Worst, %"),
    )
    rows = [
        (
            group.model,
            value_words(group.method),
            f"{group.n_cells:,}",
            signed(100 * group.mape, 1, plus=False),
            signed(100 * group.bias, 1),
            signed(100 * group.worst, 1),
        )
        for group in answer.groups(quantity)
    ]
    title = translate("accuracy", "Errors by model and method: {what}").format(
        what=words.quantities()[quantity.value].lower()
    )
    body = markdown_table(heads, rows) if rows else words.nothing_measured(quantity) + "\n"
    return f"## {title}\n\n{body}"


def _left_out(answer: AccuracyAnswer) -> str:
    translate = QCoreApplication.translate
    rows = [(f"{item.row + 1:,}", told(item.reason)) for item in answer.table.left_out]
    if not rows:
        return ""
    title = translate("accuracy", "Rows that cannot be expressed, and why")
    return f"## {title}\n\n" + markdown_table(
        (translate("accuracy", "Row"), translate("accuracy", "Why it is not judged")), rows
    )
