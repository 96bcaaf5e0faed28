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
_COUNT = r"physics|[\d,]+ (?:trials?|dry runs?|rows?)"
_COUNTS = re.compile(rf"(?:{_COUNT})(?:(?: \+ | and |, )(?:{_COUNT}))*")
"""What was learned from: "physics + 1 trial", "81 rows"."""


def language_name() -> str:
    """What the language of the window calls itself; also tells one language's cached texts from another's."""
    return QCoreApplication.translate("language", "English")


def language_code() -> str:
    """The code of the window's language, "en" or such as "zh_CN"."""
    return QCoreApplication.translate("language", "en")


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
    if _COUNTS.fullmatch(text):
        return _counts(text)
    for template, pattern, longest in _patterns():
        if longest in text and (match := pattern.fullmatch(text)):
            return QCoreApplication.translate("core", template).format(*map(told, match.groups()))
    return _told_in_two(text)


def _told_in_two(text: str) -> str:
    """A text that was put together: place and problem, or problem and hint."""
    joined = {": ": ("{where}: {text}", "where", "text"), "; ": ("{what}; {hint}", "what", "hint")}
    for sign, (template, *names) in joined.items():
        parts = text.split(sign, 1)
        new = [told(part) for part in parts] if len(parts) == 2 else parts
        if new != parts:
            values = dict(zip(names, new, strict=True))
            return QCoreApplication.translate("told", template).format(**values)
    words = [_known(word) for word in text.split(", ")]
    return QCoreApplication.translate("told", ", ").join(filter(None, words)) if all(words) else text


def _counts(text: str) -> str:
    """How many rows of which kind, in their order."""
    translate = QCoreApplication.translate
    words = {
        "physics": translate("told", "physics"),
        "trial": translate("told", "{n} trial"),
        "trials": translate("told", "{n} trials"),
        "dry run": translate("told", "{n} dry run"),
        "dry runs": translate("told", "{n} dry runs"),
        "row": translate("told", "{n} row"),
        "rows": translate("told", "{n} rows"),
    }

    def count(match: re.Match[str]) -> str:
        return words[match[2] or match[0]].format(n=match[1])

    return re.sub(r"([\d,]+) ([a-z]+(?: runs?)?)|physics", count, text).replace(
        " and ", translate("told", " and ")
    )


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
