"""The palette can be read in all three themes, by every eye, and a change of theme reaches everybody."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gpuplanner.render.monitor_lines import AREA_TINT
from gpuplanner.render.monitor_paint import WORDS_GROUND
from gpuplanner.render.painting import mix
from gpuplanner.render.tokens import DARK, HIGH_CONTRAST, LIGHT, PART_NAMES, Tokens
from gpuplanner.render.trial_step_paint import PART_TINT
from gpuplanner.ui.icons import IconBinding
from gpuplanner.ui.stylesheet import stylesheet
from gpuplanner.ui.theme import Mode, Theme, palette

PALETTES = [LIGHT, DARK, HIGH_CONTRAST]

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(color: str) -> tuple[float, float, float]:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    lights = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = (max(channel, 0.0) for channel in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def distance(one: str, other: str, vision: str) -> float:
    """OKLab distance × 100 as eyes of this kind see it."""
    labs = []
    for color in (one, other):
        rgb = linear(color)
        seen = tuple(sum(m * c for m, c in zip(line, rgb, strict=True)) for line in VISION[vision])
        labs.append(oklab((seen[0], seen[1], seen[2])))
    return 100 * sum((a - b) ** 2 for a, b in zip(*labs, strict=True)) ** 0.5


TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "text2", "text3") for ground in ("surface", "header", "raised")),
    ("ink", "window"),
    ("text2", "window"),
    ("text3", "window"),
    ("ink", "hover"),
    ("text2", "hover"),
    ("text3", "hover"),
    ("text2", "track"),
    ("surface", "ink"),
    *((text, "window") for text in ("accent", "trial", "fits", "tight", "no")),
    *((text, ground) for text in ("accent", "trial", "fits", "tight") for ground in ("header", "raised")),
    ("no", "raised"),
    ("no", "hover"),
    ("ink", "track"),
    ("ink", "accent_soft"),
    ("text2", "accent_soft"),
    ("accent", "surface"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("trial", "surface"),
    ("trial", "accent_soft"),
    ("fits", "surface"),
    ("fits", "fits_tint"),
    ("tight", "surface"),
    ("tight", "tight_tint"),
    ("no", "surface"),
    ("no", "no_tint"),
    ("no", "accent_soft"),
    ("no", "header"),
    ("ink", "fits_tint"),
    ("ink", "tight_tint"),
    ("ink", "no_tint"),
    ("text2", "fits_tint"),
    ("text2", "tight_tint"),
    ("text2", "no_tint"),
]


@pytest.mark.parametrize("tokens", PALETTES, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_that_every_text_can_be_read_on_its_ground(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", PALETTES, ids=lambda tokens: tokens.name)
def test_that_borders_of_inputs_and_bars_can_be_seen(tokens: Tokens) -> None:
    for ground in ("surface", "window", "raised"):
        assert contrast(tokens.control, getattr(tokens, ground)) >= 3.0
    for name in PART_NAMES:
        assert contrast(tokens.part(name), tokens.surface) >= 3.0
        assert contrast(tokens.on_part(name), tokens.part(name)) >= 4.5


@pytest.mark.parametrize("tokens", PALETTES, ids=lambda tokens: tokens.name)
def test_that_labels_in_charts_can_be_read_on_what_they_lie_over(tokens: Tokens) -> None:
    """Names of parts on their tints, figures on the range's band, words of the monitor over its areas."""
    for name in PART_NAMES:
        assert contrast(tokens.ink, mix(tokens.part(name), tokens.surface, PART_TINT).name()) >= 4.5
    for color in (tokens.accent, tokens.reserved, tokens.others, tokens.trial):
        band = mix(color, tokens.surface, AREA_TINT).name()
        ground = mix(tokens.surface, band, WORDS_GROUND).name()
        for words in (tokens.accent, tokens.text2):
            assert contrast(words, ground) >= 4.5


@pytest.mark.parametrize("tokens", PALETTES, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("vision", VISION)
def test_that_neighbouring_parts_stay_apart_for_every_eye(tokens: Tokens, vision: str) -> None:
    for left, right in pairwise(PART_NAMES):
        assert distance(tokens.part(left), tokens.part(right), vision) >= 18.0


def test_that_parts_are_found_by_the_estimators_names() -> None:
    assert LIGHT.part("weights_bytes") == LIGHT.part_weights
    assert LIGHT.part("kv_cache_bytes") == LIGHT.part_optimizer
    assert LIGHT.part("temporary_bytes") == LIGHT.part_temporaries
    assert LIGHT.part("context_bytes") == LIGHT.part_overhead
    with pytest.raises(AttributeError):
        LIGHT.part("nonsense")


def test_that_an_unfocused_selection_and_disabled_text_are_quiet() -> None:
    made = palette(LIGHT)
    inactive, disabled = QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled
    role = QPalette.ColorRole
    assert made.color(inactive, role.Highlight).name().upper() == LIGHT.accent_soft
    assert made.color(inactive, role.HighlightedText).name().upper() == LIGHT.ink
    assert made.color(disabled, role.Text).name().upper() == LIGHT.text3


def test_that_a_change_of_theme_dresses_the_application_and_tells_painters(
    theme: Theme, qapp: QApplication
) -> None:
    heard = []
    theme.changed.connect(lambda: heard.append(theme.tokens))
    theme.set_mode(Mode.DARK)
    assert heard == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == DARK.surface
    theme.set_mode(Mode.DARK)
    assert len(heard) == 1
    theme.set_user_scale(1.5)
    assert (theme.px(26), theme.font(12).pixelSize()) == (39, 18)


def test_that_figures_are_tabular_in_every_weight(theme: Theme) -> None:
    from PySide6.QtGui import QFontInfo, QFontMetricsF

    for weight in (400, 500, 600, 700):
        font = theme.font(12, weight)
        assert QFontInfo(font).family() == "Inter"
        widths = {round(QFontMetricsF(font).horizontalAdvance(digit), 1) for digit in "0123456789"}
        assert len(widths) == 1


def test_that_a_size_beyond_reason_is_held_back(theme: Theme) -> None:
    theme.set_user_scale(50)
    assert theme.scale == 3.0


def test_that_the_sheet_has_no_holes() -> None:
    for tokens in PALETTES:
        text = stylesheet(tokens, 1.25)
        assert text.count("{") == text.count("}")
        assert "{{" not in text


def test_that_a_dead_button_does_not_hear_of_themes(theme: Theme, qapp: QApplication) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QPushButton

    parent = QWidget()
    IconBinding(QPushButton(parent), theme, "undo")
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete)
    theme.set_mode(Mode.HIGH_CONTRAST)
