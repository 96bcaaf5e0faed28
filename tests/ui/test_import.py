"""Journey C: a table copied from a README, previewed, corrected, and one step to undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import MemoryUnit
from gpuplanner.core.plan import Method
from gpuplanner.data.catalog import load_catalog
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.importing.import_dialog import ImportDialog
from gpuplanner.ui.importing.import_words import MOST_NOTES
from gpuplanner.ui.links.import_link import ImportLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, theme: Theme) -> MainWindow:
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.build()
    window.files.ask_unsaved = lambda: Answer.DISCARD
    window.show()
    return window


@pytest.fixture
def link(window: MainWindow) -> ImportLink:
    return ImportLink(window, load_catalog())


def dialog_of(link: ImportLink) -> ImportDialog:
    assert link.dialog is not None
    return link.dialog


def dialog_for(qtbot: QtBot, link: ImportLink, path: Path) -> ImportDialog:
    """The preview of a file, which is read aside."""
    link.import_file(path)
    qtbot.waitUntil(lambda: link.dialog is not None)
    return dialog_of(link)


def copy(html: str = "", text: str = "") -> None:
    mime = QMimeData()
    if html:
        mime.setHtml(html)
    mime.setText(text)
    QGuiApplication.clipboard().setMimeData(mime)


def test_that_a_pasted_readme_table_becomes_rows_in_one_step(
    qtbot: QtBot, window: MainWindow, link: ImportLink
) -> None:
    copy(html=(SAMPLES / "qwen_finetune_profile.html").read_text(encoding="utf-8"), text="6.7G")
    window.table.editing.paste()
    dialog = dialog_of(link)
    said = dialog.summary.text()
    for figure in (
        "14 lines become 84 rows",
        "81 measured",
        "3 not measured",
        "1 without a unit",
        "10 lines",
        "13 above",
    ):
        assert figure in said
    assert not window.document.rows, "nothing is changed before it is confirmed"
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert len(window.document.rows) == 84
    assert all(row.fragment for row in window.document.rows)
    assert window.document.undo_stack.undoText() == "import 84 rows"
    window.document.undo_stack.undo()
    assert not window.document.rows


def test_that_the_preview_can_be_corrected(qtbot: QtBot, window: MainWindow, link: ImportLink) -> None:
    dialog = dialog_for(qtbot, link, SAMPLES / "qwen_finetune_profile.md")
    dialog.settings.unit.setCurrentIndex(dialog.settings.unit.findData(MemoryUnit.GIB.value))
    dialog.settings.prefix.setText("Qwen2-")
    dialog.settings.prefix.editingFinished.emit()
    row = dialog.imported.table.rows[0]
    assert (row.plan.model, row.measurement.peak_memory_unit) == ("Qwen2-1.8B", MemoryUnit.GIB)
    menu = dialog.role_menu(4)
    next(action for action in menu.actions() if action.text() == "Keep as it is").trigger()
    assert len(dialog.imported.table.rows) == 14 * 5
    dialog.reject()
    assert not window.document.rows


def test_that_odd_cells_are_listed_and_lead_to_their_place(
    qtbot: QtBot, window: MainWindow, link: ImportLink
) -> None:
    dialog = dialog_for(qtbot, link, SAMPLES / "qwen_finetune_profile.md")
    assert "51.2 / 1.7s/it" in dialog.notes.item(0).text()
    dialog.notes.setCurrentRow(0)
    index = dialog.view.currentIndex()
    assert dialog.preview.data(index) == "51.2 / 1.7s/it"
    assert "no unit" in str(dialog.preview.data(index, Qt.ItemDataRole.ToolTipRole))
    dialog.reject()


def test_that_our_own_rows_and_plain_cells_are_pasted_as_before(window: MainWindow, link: ImportLink) -> None:
    copy(text="model,method,seq_len\nQwen-7B,lora,512\n")
    window.table.editing.paste()
    assert link.dialog is None
    assert len(window.document.rows) == 1
    copy(text="Qwen-14B")
    window.table.view.select_source(0, "model")
    window.table.editing.paste()
    assert link.dialog is None
    assert window.document.rows[0].plan.model == "Qwen-14B"


def test_that_a_file_without_a_table_says_so(
    qtbot: QtBot, window: MainWindow, link: ImportLink, tmp_path: Path
) -> None:
    path = tmp_path / "notes.md"
    path.write_text("only words", encoding="utf-8")
    window.drop_file(path)
    qtbot.waitUntil(lambda: "head line" in window.table.messages.text)
    assert link.dialog is None


def test_that_the_table_is_exported_in_the_form_that_its_ending_names(
    window: MainWindow, link: ImportLink, tmp_path: Path
) -> None:
    copy(text="model,method,seq_len\nQwen-7B,lora,512\n")
    window.table.editing.paste()
    for kind in ("csv", "tsv", "md", "html", "xlsx"):
        path = tmp_path / f"table.{kind}"
        link.ask_export = lambda path=path: path  # type: ignore[misc]
        link.export()
        assert path.stat().st_size > 20
        assert str(path) in window.table.messages.text
    link.ask_export = lambda: tmp_path / "gone" / "table.csv"
    link.export()
    assert "folder" in window.table.messages.text
    link.ask_export = lambda: tmp_path / "table.doc"
    link.export()
    assert "no kind of table" in window.table.messages.text


def test_that_a_large_table_is_previewed_without_looking_at_every_line(
    qtbot: QtBot, window: MainWindow, link: ImportLink, tmp_path: Path
) -> None:
    path = tmp_path / "large.tsv"
    lines = (f"7B\tLoRA\t{256 + i}\t{20 + i / 1e4:g}\n" for i in range(20_000))
    path.write_text("model\tmethod\tlength\tmemory\n" + "".join(lines), encoding="utf-8")
    dialog = dialog_for(qtbot, link, path)
    assert dialog.preview.rowCount() == 20_000
    assert "20,000 without a unit" in dialog.summary.text()
    assert dialog.notes.count() == MOST_NOTES + 1
    assert dialog.notes.item(MOST_NOTES).text() == "and 19,500 more"
    dialog.notes.setCurrentRow(MOST_NOTES)
    dialog.settings.unit.setCurrentIndex(dialog.settings.unit.findData(MemoryUnit.GIB.value))
    assert not dialog.accept_button.isEnabled(), "what it would import is not known yet"
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert dialog.imported.table.rows[-1].measurement.peak_memory_unit is MemoryUnit.GIB
    dialog.reject()


def test_that_a_large_clipboard_is_read_aside(qtbot: QtBot, window: MainWindow, link: ImportLink) -> None:
    lines = "".join(f"7B\tLoRA\t{256 + i}\t20G\n" for i in range(5_000))
    copy(text="Model Size\tfine-tuning method\tlength\tmemory\n" + lines)
    window.table.editing.paste()
    assert link.dialog is None
    qtbot.waitUntil(lambda: link.dialog is not None)
    assert len(dialog_of(link).imported.table.rows) == 5_000
    dialog_of(link).reject()
    copy(html="<table><tr><td>1<td>2</table>" + " " * 60_000, text="1\t2")
    window.table.editing.paste()
    qtbot.waitUntil(lambda: "head line" in window.table.messages.text)


def test_that_what_the_user_says_is_no_assumption_any_more(
    qtbot: QtBot, window: MainWindow, link: ImportLink
) -> None:
    dialog = dialog_for(qtbot, link, SAMPLES / "qwen_finetune_profile.md")
    assert "GB = 10⁹" in dialog.guesses.text()
    dialog.settings.unit.setCurrentIndex(dialog.settings.unit.findData(MemoryUnit.GIB.value))
    assert "GB = 10⁹" not in dialog.guesses.text()
    dialog.reject()


def test_that_a_hostile_cell_is_text_in_its_tip(qtbot: QtBot, window: MainWindow, link: ImportLink) -> None:
    copy(text="Model Size\tmethod\tlength\tmemory\n7B\tLoRA\t512\t<b>20</b>\n8B\tLoRA\t512\t21G\n")
    window.table.editing.paste()
    dialog = dialog_of(link)
    tip = str(dialog.preview.data(dialog.preview.index(0, 3), Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;" in tip
    dialog.reject()


def test_that_a_reading_with_too_many_rows_says_so(
    qtbot: QtBot, window: MainWindow, link: ImportLink, tmp_path: Path
) -> None:
    path = tmp_path / "wide.tsv"
    heads = "\t".join(["model", "memory", *(str(256 + i) for i in range(150))])
    path.write_text(heads + "\n" + ("7B\t20G" + "\t20G" * 150 + "\n") * 1_500, encoding="utf-8")
    link.import_file(path)
    qtbot.waitUntil(lambda: "more than 200,000 rows" in window.table.messages.text)


def test_that_open_previews_a_table_of_another_program(
    qtbot: QtBot, window: MainWindow, link: ImportLink
) -> None:
    window.files.ask_open = lambda: SAMPLES / "qwen_finetune_profile.md"
    window.commands.open()
    qtbot.waitUntil(lambda: link.dialog is not None)
    assert "14 lines become 84 rows" in dialog_of(link).summary.text()
    dialog_of(link).reject()


def test_that_the_recipe_of_rows_is_chosen_by_method(
    qtbot: QtBot, window: MainWindow, link: ImportLink
) -> None:
    dialog = dialog_for(qtbot, link, SAMPLES / "qwen_finetune_profile.html")
    recipe = dialog.recipe
    assert recipe.choices["optimizer"].currentText() == "not said (AdamW)"
    recipe.method.setCurrentIndex(recipe.method.findData("full"))
    sharding = recipe.choices["sharding"]
    sharding.setCurrentIndex(sharding.findData("zero3"))
    recipe.method.setCurrentIndex(0)
    assert sharding.currentData() == "", "for the others nothing is said"
    full, others = (
        {
            row.provenance.note
            for row in dialog.imported.table.rows
            if (row.plan.method is Method.FULL) is is_full
        }
        for is_full in (True, False)
    )
    assert full == {"assumed at import: sharding zero3"}
    assert others == {""}
    recipe.method.setCurrentIndex(recipe.method.findData("full"))
    assert sharding.currentData() == "zero3"
    sharding.setCurrentIndex(0)
    assert dialog.settings.reading.recipe == ()
    dialog.reject()
