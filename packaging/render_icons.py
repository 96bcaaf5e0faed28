"""Draws resources/icons/app/*.png from the SVG files there: ``python packaging/render_icons.py``."""

from __future__ import annotations

from bundle.icons import render

if __name__ == "__main__":
    render()
