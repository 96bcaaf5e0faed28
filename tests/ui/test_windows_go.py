"""A window that was closed leaves nothing in memory."""

from __future__ import annotations

import gc
import weakref

from pytestqt.qtbot import QtBot

from gpuplanner.data.benchmark_table import spare_the_collector
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.windows import Windows


def test_that_it_goes_also_after_a_large_table_was_kept_from_the_collector(
    qtbot: QtBot, theme: Theme
) -> None:
    windows = Windows(theme, Remembered(), lambda _window: None)
    window = windows.start()
    held = weakref.ref(window)
    qtbot.waitUntil(lambda: windows.open_windows[0].is_built, timeout=30_000)
    spare_the_collector()
    try:
        window.close()
        del window
        qtbot.waitUntil(lambda: _is_gone(held), timeout=30_000)
    finally:
        gc.unfreeze()


def _is_gone(held: weakref.ref[object]) -> bool:
    gc.collect()
    return held() is None
