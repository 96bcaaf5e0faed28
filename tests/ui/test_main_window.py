"""The window: starts, files, unsaved changes, what is remembered, keys, help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDropEvent, QGuiApplication, QKeySequence, QUndoCommand
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Plan
from gpuplanner.data.plan_file import read_document
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.data.settings import Settings, load_settings, save_settings
from gpuplanner.ui.about import AboutDialog
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.help import HelpWindow
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.header import HEADER_HEIGHT
from gpuplanner.ui.problems import ProblemDialog, Problems, report_text
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.windows import Windows


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, settings_file: Path) -> Iterator[MainWindow]:
    result = make_window(qtbot, theme, settings_file)
    yield result
    result.close()


def make_window(qtbot: QtBot, theme: Theme, settings_file: Path) -> MainWindow:
    result = MainWindow(theme, Remembered(settings_file))
    qtbot.addWidget(result, before_close_func=discard_changes)
    result.build()
    with qtbot.waitExposed(result):
        result.show()
    result.activateWindow()
    qtbot.waitUntil(result.isActiveWindow)
    return result


def discard_changes(window: QWidget) -> None:
    assert isinstance(window, MainWindow)
    window.files.ask_unsaved = lambda: Answer.DISCARD


def spoil(window: MainWindow) -> None:
    window.document.set_cells([(0, "seq_len", "300")], "edit Length of row 1")


def test_that_the_profile_opens_as_a_sample_without_a_file(window: MainWindow) -> None:
    window.open_profile()
    assert len(window.document.rows) == 96
    assert window.document.path is None
    assert window.windowTitle() == "Qwen profile[*] – GPU Planner"
    assert not window.isWindowModified()
    assert window.status.texts[0] == "Qwen profile  ·  96 rows, 81 measured, 15 out of memory"


def test_that_an_empty_window_offers_four_starts(window: MainWindow) -> None:
    start = window.table.start_page
    assert start.isVisible()
    names = [card.accessibleName() for card in start.findChildren(QPushButton)]
    assert names[:4] == ["Open the Qwen profile", "Paste a table", "Open a file", "Enter a row by hand"]
    assert window.status.texts[0] == "Untitled – nothing to save"


def test_that_a_row_by_hand_starts_from_the_plan(window: MainWindow) -> None:
    window.plan_source = lambda: Plan(model="Llama-3.1-8B", seq_len=777)
    window.table.start_page.row_requested.emit()
    assert window.document.rows[0].plan == Plan(model="Llama-3.1-8B", seq_len=777)
    assert not window.table.start_page.isVisible()


def test_that_pasting_text_that_is_no_table_says_what_is_missing(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("hello")
    window.table.start_page.paste_requested.emit()
    assert window.table.messages.isVisible()
    assert "copy the head line too" in window.table.messages.text


def test_that_a_table_is_pasted_on_the_start_page(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("model\tmethod\tseq_len\nQwen-7B\tlora\t512\n")
    window.table.focus_table()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Open the Qwen profile"
    qtbot.keySequence(focused, QKeySequence.StandardKey.Paste)
    assert window.document.rows[0].plan.seq_len == 512


def test_that_a_document_is_saved_and_read_back(window: MainWindow, tmp_path: Path) -> None:
    window.open_profile()
    spoil(window)
    assert window.isWindowModified()
    path = tmp_path / "mine.gpuplan"
    window.files.ask_save = lambda: path
    assert window.files.save()
    assert not window.isWindowModified()
    assert window.windowTitle() == "mine.gpuplan[*] – GPU Planner"
    assert read_document(path).table.rows == tuple(window.document.rows)
    assert window.remembered.settings.recent_files == (str(path),)


def test_that_csv_stays_csv(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("model,seq_len,cluster\nQwen-7B,512,lab 3\n", encoding="utf-8")
    window.open_path(path)
    window.document.set_cells([(0, "seq_len", "1k")], "edit")
    assert window.files.save()
    assert read_rows(path).columns == ("model", "seq_len", "cluster")
    assert read_rows(path).rows[0].plan.seq_len == 1024


def test_that_an_unreadable_file_leaves_the_document_and_says_why(window: MainWindow, tmp_path: Path) -> None:
    window.open_profile()
    bad = tmp_path / "bad.gpuplan"
    bad.write_bytes(b"not a database at all" * 100)
    window.open_path(bad)
    assert len(window.document.rows) == 96
    assert window.table.messages.isVisible()
    assert str(bad) in window.table.messages.text
    window.open_path(tmp_path / "gone.csv")
    assert "there is no such file" in window.table.messages.text


def test_that_a_save_that_fails_says_so_and_keeps_the_changes(window: MainWindow, tmp_path: Path) -> None:
    window.open_profile()
    spoil(window)
    window.files.ask_save = lambda: tmp_path / "no such folder" / "a.gpuplan"
    assert not window.files.save()
    assert window.isWindowModified()
    assert "the file was not saved" in window.table.messages.text


@pytest.mark.parametrize(("answer", "closes"), [(Answer.CANCEL, False), (Answer.DISCARD, True)])
def test_that_closing_asks_about_unsaved_changes(window: MainWindow, answer: Answer, closes: bool) -> None:
    window.open_profile()
    spoil(window)
    window.files.ask_unsaved = lambda: answer
    window.close()
    assert window.isVisible() is not closes


def test_that_closing_can_save(window: MainWindow, tmp_path: Path) -> None:
    window.open_profile()
    spoil(window)
    window.files.ask_unsaved = lambda: Answer.SAVE
    window.files.ask_save = lambda: tmp_path / "a.gpuplan"
    window.close()
    assert not window.isVisible()
    assert (tmp_path / "a.gpuplan").exists()


def test_that_a_save_given_up_keeps_the_window(window: MainWindow) -> None:
    window.open_profile()
    spoil(window)
    window.files.ask_unsaved = lambda: Answer.SAVE
    window.files.ask_save = lambda: None
    window.close()
    assert window.isVisible()


def test_that_the_question_itself_has_three_answers(question_is_asked: None, window: MainWindow) -> None:
    window.open_profile()
    spoil(window)
    seen: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        box.button(QMessageBox.StandardButton.Cancel).click()

    QTimer.singleShot(0, answer)
    assert not window.files.may_close()
    assert seen == ["Save the changes to Qwen profile?"]


def test_that_nothing_is_asked_when_nothing_changed(window: MainWindow) -> None:
    window.open_profile()
    window.files.ask_unsaved = lambda: pytest.fail("nothing to ask")
    window.close()
    assert not window.isVisible()


def test_that_another_document_gets_its_own_window(window: MainWindow, tmp_path: Path) -> None:
    wanted: list[object] = []
    window.another_window_requested.connect(wanted.append)
    window.open_profile()
    window.open_profile()  # the untouched sample may be replaced
    assert wanted == []
    spoil(window)
    window.open_profile()
    window.commands.new()
    window.open_path(tmp_path / "a.csv")
    assert wanted == ["", None, tmp_path / "a.csv"]


def test_that_a_dropped_file_is_opened(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("model,seq_len\nQwen-7B,512\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    assert window.document.path == path


def test_that_the_window_comes_back_where_it_was(qtbot: QtBot, theme: Theme, settings_file: Path) -> None:
    first = make_window(qtbot, theme, settings_file)
    first.resize(960, 640)
    first.close()
    second = make_window(qtbot, theme, settings_file)
    assert (second.width(), second.height()) == (960, 640)
    second.close()


def test_that_damaged_settings_do_not_stop_the_window(
    qtbot: QtBot, theme: Theme, settings_file: Path
) -> None:
    save_settings(settings_file, Settings(window_geometry=b"nonsense", unit="furlongs", theme="pink"))
    window = make_window(qtbot, theme, settings_file)
    assert window.table.model.unit is DisplayUnit.GIB_PER_GPU
    settings_file.write_text("{", encoding="utf-8")
    window.close()
    again = make_window(qtbot, theme, settings_file)
    again.close()


def test_that_unit_theme_and_size_are_remembered(window: MainWindow, settings_file: Path) -> None:
    window.table.set_unit(DisplayUnit.GB_PER_GPU)
    menu_of(window, "Dark").trigger()
    menu_of(window, "125 %").trigger()
    kept, problems = load_settings(settings_file)
    assert not problems
    assert (kept.unit, kept.theme, kept.user_scale) == ("gb-per-gpu", "dark", 1.25)
    assert window.theme.mode is Mode.DARK


def menu_of(window: MainWindow, text: str) -> object:
    found = [action for action in window.findChildren(type(window.menus.undo)) if action.text() == text]
    assert len(found) == 1
    return found[0]


def test_that_no_key_is_given_twice_and_all_are_listed(window: MainWindow) -> None:
    keys = [key for key, _ in window.menus.all_keys()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+O", "Ctrl+Shift+O", "F8", "Ctrl+Return", "Ctrl+F"} <= set(keys)


def test_that_undo_names_its_step_in_menu_and_header(window: MainWindow) -> None:
    window.open_profile()
    assert not window.menus.undo.isEnabled()
    spoil(window)
    assert window.menus.undo.text() == "Undo edit Length of row 1"
    arrow = window.header._history[0]
    assert arrow.isEnabled()
    assert arrow.toolTip() == "Undo edit Length of row 1 (Ctrl+Z)"
    arrow.click()
    assert window.document.rows[0].plan.seq_len == 256
    assert not window.isWindowModified()


def test_that_keys_of_the_table_do_nothing_in_the_find_box(qtbot: QtBot, window: MainWindow) -> None:
    window.open_profile()
    window.table.tools.focus_find()
    qtbot.keyClicks(window.table.tools.find_box, "x")
    qtbot.keyClick(window.table.tools.find_box, Qt.Key.Key_Delete)
    assert window.document.undo_stack.count() == 0


def test_that_a_list_that_cannot_be_seen_is_not_filled(window: MainWindow) -> None:
    window.open_profile()
    view, stack = window.table.view, window.document.undo_stack
    view.setCurrentIndex(view.model().index(1, window.table.model.column_of("seq_len")))
    fill = menu_of(window, "Fill do&wn")
    assert isinstance(fill, QAction)
    view.hide()
    fill.trigger()
    assert stack.count() == 0
    view.show()
    fill.trigger()
    assert stack.undoText() == "fill down of 1 cell"


def test_that_the_first_row_is_current_after_opening(qtbot: QtBot, window: MainWindow) -> None:
    told: list[int] = []
    window.table.row_selected.connect(told.append)
    window.open_profile()
    qtbot.waitUntil(lambda: told == [0])


def test_that_a_narrow_window_shows_one_side_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    estimator = QWidget()
    estimator.setMinimumWidth(560)
    window.set_estimator(estimator)
    window.resize(1300, 700)
    qtbot.waitUntil(lambda: not window.plan_page.is_narrow)
    assert window.table.isVisible()
    assert estimator.isVisible()
    window.resize(960, 600)
    qtbot.waitUntil(lambda: window.plan_page.is_narrow)
    assert window.table.isVisible() is not estimator.isVisible()
    window.open_profile()
    window.commands.row_to_plan()
    window.table.view.select_source(0)
    window.commands.row_to_plan()
    assert estimator.isVisible()
    window.commands.plan_to_row()
    assert window.table.isVisible()


def test_that_the_smallest_window_has_rows_with_text_twice_as_large(
    qtbot: QtBot, theme: Theme, window: MainWindow
) -> None:
    window.open_profile()
    estimator = QWidget()
    estimator.setMinimumWidth(560)
    window.set_estimator(estimator)
    for key in ("trial", "monitor", "accuracy", "report"):
        window.add_page(key, "plan", key.title(), QWidget)
    compare = button(theme, "Compare", icon="compare", flat=True)
    run = button(theme, "Run trial", icon="compare", primary=True)
    window.header.add_action(compare, "plan", spare=True)
    window.header.add_action(run, "plan")
    place = window.table.model.column_of("seq_len")
    width = window.table.view.columnWidth(place)
    window.resize(960, 600)
    theme.set_user_scale(2.0)
    view = window.table.view
    qtbot.waitUntil(compare.isHidden)  # the menu has it too
    qtbot.waitUntil(lambda: window.header.height() == theme.px(HEADER_HEIGHT))
    qtbot.waitUntil(lambda: view.viewport().height() >= 3 * view.rowHeight(0))
    assert run.isVisible()
    assert window.table.foot.isHidden()
    assert window.table.width() <= window.width()
    theme.set_user_scale(1.0)
    window.resize(1440, 900)
    qtbot.waitUntil(compare.isVisible)
    assert window.table.foot.isVisible()
    assert view.columnWidth(place) == width, "nobody has widened the column"


def test_that_help_lists_keys_and_formulae(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.menus.formulae.isVisible()
    window.set_formulae(lambda: "# Formulae\n\n| a | b |\n|---|---|\n| weights | 2 N |")
    assert window.menus.formulae.isVisible()
    window.commands.show_formulae()
    window.commands.show_keys()
    texts = [help_window.browser.toPlainText() for help_window in window.findChildren(HelpWindow)]
    assert any("weights" in text for text in texts)
    assert any("Ctrl+Shift+O" in text for text in texts)
    window.theme.set_mode(Mode.DARK)
    for help_window in window.findChildren(HelpWindow):
        qtbot.keyClick(help_window, Qt.Key.Key_Escape)
        assert not help_window.isVisible()


def test_that_about_names_version_and_licences(window: MainWindow) -> None:
    from gpuplanner import __version__

    window.commands.show_about()
    dialog = window.findChild(AboutDialog)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    for word in (__version__, "Apache", "LGPL", "Open Font"):
        assert word in text
    dialog.accept()


def test_that_the_unexpected_is_shown_once_with_a_report_to_copy(
    qtbot: QtBot, theme: Theme, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = Problems(theme)
    try:
        raise RuntimeError("a row went missing")
    except RuntimeError as error:
        for _ in range(2):
            problems.take(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialog = dialogs()[0]
    assert "RuntimeError: a row went missing" in dialog.report
    assert str(Path.home()) not in dialog.report
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == dialog.report
    dialog.accept()
    qtbot.waitUntil(lambda: not dialogs())
    assert "a row went missing" in capsys.readouterr().err


def dialogs() -> list[ProblemDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ProblemDialog) and w.isVisible()]


def test_that_a_report_leaves_the_folders_of_this_computer_out() -> None:
    try:
        report_text(1 / 0)  # type: ignore[arg-type]
    except ZeroDivisionError as error:
        text = report_text(error)
    assert "GPU Planner" in text
    assert str(Path(__file__).resolve().parents[2]) not in text


def test_that_windows_fill_after_their_first_frame_and_are_forgotten(
    qtbot: QtBot, theme: Theme, settings_file: Path
) -> None:
    furnished: list[MainWindow] = []
    windows = Windows(theme, Remembered(settings_file), furnished.append)
    first = windows.start()
    assert not first.is_built
    qtbot.waitUntil(lambda: furnished == [first])
    assert len(first.document.rows) == 96  # the first start shows the profile
    spoil(first)
    first.commands.new()
    qtbot.waitUntil(lambda: len(furnished) == 2)
    second = furnished[1]
    assert second.table.start_page.isVisible()
    first.files.ask_unsaved = lambda: Answer.DISCARD
    first.close()
    second.close()
    assert windows.open_windows == []
    third = windows.start()
    qtbot.waitUntil(lambda: len(furnished) == 3)
    assert third.table.start_page.isVisible()
    third.close()
    qtbot.wait(0)


def test_that_a_window_without_its_estimator_hands_no_plan_over(
    qtbot: QtBot, theme: Theme, settings_file: Path
) -> None:
    given: list[object] = []
    furnished: list[MainWindow] = []

    def furnish(window: MainWindow) -> None:
        furnished.append(window)
        window.setup_sink = given.append  # what it could give, the first window has not got yet

    windows = Windows(theme, Remembered(settings_file), furnish)
    windows.start()
    qtbot.waitUntil(lambda: len(furnished) == 1)
    assert windows.reopen(lambda: None)
    qtbot.waitUntil(lambda: len(furnished) == 2)
    qtbot.wait(0)
    assert given == []
    for window in list(windows.open_windows):
        window.close()
    qtbot.wait(0)


def test_that_the_row_is_told_again_to_an_estimator_that_comes_later(
    qtbot: QtBot, theme: Theme, settings_file: Path
) -> None:
    told: list[int] = []
    windows = Windows(
        theme, Remembered(settings_file), lambda window: window.table.row_selected.connect(told.append)
    )
    window = windows.start()
    qtbot.waitUntil(lambda: 0 in told)
    window.close()
    qtbot.wait(0)


def test_that_shortcuts_are_the_platforms_own(window: MainWindow) -> None:
    keys = {text: key for key, text in window.menus.all_keys()}
    assert keys["Save"] == QKeySequence(QKeySequence.StandardKey.Save).toString()


def test_that_a_row_edited_after_a_plan_was_tried_marks_the_window(window: MainWindow) -> None:
    window.open_profile()
    window.document.undo_stack.push(QUndoCommand("try another GPU"))
    assert not window.isWindowModified()
    window.document.set_cells([(0, "seq_len", "512")], "edit Length of row 1")
    assert window.isWindowModified()
    window.document.undo_stack.undo()
    assert not window.isWindowModified()
