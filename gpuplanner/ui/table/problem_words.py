"""What problems of rows are called on the screen: their kinds, their places, the changes that mend them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.fields import read_value
from gpuplanner.report.row_checks.problem import Edit, Kind, Problem
from gpuplanner.ui.told import told_advice
from gpuplanner.ui.words import column_label, value_words


def kind_titles() -> Mapping[Kind, str]:
    """The head over the problems of each kind."""
    translate = QCoreApplication.translate
    return {
        Kind.FILE: translate("problem_words", "About the file"),
        Kind.UNREADABLE: translate("problem_words", "Cells that cannot be read"),
        Kind.STATUS: translate("problem_words", "Status and figures disagree"),
        Kind.UNIT: translate("problem_words", "Memory unit"),
        Kind.SCOPE: translate("problem_words", "Total or per GPU"),
        Kind.ABOVE_CARD: translate("problem_words", "More than the card has"),
        Kind.SAMPLES: translate("problem_words", "Samples per step"),
        Kind.DUPLICATE: translate("problem_words", "Rows that are there twice"),
        Kind.MEMORY_FALLS: translate("problem_words", "Memory falls with length"),
        Kind.TIME_FALLS: translate("problem_words", "Time falls with length"),
        Kind.OUTLIER: translate("problem_words", "Far from the estimate"),
        Kind.NO_ESTIMATE: translate("problem_words", "Rows without estimate"),
    }


def row_words(index: int) -> str:
    """ "Row 34"."""
    return QCoreApplication.translate("problem_words", "Row {row}").format(row=f"{index + 1:,}")


def place_words(problem: Problem) -> str:
    """ "Row 34, Peak memory"; an empty text for the file as a whole."""
    if problem.row < 0:
        return ""
    where = row_words(problem.row)
    return f"{where}, {column_label(problem.column)}" if problem.column in ROW_FIELD else where


def problem_words(problem: Problem) -> str:
    """What is the matter and what to do."""
    return told_advice(problem.what, problem.to_do)


def problem_sentence(problem: Problem) -> str:
    """Place and problem in one line."""
    place = place_words(problem)
    return f"{place}: {problem_words(problem)}" if place else problem_words(problem)


def fix_words(problem: Problem) -> str:
    """ "Memory unit → GB", or an empty text where nobody can tell."""
    translate = QCoreApplication.translate
    texts = [_edit_words(edit) for edit in problem.edits]
    texts += [
        translate("problem_words", "remove row {row}").format(row=f"{index + 1:,}")
        for index in problem.removes
    ]
    return translate("problem_words", ", ").join(texts)


def _edit_words(edit: Edit) -> str:
    _, column, text = edit
    if not text:
        return QCoreApplication.translate("problem_words", "clear {column}").format(
            column=column_label(column)
        )
    spec = ROW_FIELD[column]
    value = value_words(read_value(spec, text)) if spec.choices else text
    return f"{column_label(column)} → {value}"


def step_name(problems: Sequence[Problem], *, of: str) -> str:
    """The name of an undo step: ``of`` is "fix", "accept" or "withdraw"."""
    translate = QCoreApplication.translate
    one, many = {
        "fix": (
            translate("problem_words", "fix row {row}"),
            translate("problem_words", "fix {n} problems"),
        ),
        "accept": (
            translate("problem_words", "accept a problem of row {row}"),
            translate("problem_words", "accept {n} problems"),
        ),
        "withdraw": (
            translate("problem_words", "list a problem of row {row} again"),
            translate("problem_words", "list {n} problems again"),
        ),
    }[of]
    if len(problems) == 1 and problems[0].row >= 0:
        return one.format(row=f"{problems[0].row + 1:,}")
    return many.format(n=f"{len(problems):,}")
