"""Spreadsheets: Excel and OpenDocument, the first sheet that holds a table, merged cells written out."""

from __future__ import annotations

import io
import zipfile

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.data.table_import.grid import MAX_COLUMNS, MAX_ROWS, Grid, make_grid

_MOST_UNPACKED = 300 * 10**6
"""A spreadsheet that unpacks to more is a bomb or no table."""


def excel_grid(content: bytes, where: str) -> Grid:
    """The sheet of an ``.xlsx`` with the most cells; formulas as the values that were saved with them.

    Raises:
        InputError: not such a file, or larger than the limits.
    """
    import openpyxl  # takes a fifth of a second to load, and only spreadsheets need it

    _check_zip(content, where)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # openpyxl raises whatever the damaged XML makes of it
        raise InputError.of(
            f"is no Excel file that can be read ({error})", where, "save it as CSV"
        ) from error
    sheets = [sheet for sheet in book.worksheets if sheet.max_row and sheet.max_column]
    if not sheets:
        raise InputError.of("the file has no sheet with cells", where)
    sheet = max(sheets, key=lambda candidate: candidate.max_row * candidate.max_column)
    if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
        raise InputError.of(f"a sheet of {sheet.max_row:,} × {sheet.max_column:,} cells", where, "split it")
    lines = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    spanned: set[tuple[int, int]] = set()
    for merged in sheet.merged_cells.ranges:
        text = lines[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, min(merged.max_row, len(lines))):
            for column in range(merged.min_col - 1, min(merged.max_col, len(lines[row]))):
                if (row, column) != (merged.min_row - 1, merged.min_col - 1):
                    lines[row][column] = text
                    spanned.add((row, column))
    return make_grid(
        "Excel", lines, where, frozenset(spanned), remarks=_others(len(sheets), sheet.title, where)
    )


def ods_grid(content: bytes, where: str) -> Grid:
    """The first sheet of an OpenDocument spreadsheet.

    Raises:
        InputError: not such a file, or larger than the limits.
    """
    import pandas  # the only reader of OpenDocument here; not for anything else, it takes half a second

    _check_zip(content, where)
    try:
        frame = pandas.read_excel(io.BytesIO(content), header=None, dtype=object, engine="odf")
    except Exception as error:  # odfpy raises whatever the damaged XML makes of it
        raise InputError.of(f"is no ODS file that can be read ({error})", where, "save it as CSV") from error
    lines = [["" if pandas.isna(v) else _text(v) for v in row] for row in frame.itertuples(index=False)]
    return make_grid("ODS", lines, where)


def _check_zip(content: bytes, where: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError.of("the spreadsheet is damaged", where, "save it again, or as CSV") from error
    if size > _MOST_UNPACKED:
        raise InputError.of(f"unpacks to {size / 1e6:,.0f} MB", where, "save the table alone as CSV")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _others(sheets: int, title: str, where: str) -> tuple[InputProblem, ...]:
    if sheets == 1:
        return ()
    return (InputProblem(f"{sheets} sheets; {title!r} has the most cells and was read", where),)
