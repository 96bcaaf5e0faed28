"""The guide of the program and its news: one Markdown file for each language, shipped with it."""

from __future__ import annotations

from pathlib import Path

from gpuplanner.data.resources import resource

ENGLISH = "en"


def guide_markdown(language: str, folder: Path | None = None) -> str:
    """The guide in a language ("zh_CN"), in English where it has none."""
    return _markdown("guide", language, folder)


def news_markdown(language: str) -> str:
    """What each version brought, newest first, as `guide_markdown`."""
    return _markdown("news", language, None)


def _markdown(name: str, language: str, folder: Path | None) -> str:
    place = folder or resource("guide")
    path = place / f"{name}.{language}.md"
    # Only a file of the folder itself: the language comes from a translation that anybody may add.
    if "/" in language or not path.is_file():
        path = place / f"{name}.{ENGLISH}.md"
    return path.read_text(encoding="utf-8")
