"""The guide of the program: one Markdown file for each language, shipped with it."""

from __future__ import annotations

from pathlib import Path

from gpuplanner.data.resources import resource

ENGLISH = "en"


def guide_markdown(language: str, folder: Path | None = None) -> str:
    """The guide in a language ("zh_CN"), in English where it has none."""
    place = folder or resource("guide")
    path = place / f"guide.{language}.md"
    # Only a file of the folder itself: the language comes from a translation that anybody may add.
    if "/" in language or not path.is_file():
        path = place / f"guide.{ENGLISH}.md"
    return path.read_text(encoding="utf-8")
