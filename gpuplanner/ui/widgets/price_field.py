"""A price in a form: reads 2.5, 2.50 €/h and EUR 2.5, keeps the currency, and steps by tenths."""

from __future__ import annotations

from gpuplanner.core.fields import FieldSpec, Value, check_limits
from gpuplanner.core.price import Per, Price, read_price, written_price
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.number_field import NumberField, Steps


class PriceField(NumberField):
    """Its value is the price as `written_price` has it ("2.5 EUR"), or None where none is entered.

    ``spec`` gives the limits of the amount; ``unit`` is what the price is for, painted behind it.  A currency
    is typed letter by letter, so a text that is no price (yet) is told when the field is left.
    """

    def __init__(self, theme: Theme, spec: FieldSpec, per: Per, unit: str = "") -> None:
        self._per = per
        self._untold = ""
        """Why what is being typed cannot be read, as yet."""
        super().__init__(theme, spec, Steps.TENTHS, unit)

    @property
    def price(self) -> Price | None:
        """The value, read."""
        return price_of_value(self.value, self._per)

    def set_value(self, value: Value) -> None:
        """Show a value; a text being typed is left alone while the value stays the same."""
        if not self._untold or value != self._value:
            self._untold = ""
            super().set_value(value)

    def _text_edited(self, text: str) -> None:
        try:
            self._parse(text)
        except ValueError as error:
            self._untold = str(error)
            return
        self._untold = ""
        super()._text_edited(text)

    def _tidy(self) -> None:
        if self._untold:
            self.unreadable.emit(self.text(), self._untold)
            self._untold = ""
        super()._tidy()

    def _parse(self, text: str) -> Value:
        plain = text.removesuffix(self._unit).strip()
        if not plain:
            return None
        price = read_price(plain, self._per)
        check_limits(self._spec, price.amount)
        return written_price(price)

    def _amount_of(self, value: Value) -> float:
        price = price_of_value(value, self._per)
        return 0.0 if price is None else price.amount

    def _with_amount(self, value: Value, amount: float) -> Value:
        price = price_of_value(value, self._per)
        return written_price(Price(amount, "" if price is None else price.currency))


def price_of_value(value: object, per: Per = Per.GPU_HOUR) -> Price | None:
    """The price that a field's value means; None for no value."""
    return read_price(value, per) if isinstance(value, str) and value else None


def value_of_price(price: Price | None) -> str | None:
    """The field's value for a price."""
    return None if price is None else written_price(price)
