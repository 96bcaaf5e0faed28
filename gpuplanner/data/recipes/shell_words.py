"""Reads the words of a shell script's command and runs nothing: variables, quotes, continued lines."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from gpuplanner.core.errors import InputError

_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,200})=(.*)", re.DOTALL)
_VARIABLE = re.compile(
    r"\$(?:([A-Za-z_][A-Za-z0-9_]{0,200})|\{([A-Za-z_][A-Za-z0-9_]{0,200})(?::?-([^}]*))?\})"
)
_SIGNS = "\n;&|()<>"
_ENDS = frozenset("\n;&|")
_MAX_CHARACTERS = 2**16
"""Of one word: a variable that doubles itself in each line must not fill the memory."""


@dataclass(frozen=True)
class Command:
    """One command of a script: its words with variables filled in, and the variables' values."""

    words: tuple[str, ...]
    variables: dict[str, str]


def find_command(text: str, program: str, where: str) -> Command | None:
    """The last command that runs ``program`` (a file name); None when there is none.

    Raises:
        InputError: the quotes do not match, or a variable grows without bounds.
    """
    lexer = shlex.shlex(_CONTINUED.sub(" ", text), posix=True, punctuation_chars=_SIGNS)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = "#"
    variables: dict[str, str] = {}
    words: list[str] = []
    found: tuple[str, ...] | None = None
    try:
        for token in lexer:
            if _ENDS.intersection(token) and not token.strip(_SIGNS):
                found = _settled(words, program) or found
                words = []
                continue
            assignment = _ASSIGNMENT.fullmatch(token)
            if assignment is not None and all(word in ("export", "local", "declare") for word in words):
                variables[assignment[1]] = _filled(assignment[2], variables, where)
            else:
                words += _expanded(token, variables, where)
    except ValueError as error:
        raise InputError.of(
            f"is no shell script ({error})".lower(), f"{where}, line {lexer.lineno}", "check its quotes"
        ) from None
    found = _settled(words, program) or found
    return None if found is None else Command(found, variables)


def _settled(words: list[str], program: str) -> tuple[str, ...] | None:
    return tuple(words) if any(word.rsplit("/", 1)[-1] == program for word in words) else None


def _expanded(token: str, variables: dict[str, str], where: str) -> list[str]:
    """The words that a token becomes; an unquoted variable may hold several."""
    filled = _filled(token, variables, where)
    return filled.split() if token.startswith("$") else [filled]


def _filled(token: str, variables: dict[str, str], where: str) -> str:
    def value(match: re.Match[str]) -> str:
        return variables.get(match[1] or match[2], match[3] or match[0])

    filled = _VARIABLE.sub(value, token)
    if len(filled) > _MAX_CHARACTERS:
        raise InputError.of("a variable grows without bounds", where, "write its value out")
    return filled
