"""Scenes of the program in another language, each in a process of its own, as those of gpu_scenes.py.

``python language_scenes.py walk FOLDER LANGUAGE [PICTURES]`` goes over every page and prints the texts
that stayed English and those that do not fit their widget; pictures go into a folder, if one is named.
``switch`` changes the language while the program runs.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gpu_scenes import Stage, spin
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTableView,
    QTextEdit,
    QToolButton,
    QWidget,
)

from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.settings import load_settings
from gpuplanner.ui.links.alerts_link import AlertsLink
from gpuplanner.ui.links.compare_link import CompareLink
from gpuplanner.ui.links.correction_link import CorrectionLink
from gpuplanner.ui.links.import_link import ImportLink
from gpuplanner.ui.links.language_link import LanguageLink
from gpuplanner.ui.links.oom_link import OomLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.watch_link import WatchLink
from gpuplanner.ui.main_window import PAGES
from gpuplanner.ui.plan.estimator_panel import EstimatorPanel
from gpuplanner.ui.plan.header import PageTab
from gpuplanner.ui.widgets.buttons import ElidedPushButton

# Names and units that are the same in every language.
NAMES = """
    jsonl slurm srun ssh rank ranks gloo
    a100 a4 accelerate accuracy ada adafactor adamw all alt apache attention attn auto autocast
    axolotl base bf16 bin bit bsd cache calibration capability capacity capslock checkpoint ci cli
    com command conda config cpu csv ctrl ctrl+ cuda ddp deepseek deepspeed default del dense double
    down driver dropout eager ecc emb english eur enter esc excel export face factory flash font fp16
    fp32 free fsdp fused gb gbit geforce gemma gguf gi gib git gptq gpu gpuplan gpuplanner hf home
    host html hugging hz index inference instruct int int4 int8 inter json kib kv kwh layers lead
    left len letter lgpl license linear lion llama logarithmic logits lora markdown memory method
    mfu mhz mib mig mistral mixed mixtral mlp model name nan nf4 none now nvidia nvl nvlink nvml
    nvswitch open p-state paged path pci pcie pdf peft phi pid pip planner png proj proto pynvml
    pyside pyside6 python pytorch qlora qt quadro qwen qwenlm readme return right root rtx
    safetensors sbin sdpa seq sgd sha share shift sil sm smi space sqlite svg sxm sxm4 tab tesla
    tflop token tokens torch train transformers trl tsv up user usr uuid venv vram wddm windows
    worker xid xlsx yaml yi zero
""".split()  # noqa: SIM905
_PADDING_TO_SPARE = 4
SETTLING_LIMIT_S = 10.0
_WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")


class Walk:
    """What a walk over the visible widgets finds."""

    def __init__(self, stage: Stage, language: str) -> None:
        self.language = language
        self.allowed = set(NAMES) | names_of_data()
        rows = stage.window.document.rows
        # What the user or the publisher wrote is shown as it was written.
        self.written = {str(getattr(row.provenance, field)) for row in rows for field in ("source", "note")}
        self.english: dict[str, str] = {}
        self.clipped: dict[str, str] = {}
        self.n_texts = 0

    def look(self, where: str, root: QWidget) -> None:
        """Look at a window and all that is seen in it."""
        for widget in (root, *root.findChildren(QWidget)):
            if not widget.isVisible() and widget is not root:
                continue
            for text in shown_texts(widget):
                self.n_texts += 1
                if self.language != "en":
                    self._judge(where, widget, text)
        for text, lack in clipped_in(root).items():
            self.clipped[f"{where}: {text}"] = f"{lack:.0f} px"

    def look_at_menus(self, window: QWidget) -> None:
        """Every action of every menu."""
        for menu in window.findChildren(QMenu):
            for action in menu.actions():
                self.n_texts += 1
                if self.language != "en":
                    self._judge("menu", menu, action.text())

    def _judge(self, where: str, widget: QWidget, text: str) -> None:
        if text in self.written or text in ("true", "false"):
            return
        if where == "import":  # heads and cells of the file, each above or within what we say of them
            text = text.partition("\n")[2] if isinstance(widget, QTableView) else re.sub(r"'[^']*'", "", text)
        text = re.sub(r"<[^>]+>|&\w+;|\(\*[^)]*\)|https?:\S+|/\S+|\S+\.\w{2,8}\b|--\S+", " ", text)
        words = [word for word in _WORD.findall(text) if word.lower() not in self.allowed]
        if words:
            self.english.setdefault(f"{where}: {type(widget).__name__}: {text[:200]}", " ".join(words))


def names_of_data() -> set[str]:
    """Words in the names of models, cards and other estimators."""
    catalog = load_catalog()
    with resource("catalog", "peers.csv").open(encoding="utf-8") as file:
        peers = [row["estimator"] for row in csv.DictReader(file)]
    names = " ".join((*catalog.model_names, *catalog.gpu_names, *peers))
    return {word.lower() for word in _WORD.findall(names)}


def shown_texts(widget: QWidget) -> Iterator[str]:
    """What a widget shows or says."""
    yield from filter(None, (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()))
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield from (widget.placeholderText(), widget.text())
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    elif isinstance(widget, QPlainTextEdit | QTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QListWidget):
        yield from (widget.item(i).text() for i in range(widget.count()))
    elif isinstance(widget, QMenuBar):
        yield from (action.text() for action in widget.actions())
    elif isinstance(widget, QTableView) and widget.model() is not None:
        model, horizontal = widget.model(), Qt.Orientation.Horizontal
        for column in range(model.columnCount()):
            yield str(model.headerData(column, horizontal) or "")
            yield str(model.headerData(column, horizontal, Qt.ItemDataRole.ToolTipRole) or "")
            for row in range(min(model.rowCount(), 100)):
                yield str(model.index(row, column).data() or "")


def clipped_in(root: QWidget) -> dict[str, float]:
    """Class and text of the seen widgets whose text is larger than they are, with the pixels it lacks."""
    seen = [widget for widget in (root, *root.findChildren(QWidget)) if widget is root or widget.isVisible()]
    lacking = ((widget, room_lacking(widget)) for widget in seen)
    return {f"{type(w).__name__}: {w.text()}": lack for w, lack in lacking if lack > 1}  # type: ignore[attr-defined]


def room_lacking(widget: QWidget) -> float:
    """Pixels by which a text is larger than its widget; 0 where it fits."""
    if type(widget) is QLabel and widget.text() and not widget.pixmap():
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) - widget.height()
        if widget.textFormat() is Qt.TextFormat.RichText or "<" in widget.text():
            return 0
        return widget.sizeHint().width() - widget.width()
    if isinstance(widget, PageTab):
        return widget.minimumSizeHint().width() - widget.width()
    buttons = QPushButton | QToolButton | QCheckBox | QRadioButton
    if isinstance(widget, buttons) and widget.text() and not isinstance(widget, ElidedPushButton):
        return widget.sizeHint().width() - widget.width() - 2 * _PADDING_TO_SPARE
    return 0


def walk(stage: Stage, language: str, pictures: Path | None) -> dict[str, Any]:
    """All pages at two sizes, and the dialogs, both with usual and with large text."""
    window, found = stage.window, Walk(stage, language)
    stage.show_cards()

    def see(name: str, widget: QWidget) -> None:
        spin(0.1)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        end = time.monotonic() + SETTLING_LIMIT_S
        while clipped_in(widget) and time.monotonic() < end:
            spin(0.1)  # a machine with other work to do is still laying it out
        found.look(name, widget)
        if pictures is not None:
            widget.grab().save(str(pictures / f"{language}-{name}-{widget.width()}-{scale}.png"))

    for scale in (1.0, 1.5):
        window.theme.set_user_scale(scale)
        for size in ((1440, 900), (1280, 800)):
            window.resize(*size)
            for page in PAGES:
                window.show_page(page)
                if page in ("accuracy", "report"):  # they work first, in another thread
                    spin(2.5 if scale == 1.0 and size[0] == 1440 else 0.8)
                see(page, window)
        window.show_page("plan")
        _dialogs(stage, see)
    found.look_at_menus(window)
    return {"english": found.english, "clipped": found.clipped, "texts": found.n_texts}


def _dialogs(stage: Stage, see: Any) -> None:
    window = stage.window
    stage.link(AlertsLink).open_dialog()
    _see_dialog("alerts", see)
    stage.link(WatchLink).choose()
    _see_dialog("watch", see)
    stage.link(CompareLink).action.trigger()
    stage.planner.set_field("seq_len", 8192)
    spin(0.3)
    compare = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "CompareWindow")
    see("compare", compare)
    compare.close()
    stage.link(EstimatorPanel).explainer.open()
    spin(0.1)
    explained = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "ExplainWindow")
    see("explain", explained)
    explained.close()
    stage.link(ImportLink).import_file(Path(__file__).parents[1] / "samples" / "qwen_finetune_profile.md")
    _see_dialog("import", see)
    stage.link(CorrectionLink).preview_all()
    _see_dialog("correction", see)
    stage.link(OomLink).open()
    _see_dialog("error", see)
    window.commands.show_about()
    _see_dialog("about", see)
    window.commands.show_keys()
    spin(0.1)
    keys = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "HelpWindow")
    see("keys", keys)
    keys.close()


def _see_dialog(name: str, see: Any) -> None:
    def dialogs() -> list[QDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]

    end = time.monotonic() + 60
    while not dialogs():
        assert time.monotonic() < end, f"the dialog {name} never came"
        spin(0.05)
    dialog = dialogs()[0]
    see(name, dialog)
    dialog.reject()


def switch(stage: Stage, language: str, _pictures: Path | None) -> dict[str, Any]:
    """An English window with unsaved work goes over to another language."""
    window = stage.window
    link = stage.link(LanguageLink)
    window.document.set_cells([(0, "seq_len", "300")], "edit")
    stage.planner.set_field("seq_len", 3000)
    window.show_page("accuracy")
    link.choose(language)
    found: dict[str, Any] = {"said": window.table.messages.text, "still": window.header.shown_page}
    window.is_busy.append(lambda: True)
    link.choose(language)
    found["said while busy"] = window.table.messages.text
    found["reopened while busy"] = stage.program.windows.reopen(lambda: None)
    window.is_busy.pop()
    link.choose(language)
    button = next(b for b in window.table.messages.findChildren(QPushButton) if b.text() == "Reopen now")
    button.click()
    stage.until(lambda: stage.program.windows.open_windows[0] is not window)
    stage.window = new = stage.program.windows.open_windows[0]
    stage.until(lambda: new.findChild(PlanLink) is not None)
    planner = new.findChild(PlanLink).planner
    stage.until(lambda: planner.plan.seq_len == 3000 and planner.outcome.answer is not None)
    found["windows"] = len(stage.program.windows.open_windows)
    found["title"], found["modified"] = new.windowTitle(), new.isWindowModified()
    found["length"], found["rows"] = new.document.rows[0].plan.seq_len, len(new.document.rows)
    found["page"], found["undo"] = new.shown_page, new.document.undo_stack.undoText()
    found["remembered"] = load_settings(stage.settings)[0].language
    found["qt"] = QCoreApplication.translate("QPlatformTheme", "Cancel")
    return found


def main() -> None:
    """Play a scene, and print what was found."""
    name, folder, language = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    pictures = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    stage = Stage(folder, language="en" if name == "switch" else language)
    found = globals()[name](stage, language, pictures)
    stage.end()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
