"""The colours and sizes of the design, as plain data: the window, the charts and the PDF paint from these.

Source: `design.md` §3.  Colours are ``#RRGGBB`` texts, so that this module needs no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

CAPTION, TABLE, TEXT, TITLE, FIGURE, VERDICT = 11, 12, 13, 15, 20, 28
"""Sizes of type in pixels, before the user's own factor."""
REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
"""Weights of type: text, values, heads, verdict."""

_DARK_INK = "#0E1014"
_PART_OF = {
    "kv_cache": "optimizer",  # inference has no optimizer, so the two never stand side by side
    "temporary": "temporaries",
    "fragmentation": "overhead",
    "context": "overhead",
}


@dataclass(frozen=True, eq=False, repr=False)  # there are three, told apart by identity
class Tokens:
    """One palette: every colour by what it means."""

    name: str
    dark: bool
    frames: bool
    """Verdicts stand in a frame of their colour instead of on a tint (high contrast)."""
    focus_width: int

    window: str
    surface: str
    raised: str
    header: str
    hover: str
    track: str
    line: str
    line_strong: str
    control: str
    ink: str
    text2: str
    text3: str
    accent: str
    on_accent: str
    accent_soft: str
    trial: str
    others: str
    reserved: str
    fits: str
    fits_tint: str
    tight: str
    tight_tint: str
    no: str
    no_tint: str

    part_weights: str
    part_adapters: str
    part_gradients: str
    part_optimizer: str
    part_activations: str
    part_logits: str
    part_temporaries: str
    part_overhead: str
    on_part_weights: str
    on_part_adapters: str
    on_part_gradients: str
    on_part_optimizer: str
    on_part_activations: str
    on_part_logits: str
    on_part_temporaries: str
    on_part_overhead: str

    def part(self, name: str) -> str:
        """The colour of a part: ``weights``, ``weights_bytes``, ``kv_cache_bytes``, ``overhead`` …

        Raises:
            AttributeError: the name is no part.
        """
        return str(getattr(self, f"part_{_part_key(name)}"))

    def on_part(self, name: str) -> str:
        """The colour of text on that part."""
        return str(getattr(self, f"on_part_{_part_key(name)}"))

    def verdict(self, fits: str) -> tuple[str, str]:
        """(text, tint) of a verdict by its value in `core.estimate.Fits`: ``yes``, ``tight``, ``no``."""
        key = "fits" if fits == "yes" else fits
        return str(getattr(self, key)), str(getattr(self, f"{key}_tint"))


PART_NAMES: tuple[str, ...] = (
    "weights",
    "adapters",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "temporaries",
    "overhead",
)
"""In the only order in which neighbours stay apart for colour-blind eyes."""


def _part_key(name: str) -> str:
    key = name.removesuffix("_bytes")
    return _PART_OF.get(key, key)


LIGHT = Tokens(
    name="light",
    dark=False,
    frames=False,
    focus_width=2,
    window="#F3F4F6",
    surface="#FFFFFF",
    raised="#FAFBFC",
    header="#F7F8FA",
    hover="#EEF0F3",
    track="#E6E9ED",
    line="#E1E4E9",
    line_strong="#C9CED6",
    control="#868E9A",
    ink="#1B1E24",
    text2="#555C68",
    text3="#646B77",
    accent="#1F62D0",
    on_accent="#FFFFFF",
    accent_soft="#E4EDFB",
    trial="#B0138A",
    others="#8B95A3",
    reserved="#B9C0CA",
    fits="#1A7A58",
    fits_tint="#E8F4EF",
    tight="#8A6100",
    tight_tint="#FBF3DF",
    no="#A3140B",
    no_tint="#FBEAE8",
    part_weights="#1F3552",
    part_adapters="#4C9BC5",
    part_gradients="#135D52",
    part_optimizer="#6B9272",
    part_activations="#4A3285",
    part_logits="#A070B4",
    part_temporaries="#6B3F12",
    part_overhead="#7C8188",
    on_part_weights="#FFFFFF",
    on_part_adapters=_DARK_INK,
    on_part_gradients="#FFFFFF",
    on_part_optimizer=_DARK_INK,
    on_part_activations="#FFFFFF",
    on_part_logits=_DARK_INK,
    on_part_temporaries="#FFFFFF",
    on_part_overhead=_DARK_INK,
)

DARK = Tokens(
    name="dark",
    dark=True,
    frames=False,
    focus_width=2,
    window="#15171B",
    surface="#1D2025",
    raised="#22262C",
    header="#22252B",
    hover="#282C33",
    track="#2B3038",
    line="#2E333B",
    line_strong="#434A55",
    control="#727A87",
    ink="#E8EAEE",
    text2="#A5ACB8",
    text3="#8D94A0",
    accent="#6EA3FF",
    on_accent="#0D1420",
    accent_soft="#223555",
    trial="#F07AD0",
    others="#7C8694",
    reserved="#525B67",
    fits="#5FD3A8",
    fits_tint="#1B2F29",
    tight="#F0B554",
    tight_tint="#352B18",
    no="#F4796B",
    no_tint="#3A211F",
    part_weights="#5A7290",
    part_adapters="#7ECCF9",
    part_gradients="#4F9390",
    part_optimizer="#A7CFB1",
    part_activations="#8962B9",
    part_logits="#CDA3CB",
    part_temporaries="#9A6645",
    part_overhead="#BFC3CA",
    on_part_weights="#FFFFFF",
    on_part_adapters=_DARK_INK,
    on_part_gradients=_DARK_INK,
    on_part_optimizer=_DARK_INK,
    on_part_activations="#FFFFFF",
    on_part_logits=_DARK_INK,
    on_part_temporaries="#FFFFFF",
    on_part_overhead=_DARK_INK,
)

HIGH_CONTRAST = Tokens(
    name="high-contrast",
    dark=True,
    frames=True,
    focus_width=2,
    window="#000000",
    surface="#000000",
    raised="#000000",
    header="#000000",
    hover="#333333",
    track="#262626",
    line="#8C8C8C",
    line_strong="#FFFFFF",
    control="#FFFFFF",
    ink="#FFFFFF",
    text2="#FFFFFF",
    text3="#E0E0E0",
    accent="#7FB2FF",
    on_accent="#000000",
    accent_soft="#003A8C",
    trial="#FF8CE0",
    others="#B5BDC9",
    reserved="#7A8490",
    fits="#6BF2C2",
    fits_tint="#000000",
    tight="#FFD24A",
    tight_tint="#000000",
    no="#FF9A8F",
    no_tint="#000000",
    part_weights="#5A7290",
    part_adapters="#7ECCF9",
    part_gradients="#4F9390",
    part_optimizer="#A7CFB1",
    part_activations="#8962B9",
    part_logits="#CDA3CB",
    part_temporaries="#9A6645",
    part_overhead="#BFC3CA",
    on_part_weights="#FFFFFF",
    on_part_adapters=_DARK_INK,
    on_part_gradients=_DARK_INK,
    on_part_optimizer=_DARK_INK,
    on_part_activations="#FFFFFF",
    on_part_logits=_DARK_INK,
    on_part_temporaries="#FFFFFF",
    on_part_overhead=_DARK_INK,
)
