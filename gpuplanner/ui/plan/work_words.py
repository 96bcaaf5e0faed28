"""Hours, energy and money of the whole run, as the figures beside the time of a step."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import WorkEstimate, WorkRequest
from gpuplanner.core.price import is_sign, price_text, with_currency
from gpuplanner.core.units import signed
from gpuplanner.ui.plan.time_figures import Figure
from gpuplanner.ui.wording import Wording


class WorkWords(QObject):
    """Figures of the work; money is shown where the user has named a price."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def figures(self, work: WorkEstimate, request: WorkRequest, inference: bool) -> tuple[Figure, ...]:
        """Hours, kWh and what the GPUs cost; ``request`` holds the prices."""
        number, unit = self._wording.hours(work.hours)
        count = self.tr("{n} tokens") if inference else self.tr("{n} steps")
        figures = [Figure(number, unit, count.format(n=f"{work.steps:,}"))]
        if work.kwh is not None:
            figures.append(self._energy(work, work.kwh, request))
        if work.cost is not None and request.price_per_gpu_hour is not None:
            amount, currency = _amount(work.cost), request.currency
            cost = with_currency(amount, currency)
            if is_sign(currency):
                amount, currency = cost, ""
            price = price_text(request.price_per_gpu_hour, request.currency)
            below = self.tr("{price} an hour").format(price=price)
            bare = price_text(request.price_per_gpu_hour, "")
            aside = self.tr("cost {cost} at {price} an hour").format(cost=cost, price=bare)
            figures.append(Figure(amount, currency or self.tr("cost"), below, aside=aside))
        return tuple(figures)

    def _energy(self, work: WorkEstimate, kwh: float, request: WorkRequest) -> Figure:
        """The kWh, and behind them what they cost: a price of theirs, so no figure beside the cost."""
        number, unit = _amount(kwh), self.tr("kWh")
        # As exact as the hours beside it, with which it is equal on one GPU.
        decimals = 1 if work.gpu_hours < 100 else 0
        below = self.tr("{n} GPU-hours").format(n=signed(work.gpu_hours, decimals, plus=False))
        electricity, cost = request.electricity, work.electricity_cost
        if electricity is None or cost is None:
            return Figure(number, unit, below)
        money = with_currency(_amount(cost), electricity.currency)
        tip = self.tr(
            "Electricity alone: {kwh} kWh at {price} per kWh, your price in the settings, are {cost}. "
            "The cards count at their power limit, the rest of the computer does not. "
            "It is not added to the cost of GPU-hours: a rented GPU mostly includes it."
        ).format(kwh=number, price=price_text(electricity.amount, electricity.currency), cost=money)
        aside = self.tr("electricity alone ≈ {cost}").format(cost=money)
        return Figure(number, self.tr("kWh ≈ {cost}").format(cost=money), below, tip, unit, aside)


def _amount(value: float) -> str:
    return signed(value, 0 if value >= 10 else 1 if value >= 0.1 else 2, plus=False)
