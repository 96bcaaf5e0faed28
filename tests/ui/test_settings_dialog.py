"""File › Settings: what is changed applies at once, is remembered, and can be put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from gpuplanner.core.price import Price
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.settings import Settings, load_settings, save_settings
from gpuplanner.trial.place import PlacedBackend
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.language_link import LanguageLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.settings_link import SettingsLink
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.settings.settings_dialog import SettingsDialog
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.translation import Translation
from gpuplanner.ui.trial.trial_bridge import TrialDesk
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.windows import Windows

SAVED = Settings(theme="light", reserve_gib=2.0, price_per_gpu_hour=Price(1.5), sampling_hz=5.0)


class Scene:
    """A window with its settings, and the dialog opened over it."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, theme: Theme, catalog: Catalog, path: Path) -> None:
        save_settings(path, SAVED)
        self.path, self.theme = path, theme
        self.remembered = Remembered(path)
        self.window = MainWindow(theme, self.remembered)
        qtbot.addWidget(self.window)
        self.window.build()
        plan = self.plan = PlanLink(self.window, catalog)
        self.planner: Planner = plan.planner
        trial = TrialLink(self.window, plan, catalog, TrialDesk(PlacedBackend), MonitorSource)
        self.windows = Windows(theme, self.remembered, lambda _window: None)
        language = LanguageLink(self.window, self.planner, Translation(qapp), self.windows)
        self.link = SettingsLink(self.window, self.planner, language, trial)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.dialog: SettingsDialog = self.link.open()

    def choose(self, name: str, value: str) -> None:
        box = self.dialog.boxes[name]
        box.setCurrentIndex(box.findData(value))

    def saved(self) -> Settings:
        return load_settings(self.path)[0]


def type_text(field: QLineEdit, text: str) -> None:
    """As a user who leaves the field by the Tab key."""
    field.setFocus()
    field.setText(text)  # QTest has no key for €
    field.textEdited.emit(text)
    field.editingFinished.emit()


@pytest.fixture
def scene(
    qtbot: QtBot, qapp: QApplication, theme: Theme, catalog: Catalog, tmp_path: Path
) -> Iterator[Scene]:
    result = Scene(qtbot, qapp, theme, catalog, tmp_path / "settings.json")
    yield result
    result.window.document.undo_stack.clear()
    result.window.close()


def test_that_the_dialog_shows_what_is_in_use(scene: Scene) -> None:
    boxes = {name: box.currentText() for name, box in scene.dialog.boxes.items()}
    assert boxes == {
        "language": "As the desktop",
        "theme": "Light",
        "user_scale": "100 %",
        "unit": "GiB per GPU",
        "sampling_hz": "5 Hz",
    }
    assert (scene.dialog.reserve.value, scene.dialog.price.value) == (2.0, "1.5")
    assert scene.dialog.file.text() == str(scene.path)


def test_that_looks_change_at_once_in_window_menu_and_file(scene: Scene) -> None:
    scene.choose("theme", "dark")
    scene.choose("user_scale", "125")
    scene.choose("unit", "gb-per-gpu")
    scene.choose("sampling_hz", "0.5")
    assert (scene.theme.mode, scene.theme.user_scale) == (Mode.DARK, 1.25)
    assert scene.window.table.model.unit is DisplayUnit.GB_PER_GPU
    saved = scene.saved()
    assert (saved.theme, saved.user_scale, saved.unit, saved.sampling_hz) == ("dark", 1.25, "gb-per-gpu", 0.5)
    checked = [action.data() for action in scene.window.menus.looks["theme"].actions() if action.isChecked()]
    assert checked == ["dark"]


def test_that_reserve_and_price_are_what_a_plan_begins_with(scene: Scene) -> None:
    setup = scene.planner.setup
    assert (setup.budget.reserve_bytes, setup.work.price_per_gpu_hour) == (2 * GIB, 1.5)
    scene.dialog.reserve.selectAll()
    QTest.keyClicks(scene.dialog.reserve, "3")
    assert scene.planner.setup.budget.reserve_bytes == 3 * GIB
    assert scene.saved().reserve_gib == 3
    assert scene.window.document.undo_stack.count() == 0
    scene.planner.reset("reset")
    assert scene.planner.setup.budget.reserve_bytes == 3 * GIB


def test_that_a_plan_with_a_reserve_of_its_own_keeps_it(scene: Scene) -> None:
    budget = scene.planner.setup.budget
    scene.planner.set_budget(type(budget)(None, 7 * GIB), "own")
    scene.remembered.change(reserve_gib=1.0)
    assert scene.planner.setup.budget.reserve_bytes == 7 * GIB


def test_that_a_price_that_cannot_be_read_changes_nothing(scene: Scene) -> None:
    scene.dialog.price.selectAll()
    QTest.keyClicks(scene.dialog.price, "x")
    QTest.keyClick(scene.dialog.price, Qt.Key.Key_Return)
    assert scene.saved().price_per_gpu_hour == Price(1.5)
    assert scene.dialog.price.text() == "x"


def test_that_prices_keep_their_currency_and_reach_the_plan(scene: Scene, qtbot: QtBot) -> None:
    type_text(scene.dialog.price, "2.50 €/h")
    type_text(scene.dialog.electricity, "0.3 EUR")
    saved = scene.saved()
    assert (saved.price_per_gpu_hour, saved.price_per_kwh) == (Price(2.5, "€"), Price(0.3, "EUR"))
    work = scene.planner.setup.work
    assert (work.price_per_gpu_hour, work.currency) == (2.5, "€")
    scene.plan.start()
    qtbot.waitUntil(lambda: scene.planner.outcome.answer is not None, timeout=30_000)
    figures = scene.plan.panel.results.time.figures
    assert [figure.unit.split(" ")[0] for figure in figures][2:] == ["kWh", "cost"]
    assert figures[2].unit.endswith(" EUR")
    assert "not added to the cost" in figures[2].tip
    assert "not added to the cost" in scene.plan.panel.results.time.toolTip()
    assert (figures[3].number[0], figures[3].below) == ("€", "€2.5 an hour")
    assert scene.planner.outcome.electricity == Price(0.3, "EUR")
    assert scene.window.document.undo_stack.count() == 0
    scene.dialog.defaults.click()
    assert scene.saved().price_per_kwh is None
    scene.dialog.defaults.click()
    assert scene.saved().price_per_kwh == Price(0.3, "EUR")


def test_that_an_address_for_updates_is_kept_when_it_is_one(scene: Scene) -> None:
    address = scene.dialog.address
    type_text(address, "http://example.org/v.json")
    assert "https://" in scene.dialog.address_note.text()
    assert scene.saved().update_address == ""
    assert address.text() == "http://example.org/v.json"
    type_text(address, " https://example.org/v.json ")
    assert scene.dialog.address_note.text().startswith("Asked when you choose")
    assert scene.saved().update_address == "https://example.org/v.json"
    type_text(address, "")
    assert scene.saved().update_address == ""


def test_that_defaults_can_be_undone(scene: Scene) -> None:
    scene.choose("theme", "dark")
    before = scene.saved()
    scene.dialog.defaults.click()
    saved = scene.saved()
    assert (saved.reserve_gib, saved.price_per_gpu_hour, saved.sampling_hz) == (0.0, None, 1.0)
    assert scene.theme.mode is Mode.SYSTEM
    assert scene.dialog.defaults.text() == "Undo defaults"
    scene.dialog.defaults.click()
    again = scene.saved()
    assert (again.theme, again.reserve_gib, again.price_per_gpu_hour, again.sampling_hz) == (
        "dark",
        before.reserve_gib,
        before.price_per_gpu_hour,
        before.sampling_hz,
    )
    assert scene.dialog.defaults.text() == "Defaults"


def test_that_another_language_offers_to_reopen_the_windows(scene: Scene) -> None:
    assert scene.dialog.reopen.isHidden()
    scene.choose("language", "zh_CN")
    assert scene.saved().language == "zh_CN"
    assert not scene.dialog.reopen.isHidden()
    scene.choose("language", "en")
    assert scene.dialog.reopen.isHidden()


def test_that_the_folder_of_the_file_can_be_opened(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    scene.dialog.folder.click()
    assert opened == [QUrl.fromLocalFile(str(scene.path.parent))]


@pytest.mark.parametrize(("room", "scrolls"), [(700, True), (5000, False)])
def test_that_the_dialog_stays_on_the_screen_with_large_text(
    scene: Scene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, room: int, scrolls: bool
) -> None:
    screen = SimpleNamespace(availableGeometry=lambda: QRect(0, 0, 2560, room))
    monkeypatch.setattr(SettingsDialog, "screen", lambda _dialog: screen)
    scene.choose("user_scale", "200")
    bar = scene.dialog.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: (bar.maximum() > 0) == scrolls)
    assert scene.dialog.height() <= room
