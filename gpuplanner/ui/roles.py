"""Tells assistive technology what the painted widgets are; by itself Qt calls each of them a client."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLES = {
    QAccessible.Role.Chart: (
        "BarsView",
        "CardCharts",
        "ChartView",
        "Histogram",
        "PartsBar",
        "PredictedView",
        "ResidualView",
        "TrialChart",
    ),
    QAccessible.Role.List: ("CheckList", "FigureTable", "PartsLegend", "RankTable", "StageList"),
    QAccessible.Role.ProgressBar: ("ThinBar",),
    QAccessible.Role.StatusBar: ("StatusRow",),
    QAccessible.Role.StaticText: (
        "AccuracyFigures",
        "ElidedLabel",
        "PlanSummary",
        "TimeFigures",
        "VerdictBanner",
    ),
    QAccessible.Role.Document: ("_Sheets",),
    QAccessible.Role.ToolBar: ("AccuracyBar", "Header", "MonitorTools", "TableTools"),
    QAccessible.Role.Pane: ("AccuracyPage", "CardDetails", "MonitorPage", "ReportPage", "TrialPage"),
}
ROLES = {name: role for role, names in _ROLES.items() for name in names}
"""Role by the name of the class: the classes are not loaded before their page is shown."""


def install_roles() -> None:
    """Make Qt ask here.  Called only where something reads the window, and once for each widget."""
    QAccessible.installFactory(_interface)


def _interface(key: str, thing: QObject) -> QAccessibleInterface | None:
    role = ROLES.get(key)
    return QAccessibleWidget(thing, role) if role is not None and isinstance(thing, QWidget) else None
