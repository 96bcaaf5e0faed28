"""Puts a picture into few colours, so that the pictures of the README stay small."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QImage

N_COLORS = 256


def with_palette(image: QImage) -> QImage:
    """The picture in at most 256 colours, chosen by median cut: a third of the bytes, and looks the same."""
    full = image.convertToFormat(QImage.Format.Format_RGB32)
    width, height = full.width(), full.height()
    pixels = np.frombuffer(full.constBits(), np.uint32).reshape(height, width) | 0xFF000000
    found, place, counts = np.unique(pixels.ravel(), return_inverse=True, return_counts=True)
    channels = np.stack([(found >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(float)
    boxes = [np.arange(len(found))]
    while len(boxes) < min(N_COLORS, len(found)):
        spreads = [np.ptp(channels[box], axis=0).max() * math.sqrt(counts[box].sum()) for box in boxes]
        box = boxes.pop(int(np.argmax(spreads)))
        box = box[np.argsort(channels[box][:, int(np.argmax(np.ptp(channels[box], axis=0)))])]
        share = np.cumsum(counts[box]) / counts[box].sum()
        cut = min(max(1, int(np.searchsorted(share, 0.5))), len(box) - 1)
        boxes += [box[:cut], box[cut:]]
    index = np.zeros(len(found), np.uint8)
    palette = []
    for number, box in enumerate(boxes):
        index[box] = number
        # The box's most frequent colour, so that grounds and lines keep theirs exactly.
        palette.append(int(found[box[int(np.argmax(counts[box]))]]))
    indexed = index[place].reshape(height, width)
    result = QImage(indexed.tobytes(), width, height, width, QImage.Format.Format_Indexed8).copy()
    result.setColorTable(palette)
    return result
