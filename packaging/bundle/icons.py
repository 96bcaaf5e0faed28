"""The program's icon at all sizes: pictures drawn from the SVG files, and the containers made of them.

Small sizes have drawings of their own, whose edges lie on pixels.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

from bundle.contents import CHECKOUT

FOLDER = CHECKOUT / "resources" / "icons" / "app"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
_DRAWN_SMALL = {
    16: "gpuplanner-16.svg",
    32: "gpuplanner-16.svg",
    24: "gpuplanner-24.svg",
    48: "gpuplanner-24.svg",
}
_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
# Types of Apple's container that hold a PNG; 32 and 64 stand for 16 and 32 on a screen of twice the density.
_ICNS_TYPES = {"icp4": 16, "icp5": 32, "ic11": 32, "ic12": 64, "ic07": 128, "ic08": 256, "ic09": 512}


def drawing(size: int) -> Path:
    """The SVG file for a size."""
    return FOLDER / _DRAWN_SMALL.get(size, "gpuplanner.svg")


def picture(size: int, folder: Path = FOLDER) -> Path:
    """The PNG file of a size."""
    return folder / f"gpuplanner-{size}.png"


def render(folder: Path = FOLDER, sizes: Iterable[int] = SIZES) -> None:
    """Draw the pictures into a folder.  Needs PySide6."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    for size in sizes:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        QSvgRenderer(str(drawing(size))).render(painter)
        painter.end()
        if not image.save(str(picture(size, folder))):
            raise OSError(f"{picture(size, folder)} cannot be written")


def ico(folder: Path = FOLDER) -> bytes:
    """Windows' container, with PNG inside (as Windows Vista and later read it)."""
    pictures = [picture(size, folder).read_bytes() for size in _ICO_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    entries = b""
    for size, content in zip(_ICO_SIZES, pictures, strict=True):
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), offset)
        offset += len(content)
    return head + entries + b"".join(pictures)


def icns(folder: Path = FOLDER) -> bytes:
    """Apple's container."""
    body = b""
    for kind, size in _ICNS_TYPES.items():
        content = picture(size, folder).read_bytes()
        body += kind.encode() + struct.pack(">I", len(content) + 8) + content
    return b"icns" + struct.pack(">I", len(body) + 8) + body
