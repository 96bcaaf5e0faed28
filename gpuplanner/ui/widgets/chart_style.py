"""The look of painted charts in a window: what `gpuplanner.render` is given for a theme."""

from __future__ import annotations

from gpuplanner.render.painting import PaintStyle
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme


def chart_style(theme: Theme) -> PaintStyle:
    """Colours, fonts and scale of a theme as they are now."""
    return PaintStyle(
        theme.tokens,
        theme.font(CAPTION),
        theme.font(CAPTION, SEMIBOLD),
        theme.font(TABLE),
        theme.font(TABLE, SEMIBOLD),
        theme.scale,
    )
