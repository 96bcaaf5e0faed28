"""What a soak must not reach: file dialogs, the desktop's programs and other processes are replaced."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from gpuplanner.data.resources import resource

_SAMPLES = Path(__file__).resolve().parents[1] / "samples"
_KEPT_FILES = 40


class NoProcess(subprocess.Popen):  # type: ignore[type-arg]
    """Every program is missing: the window has to say so."""

    def __init__(self, arguments: Any, *_more: Any, **_options: Any) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(arguments))


def build_walls(chance: random.Random, folder: Path) -> None:
    """Have file dialogs answer by chance with files in ``folder``, and everything else do nothing."""
    place = folder / "documents"
    place.mkdir()
    sources = [resource("samples", "qwen-profile.csv"), *_SAMPLES.glob("qwen_*"), *_SAMPLES.glob("*.csv")]
    for source in sources:
        shutil.copy(source, place)

    def to_open(*_arguments: Any, **_named: Any) -> tuple[str, str]:
        files = sorted(place.iterdir())
        return (str(chance.choice(files)), "") if chance.random() < 0.8 else ("", "")

    def to_save(
        _parent: Any = None, _title: str = "", suggested: str = "", *_more: Any, **_named: Any
    ) -> Any:
        if chance.random() < 0.2:
            return "", ""
        end = Path(suggested).suffix or chance.choice((".gpuplan", ".csv"))
        return str(place / f"saved-{chance.randrange(_KEPT_FILES)}{end}"), ""

    def several(*_arguments: Any, **_named: Any) -> tuple[list[str], str]:
        return [name for name in [to_open()[0]] if name], ""

    for name, stand_in in (
        ("getOpenFileName", to_open),
        ("getSaveFileName", to_save),
        ("getOpenFileNames", several),
    ):
        setattr(QFileDialog, name, staticmethod(stand_in))
    for name in ("open", "exec", "show"):
        setattr(QFileDialog, name, lambda dialog, *_arguments: dialog.reject())
    QDesktopServices.openUrl = staticmethod(lambda _url: True)  # type: ignore[method-assign]
    subprocess.Popen = NoProcess  # type: ignore[misc]
