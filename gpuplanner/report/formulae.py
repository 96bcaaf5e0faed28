"""The formulae, constants and switches of the estimator as Markdown, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterable

from gpuplanner.core.estimate import PARTS
from gpuplanner.estimator.constants import Constant, MemoryConstants, TimeConstants, declared
from gpuplanner.estimator.memory_moments import MOMENTS
from gpuplanner.estimator.memory_terms import TERMS
from gpuplanner.estimator.methods import SWITCHES
from gpuplanner.estimator.time_terms import TIME_TERMS

_INTRODUCTION = """# Formulae

Memory is the fullest moment of a step. Each phase is a sum of named parts, per GPU:

    allocated = largest phase
    reserved  = largest of (phase + what the allocator keeps beside it)
    device    = reserved + CUDA context            (what NVML and nvidia-smi show)

Symbols: P parameters, N adapter parameters, C second copies of trained embeddings, T everything that is
trained, E embeddings, H head, W the linears of one layer, h hidden size, f width of the MLP, L layers,
V vocabulary, t tokens of a micro batch (length × micro batch), g GPUs, b bytes of a stored parameter,
d bytes of an adapter parameter, r bytes of the residual stream.

The range is meant to hold nine of ten true figures. It adds up how doubtful each term is and how much of the
figure it makes; the doubts were set on the Qwen profile (`gpuplanner accuracy` prints how many cells it holds
there and on other tables).
"""

_VERDICT = """## Verdict

**Does not fit**: the estimate is above the budget. **Fits**: the whole 90 % range is within the budget, and
the estimate takes at most 90 % of it. **Tight**: anything between.
"""

_RULE = """## Rule of thumb (for comparison only)

Weights take 4 (float), 2 (bf16) or 1 (int8) bytes per parameter: 28, 14 or 7 GB for 7B. Training adds
gradients of 1 and an optimizer of 2 (AdamW) or 1 (SGD) times the 16-bit weights. It knows no length, no
adapters, no logits and no sharding.
"""


def formulae_markdown() -> str:
    """The whole text of Help → Formulae."""
    sections = [
        _INTRODUCTION,
        *(_part(part) for part in PARTS),
        _time(),
        _VERDICT,
        _RULE,
        constants_markdown(),
        switches_markdown(),
    ]
    return "\n".join(section for section in sections if section)


_WORDS = {"kv_cache": "KV cache", "temporary": "Temporaries"}
"""Parts that the window calls otherwise than the code."""


def _part(part: str) -> str:
    rows = [
        (term.name, term.formula, ", ".join(dict.fromkeys(MOMENTS[m] for m in term.moments)), term.source)
        for term in TERMS
        if term.part == part
    ]
    name = part.removesuffix("_bytes")
    title = _WORDS.get(name, name.capitalize())
    return f"## {title}\n\n" + markdown_table(("Term", "Formula", "Alive in", "Source"), rows) if rows else ""


def _time() -> str:
    rows = [(term.name, term.formula, term.source) for term in TIME_TERMS]
    return "## Time of a step\n\n" + markdown_table(("Share", "Formula", "Source"), rows)


def constants_markdown() -> str:
    """Every constant with its value, unit, meaning and origin."""

    def line(constant: Constant) -> tuple[str, ...]:
        return (constant.name, f"{constant.value:g}", constant.unit, constant.meaning, constant.origin)

    rows = [line(constant) for group in (MemoryConstants(), TimeConstants()) for constant in declared(group)]
    return "## Constants\n\n" + markdown_table(("Name", "Value", "Unit", "Meaning", "Origin"), rows)


def switches_markdown() -> str:
    """Every switch: what the code of a framework does, and where that is written."""
    rows = [(switch.name, switch.meaning, switch.source) for switch in SWITCHES]
    return "## Switches: what the code of a framework does\n\n" + markdown_table(
        ("Switch", "Meaning", "Source"), rows
    )


def markdown_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of texts; marks of Markdown in them are taken as they are."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    for mark in ("\\", "|", "*", "_", "<", "["):
        text = text.replace(mark, "\\" + mark)
    return text
