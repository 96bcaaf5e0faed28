"""Walks over every page of the program in one language, in a process of its own, and says what it found.

``python language_scenes.py walk FOLDER LANGUAGE WIDTH HEIGHT SCALE [PICTURES]`` prints as JSON the texts that
stayed English and those that do not fit their widget; pictures of the pages go into a folder, if one is named.
Run under the scripted NVML of tests/nvml, as gpu_scenes.py is.
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
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetricsF
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
from gpuplanner.ui.alerts_link import AlertsLink
from gpuplanner.ui.compare_link import CompareLink
from gpuplanner.ui.correction_link import CorrectionLink
from gpuplanner.ui.estimator_panel import EstimatorPanel
from gpuplanner.ui.import_link import ImportLink
from gpuplanner.ui.main_window import PAGES
from gpuplanner.ui.oom_link import OomLink
from gpuplanner.ui.watch_link import WatchLink

# Names and units that are the same in every language.
NAMES = """
    Planner English PySide LGPL SIL QwenLM Factory MLP cache share lead checkpoint index
    A100 AdamW Adafactor Alt Apache Autocast BF16 CLI CPU CSV CUDA Capability CapsLock Ctrl DDP DeepSpeed ECC
    Enter Excel FP16 FSDP Flash GB Gbit GiB GPTQ GPU Git HTML Home Hugging Face Hz INT Inter JSON KV KiB Letter Lion
    Llama LoRA Logits Logarithmic MHz MIG MiB Markdown MFU NF4 NVIDIA NVLink NVML NVSwitch NaN Open Font License
    P-State PATH PCIe PDF PID PNG PyTorch PySide6 Python QLoRA Qt Qwen README RTX SDPA SGD SHA Shift SM SQLite SVG
    SXM SXM4 Space TFLOP TRL TSV UUID Up Down Left Right VRAM WDDM Windows Xid YAML ZeRO Ctrl+ Del Esc Tab Return
    A4 Base BSD CI GI GeForce Tesla Instruct Mistral Mixtral Yi Phi Gemma DeepSeek Quadro Ada NVL PCI
    adamw all attention auto bf16 bit capacity conda config cpu cuda dense dropout double eager emb face flash fp16
    fp32 free gguf gpuplan gpuplanner gptq hf host inference int4 int8 json kWh layers linear logits lora mixed model
    method name nf4 none now nvidia nvlink paged path pip proj proto pynvml qlora safetensors sdpa seq len smi
    token tokens torch train transformers peft venv worker xlsx accelerate axolotl deepspeed ddp zero fsdp csv
    accuracy calibration com export fused nvml driver DeepSpeed memory root sbin user usr bin default command
""".split()
_WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")


class Walk:
    """What a walk over the visible widgets finds."""

    def __init__(self, stage: Stage, language: str) -> None:
        self.language = language
        self.allowed = {name.lower() for name in NAMES} | names_of_data()
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
            if (lack := room_lacking(widget)) > 1:
                text = widget.text()  # type: ignore[attr-defined]
                self.clipped[f"{where}: {type(widget).__name__}: {text}"] = f"{lack:.0f} px"

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
            text = text.rpartition("\n")[2] if isinstance(widget, QTableView) else re.sub(r"'[^']*'", "", text)
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


def room_lacking(widget: QWidget) -> float:
    """Pixels by which a text is larger than its widget; 0 where it fits."""
    if type(widget) is QLabel and widget.text() and not widget.pixmap():
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) - widget.height()
        if widget.textFormat() is Qt.TextFormat.RichText or "<" in widget.text():
            return 0
        return widget.sizeHint().width() - widget.width()
    if isinstance(widget, QPushButton | QToolButton | QCheckBox | QRadioButton) and widget.text():
        text = re.sub(r"&(.)", r"\1", widget.text())
        icon = widget.iconSize().width() + 4 if not widget.icon().isNull() else 0
        return QFontMetricsF(widget.font()).horizontalAdvance(text) + icon - widget.width()
    return 0


def walk(stage: Stage, width: int, height: int, pictures: Path | None, language: str) -> dict[str, Any]:
    """All pages, then the dialogs."""
    window, found = stage.window, Walk(stage, language)
    window.resize(width, height)
    stage.show_cards()
    spin(0.3)

    def see(name: str, widget: QWidget) -> None:
        spin(0.25)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        found.look(name, widget)
        if pictures is not None:
            widget.grab().save(str(pictures / f"{name}.png"))

    for page in PAGES:
        window.show_page(page)
        if page in ("accuracy", "report"):
            spin(2.5)
        see(page, window)
    found.look_at_menus(window)
    window.show_page("plan")
    _dialogs(stage, see)
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

    end = time.monotonic() + 10
    while not dialogs():
        assert time.monotonic() < end, f"the dialog {name} never came"
        spin(0.05)
    dialog = dialogs()[0]
    see(name, dialog)
    dialog.reject()


def main() -> None:
    """Walk, and print what was found."""
    folder, language = Path(sys.argv[1]), sys.argv[2]
    width, height, scale = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    pictures = Path(sys.argv[6]) if len(sys.argv) > 6 else None
    stage = Stage(folder, language=language, user_scale=scale)
    found = walk(stage, width, height, pictures, language)
    stage.end()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
