"""The plan form: every field at its place, what differs from the default marked, what cannot be read said there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.fields import Value
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import ALL_LINEAR, PLAN_FIELD
from gpuplanner.core.units import GIB
from gpuplanner.core.uses import Ignored
from gpuplanner.estimator.parameters import inventory
from gpuplanner.ui.controls import button
from gpuplanner.ui.form_editors import ChoiceField, Editor, FlagField, NameField, focus_field
from gpuplanner.ui.form_fields import (
    MORE,
    SECTIONS,
    FormWords,
    Row,
    budget_bytes,
    default_of,
    spec_of,
    value_of,
    with_work,
)
from gpuplanner.ui.number_field import NumberField
from gpuplanner.ui.planner import Outcome, Planner
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.wording import Wording
