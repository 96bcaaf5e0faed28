"""What the packages below the window say, in the window's language: problems, states, assumptions, notes.

Those packages know nothing of languages: they say plain English, with figures in it.  Their texts are listed
in `gpuplanner.ui.core_texts`, with ``{0}`` where a figure stands, and are recognised here again.  A text that
is not listed stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.errors import InputError, InputProblem

_PLACE = re.compile(r"\{(\d)\}")


def language_name() -> str:
    """What the language of the window calls itself; also tells one language's cached texts from another's."""
    return QCoreApplication.translate("language", "English")


def told(text: str) -> str:
    """A text of the core in the window's language."""
    language = language_name()
    return text if language == "English" or not text else _told(text, language)


def told_problem(problem: InputProblem) -> str:
    """A problem in one line, as `InputProblem.line`."""
    text = told_advice(problem.what, problem.hint)
    if not problem.where:
        return text
    return QCoreApplication.translate("told", "{where}: {text}").format(where=told(problem.where), text=text)


def told_problems(problems: Iterable[InputProblem]) -> str:
    """A line for each problem."""
    return "\n".join(map(told_problem, problems))


def told_error(error: Exception | None) -> str:
    """What a failure says, one line for each problem; nothing where there is none."""
    if isinstance(error, InputError):
        return told_problems(error.problems)
    return "" if error is None else told(str(error))


def told_advice(what: str, to_do: str) -> str:
    """What is the matter and what to do about it, in one line."""
    if not to_do:
        return told(what)
    return QCoreApplication.translate("told", "{what}; {hint}").format(what=told(what), hint=told(to_do))


def as_sentence(text: str) -> str:
    """A text in the window's language with a large first letter and a full stop."""
    text = text.strip()
    if not text or text[-1] in ".!?…。！？":
        return text[:1].upper() + text[1:]
    return QCoreApplication.translate("told", "{sentence}.").format(sentence=text[:1].upper() + text[1:])


@lru_cache(maxsize=2048)
def _told(text: str, _language: str) -> str:
    if (known := _known(text)) is not None:
        return known
    for template, pattern, longest in _patterns():
        if longest in text and (match := pattern.fullmatch(text)):
            values = [found if (known := _known(found)) is None else known for found in match.groups()]
            return QCoreApplication.translate("core", template).format(*values)
    return text


def _known(text: str) -> str | None:
    for context in ("core", "fields"):
        known = QCoreApplication.translate(context, text)
        if known != text:
            return known
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], str]]:
    """(template, what it matches, its longest fixed piece): the most particular first."""
    # Only where the window is not English: the list is long.
    from gpuplanner.ui.core_texts import TEMPLATES

    found = []
    for template in sorted(map(str, TEMPLATES), key=lambda text: -len(_PLACE.sub("", text))):
        pieces = _PLACE.split(template)[::2]
        pattern = re.compile("(.*?)".join(map(re.escape, pieces)), re.DOTALL)
        found.append((template, pattern, max(pieces, key=len)))
    return found
