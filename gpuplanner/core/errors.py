"""Problems that a user can solve: what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class InputProblem:
    """One thing that is wrong with what a user gave us.

    ``what`` is a sentence without a full stop, ``where`` names the field, file or row,
    ``hint`` says what to do.  All three may be shown to users as they are.
    """

    what: str
    where: str = ""
    hint: str = ""

    def line(self) -> str:
        """The problem in one line: ``where: what; hint``."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.hint}" if self.hint else text


class InputError(Exception):
    """Raised when input cannot be used; carries every problem found, in the order of the input."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line() for problem in self.problems))

    @classmethod
    def of(cls, what: str, where: str = "", hint: str = "") -> InputError:
        """An error with a single problem."""
        return cls([InputProblem(what, where, hint)])
