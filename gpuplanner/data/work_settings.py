"""How much is to be trained, as the texts that a document keeps among its settings."""

from __future__ import annotations

from collections.abc import Iterable

from gpuplanner.core.estimate import WorkRequest
from gpuplanner.core.price import Price, read_price, written_price
from gpuplanner.core.units import read_number

_SAMPLES, _EPOCHS, _PRICE = "plan_samples", "plan_epochs", "plan_price_per_gpu_hour"
_OURS = (_SAMPLES, _EPOCHS, _PRICE)
_MOST_SAMPLES, _MOST_EPOCHS = 10**12, 10**6

Settings = tuple[tuple[str, str], ...]
"""(name, value)"""


def kept_work(settings: Iterable[tuple[str, str]]) -> WorkRequest | None:
    """The work that a document keeps; None: none, or what stands there is no work (any more)."""
    texts = {name: value for name, value in settings if name in _OURS}
    try:
        samples = read_number(texts[_SAMPLES])
        epochs = read_number(texts[_EPOCHS], count=False)
        price = read_price(texts[_PRICE]) if texts.get(_PRICE) else None
    except (KeyError, ValueError):
        return None
    if not (1 <= samples <= _MOST_SAMPLES and 0 < epochs <= _MOST_EPOCHS):
        return None
    if price is None:
        return WorkRequest(int(samples), epochs)
    return WorkRequest(int(samples), epochs, price.amount, price.currency)


def with_kept_work(settings: Iterable[tuple[str, str]], work: WorkRequest) -> Settings:
    """The settings with this work in them, behind what else the document keeps."""
    price = work.price_per_gpu_hour
    texts = {
        _SAMPLES: str(work.samples),
        _EPOCHS: repr(float(work.epochs)),
        _PRICE: "" if price is None else written_price(Price(price, work.currency)),
    }
    return (*(pair for pair in settings if pair[0] not in _OURS), *texts.items())
