"""Which languages the window can speak, which one it speaks, and how it changes.

A language is one file, ``resources/i18n/gpuplanner_CODE.qm``; English is in the sources.  Qt's own texts
(buttons of dialogs, menus of text fields) come from the translations that Qt ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from gpuplanner.data.resources import resource

ENGLISH = "en"
_STEM = "gpuplanner_"


def languages(folder: Path | None = None) -> dict[str, str]:
    """Every language by its code, with what it calls itself: "zh_CN", "简体中文"; English first."""
    found = {ENGLISH: "English"}
    for path in sorted((folder or _folder()).glob(f"{_STEM}*.qm")):
        translator = QTranslator()
        if translator.load(str(path)):
            found[path.stem.removeprefix(_STEM)] = translator.translate("language", "English") or path.stem
    return found


def desktop_language(wanted: Sequence[str] | None = None, folder: Path | None = None) -> str:
    """The first language of the desktop's list that the program speaks, else English.

    Simplified and traditional Chinese are two languages, British and American English are one.
    """
    known = {code: QLocale(code) for code in languages(folder)}
    for name in QLocale.system().uiLanguages() if wanted is None else wanted:
        locale = QLocale(name)
        for code, candidate in known.items():
            if (candidate.language(), candidate.script()) == (locale.language(), locale.script()):
                return code
    return ENGLISH


class Translation:
    """The language of all windows.  Texts are looked up when a widget is made, so choose before."""

    def __init__(self, app: QCoreApplication, folder: Path | None = None) -> None:
        self._app, self._place = app, folder or _folder()
        self._installed: list[QTranslator] = []
        self.language = ENGLISH
        """Code of the language that is spoken."""

    def wanted(self, chosen: str) -> str:
        """The code of a choice; an empty or unknown one means as the desktop."""
        return chosen if chosen in languages(self._place) else desktop_language(folder=self._place)

    def use(self, chosen: str) -> None:
        """Speak a language from now on, in whatever is made from now on."""
        code = self.wanted(chosen)
        for old in self._installed:
            self._app.removeTranslator(old)
            old.deleteLater()  # it belongs to the application
        self._installed = []
        self.language = code
        # Also for English: numbers have points and commas in both languages, whatever the desktop does.
        QLocale.setDefault(QLocale(code))
        if code != ENGLISH:
            qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            self._install(Path(qt) / f"qtbase_{code}.qm")
            self._install(self._place / f"{_STEM}{code}.qm")

    def _install(self, path: Path) -> None:
        translator = QTranslator(self._app)
        if translator.load(str(path)):
            self._app.installTranslator(translator)
            self._installed.append(translator)


def _folder() -> Path:
    return resource("i18n")
