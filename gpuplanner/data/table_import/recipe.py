"""What a table leaves unsaid of how its rows were trained: said once for all rows that lack it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gpuplanner.core.plan import Method

Recipe = tuple[tuple[str, str, str], ...]
"""(method, plan field, text of its value); an empty method stands for all.  Others stay at their defaults."""

RECIPE_FIELDS = ("optimizer", "precision", "quantization", "sharding", "grad_checkpointing")
"""Fields that published tables seldom state and that move memory or time by more than a few percent."""


def lacking(recipe: Iterable[tuple[str, str, str]], said: Mapping[str, str]) -> dict[str, str]:
    """What of the recipe applies to a row that says ``said``: its own words win, then its method's.

    A way to pack the frozen weights is that of QLoRA rows alone.
    """
    method = said.get("method", "")
    wanted = {field: text for of, field, text in recipe if not of}
    wanted |= {field: text for of, field, text in recipe if of and of == method}
    return {
        field: text
        for field, text in wanted.items()
        if not said.get(field) and (field != "quantization" or method == Method.QLORA.value)
    }


def assumed(fields: Mapping[str, str]) -> str:
    """The note that a row keeps of it.

    >>> assumed({"optimizer": "adamw", "grad_checkpointing": "true"})
    'assumed at import: optimizer adamw, grad_checkpointing true'
    """
    return "assumed at import: " + ", ".join(f"{field} {text}" for field, text in fields.items())


def with_choice(recipe: Recipe, method: str, field: str, text: str) -> Recipe:
    """The recipe with one choice made, or taken back by an empty text."""
    kept = tuple(choice for choice in recipe if choice[:2] != (method, field))
    return (*kept, (method, field, text)) if text else kept
