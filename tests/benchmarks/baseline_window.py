"""The yardstick of start-up: a bare PySide6 window with one table; pyqtgraph after it is shown; one plot."""

from __future__ import annotations

import sys

from first_paint import FirstPaint, stamp
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QTableWidget, QTableWidgetItem


def main() -> int:
    """Print when the window and the plot were first painted, then leave."""
    app = QApplication([])
    window = QMainWindow()
    splitter = QSplitter()
    table = QTableWidget(96, 11)
    for row in range(96):
        for column in range(11):
            table.setItem(row, column, QTableWidgetItem(f"{row} {column}"))
    splitter.addWidget(table)
    window.setCentralWidget(splitter)
    window.resize(1440, 900)

    def draw() -> None:
        import pyqtgraph  # after the window is shown, as the program does

        plot = pyqtgraph.PlotWidget()
        plot.plot([8, 9, 10, 11, 12, 13], [18, 19, 20, 22, 27, 34])
        watched.append(FirstPaint(plot.viewport(), lambda: (stamp("drawn"), QTimer.singleShot(0, app.quit))))
        splitter.addWidget(plot)

    watched = [FirstPaint(window, lambda: (stamp("shown"), stamp("filled"), QTimer.singleShot(0, draw)))]
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
