"""What the user chose for the report, also as the texts that a document keeps of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from gpuplanner.core.price import Per, Price, read_price, written_price

Settings = tuple[tuple[str, str], ...]
"""(name, value) as a document keeps them."""

_OURS = "report_"


@dataclass(frozen=True)
class ReportChoice:
    """``plans`` (of the window; not kept) and ``cards`` by their keys; ``priced_on``: when the price was
    entered, ISO 8601."""

    plans: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    paper: str = "a4"
    language: str = "en"
    title: str = ""
    price_per_gpu_hour: float | None = None
    priced_on: str = ""
    currency: str = ""
    """Of the price, as it was typed."""
    electricity: Price | None = None
    """What a kWh costs; None: electricity is not counted in money."""


@dataclass(frozen=True)
class Choices:
    """What there is to choose from."""

    sections: Collection[str]
    cards: Collection[str]
    papers: Collection[str]
    languages: Collection[str]


def with_settings(choice: ReportChoice, kept: Iterable[tuple[str, str]], choices: Choices) -> ReportChoice:
    """The choice with what a document remembers; what is no choice (any more) is left as it is."""
    texts = {name.removeprefix(_OURS): value for name, value in kept if name.startswith(_OURS)}
    price = price_of(f"{texts.get('price_per_gpu_hour', '')} {texts.get('currency', '')}")
    priced_on = texts.get("priced_on", "")
    # A document that remembers no price of electricity wants none, whatever the settings say.
    electricity = (
        price_of(texts["price_per_kwh"], Per.KWH) if "price_per_kwh" in texts else choice.electricity
    )
    return replace(
        choice,
        sections=_listed(texts.get("sections"), choices.sections, choice.sections),
        cards=_listed(texts.get("cards"), choices.cards, choice.cards),
        paper=texts["paper"] if texts.get("paper") in choices.papers else choice.paper,
        language=texts["language"] if texts.get("language") in choices.languages else choice.language,
        title=texts.get("title", choice.title),
        price_per_gpu_hour=choice.price_per_gpu_hour if price is None else price.amount,
        currency=choice.currency if price is None else price.currency,
        priced_on=priced_on if _is_date(priced_on) else choice.priced_on,
        electricity=electricity,
    )


def to_settings(choice: ReportChoice, others: Iterable[tuple[str, str]] = ()) -> Settings:
    """The choice as a document keeps it, behind what else the document keeps."""
    price, electricity = choice.price_per_gpu_hour, choice.electricity
    texts = {
        "paper": choice.paper,
        "language": choice.language,
        "sections": "+".join(choice.sections),
        "cards": "+".join(choice.cards),
        "title": choice.title,
        "price_per_gpu_hour": "" if price is None else written_price(Price(price)),
        "priced_on": "" if price is None else choice.priced_on,
        "currency": "" if price is None else choice.currency,
        "price_per_kwh": "" if electricity is None else written_price(electricity),
    }
    theirs = tuple(pair for pair in others if not pair[0].startswith(_OURS))
    return (*theirs, *((_OURS + name, value) for name, value in texts.items()))


def price_of(text: str, per: Per = Per.GPU_HOUR) -> Price | None:
    """A price as it is typed; None for an empty text and for what is no price."""
    try:
        return read_price(text, per)
    except ValueError:
        return None


def _listed(text: str | None, among: Iterable[str], else_: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a list joined by "+" that there are, in their own order."""
    if text is None:
        return else_
    listed = text.split("+")
    return tuple(item for item in among if item in listed)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
