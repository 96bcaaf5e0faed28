"""What trials were last started with, as the settings keep it: Python, place, steps, warm-up, time limit."""

from __future__ import annotations

from dataclasses import replace

from gpuplanner.trial.place import TrialPlace, Where
from gpuplanner.ui.trial.trial_options import MOST_STEPS, TrialWishes

_LONGEST_S = 86_400.0


def kept_of(wishes: TrialWishes, python: str) -> tuple[tuple[str, str], ...]:
    """The texts to remember; empty ones say nothing and are left out."""
    place, limit = wishes.place, wishes.time_limit_s
    texts = {
        "python": python,
        "steps": str(wishes.steps),
        "warm_up_steps": str(wishes.warm_up_steps),
        "time_limit_s": "none" if limit is None else f"{limit:g}",
        "where": place.where.value,
        "host": place.host,
        "far_python": place.python,
        "srun_options": place.srun_options,
    }
    return tuple((name, text) for name, text in texts.items() if text)


def wishes_of(kept: tuple[tuple[str, str], ...]) -> tuple[TrialWishes, str]:
    """The wishes and the Python that was picked; what cannot be read stands at its default."""
    texts, usual = dict(kept), TrialWishes()
    where = texts.get("where", "")
    place = TrialPlace(
        Where(where) if where in set(Where) else Where.HERE,
        python=texts.get("far_python", ""),
        host=texts.get("host", ""),
        srun_options=texts.get("srun_options", ""),
    )
    limit = _number(texts.get("time_limit_s", ""), 1, _LONGEST_S)
    wishes = replace(
        usual,
        steps=round(_number(texts.get("steps", ""), 1, MOST_STEPS) or usual.steps),
        warm_up_steps=round(_or(_number(texts.get("warm_up_steps", ""), 0, MOST_STEPS), usual.warm_up_steps)),
        time_limit_s=None if texts.get("time_limit_s") == "none" else limit or usual.time_limit_s,
        place=place,
    )
    return wishes, texts.get("python", "")


def _number(text: str, low: float, high: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if low <= value <= high else None


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value
