"""Options of the commands: plan fields become options by their declaration, problems one clear line each."""

from __future__ import annotations

import argparse
from typing import NoReturn

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import PLAN_FIELDS, Plan, plan_from_texts
from gpuplanner.core.units import read_number, shorten


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are `InputError`s, printed by the one place that prints them."""

    def error(self, message: str) -> NoReturn:
        """Raises InputError with the message and where help is."""
        raise InputError.of(message, self.prog, f"see {self.prog} --help")


def add_plan_options(parser: argparse.ArgumentParser) -> None:
    """One option per plan field, read by the field's own declaration."""
    group = parser.add_argument_group("plan", "every field of a plan; see --help for choices and defaults")
    for spec in PLAN_FIELDS:
        default = spec.unset or write_value(spec.default)
        choices = ", ".join(spec.choices)
        words = [spec.help, f"({spec.unit})" if spec.unit else "", f"[{choices}]" if choices else ""]
        text = " ".join(word for word in words if word) + (f"; default: {default}" if default else "")
        group.add_argument(
            spec.option, metavar=spec.name.upper(), dest=spec.name, help=text.replace("%", "%%")
        )


def plan_from_options(options: argparse.Namespace) -> Plan:
    """The plan that the options describe.

    Raises:
        InputError: with one problem per field that cannot be read.
    """
    texts = {spec.name: getattr(options, spec.name) for spec in PLAN_FIELDS}
    # An option that is given but empty is a slip of a script, not a wish for the default.
    empty = [name for name, text in texts.items() if text is not None and not text.strip()]
    if empty:
        raise InputError(
            InputProblem("is empty", name, "give a value, or leave the option out") for name in empty
        )
    return plan_from_texts({name: text for name, text in texts.items() if text is not None})


MOST = 1e15
"""Above every budget, data set and price that can be meant."""


def number_option(text: str, name: str, low: float = 0.0) -> float:
    """Read a number of a work or budget option.

    Raises:
        InputError: it is no number, below ``low``, or absurdly large.
    """
    try:
        value = read_number(text)
    except ValueError as error:
        raise InputError.of(str(error), name) from None
    if value < low:
        raise InputError.of(f"{shorten(text)} is below {low:g}", name)
    if value > MOST:
        raise InputError.of(f"{shorten(text)} is above {MOST:g}", name)
    return value
