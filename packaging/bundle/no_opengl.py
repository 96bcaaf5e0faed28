"""Stands in for Qt's OpenGL modules, which pyqtgraph imports and the program never draws with.

They are 10 MB of the app, and milliseconds of the first chart.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from types import ModuleType

MODULES = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets")


class QOpenGLWidget:
    """What pyqtgraph derives its OpenGL canvas from; nobody makes one."""


def stand_in(modules: MutableMapping[str, ModuleType]) -> None:
    """Put the modules where an import looks first (``sys.modules``), before pyqtgraph is imported."""
    for name in MODULES:
        modules[name] = ModuleType(name)
    setattr(modules["PySide6.QtOpenGLWidgets"], QOpenGLWidget.__name__, QOpenGLWidget)
