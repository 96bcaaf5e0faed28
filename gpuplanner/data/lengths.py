"""Reads the lengths of a data set's samples from a JSONL file, line by line, in little memory."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.sample_lengths import Counted, SampleLengths
from gpuplanner.core.units import shorten
from gpuplanner.data.sample_tokens import NoSample, approximate_tokens, recorded_tokens, sample_tokens

MAX_LINE_BYTES = 2**26
"""A sample of this size has millions of tokens: the line is no sample, and would fill the memory."""
MAX_NAMED = 20
"""Lines that are named; of the others only the number is kept."""
TOKENIZER_NAME = "tokenizer.json"
_LINES_PER_REPORT = 10_000

Progress = Callable[[int, int], None]
"""Bytes read, bytes of the file."""


@dataclass(frozen=True)
class DataSet:
    """What a file said: the lengths, the lines that are no samples, and where it came from."""

    path: str
    lengths: SampleLengths
    problems: tuple[InputProblem, ...]
    """The first lines that could not be used, each with its number."""
    n_bad_lines: int


def read_lengths(path: Path, tokenizer: Path | None = None, progress: Progress | None = None) -> DataSet:
    """Read every line of a JSONL file; what is no sample is named with its line and left out.

    ``tokenizer`` is a ``tokenizer.json``; it is used where the package ``tokenizers`` is installed.

    Raises:
        InputError: the file cannot be opened, or holds no sample at all.
    """
    tokens_of = None if tokenizer is None else _tokenizer(tokenizer)
    counts: Counter[int] = Counter()
    kinds: set[Counted] = set()
    problems: list[InputProblem] = []
    bad = 0
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            for number, line in _lines(file, size, progress):
                if not line.strip():
                    continue
                try:
                    tokens, kind = _tokens(line, tokens_of)
                except ValueError as error:
                    if number == 1 and line.lstrip()[:1] == b"[":
                        raise _is_an_array(path) from None
                    bad += 1
                    if bad <= MAX_NAMED:
                        problems.append(InputProblem(str(error), f"{path}, line {number}"))
                    continue
                counts[tokens] += 1
                kinds.add(kind)
    except OSError as error:
        raise InputError.of(f"cannot be read ({error.strerror or error})", str(path)) from None
    if not counts:
        why = problems or [InputProblem("holds no samples", str(path), "give one JSON object on each line")]
        raise InputError(why[:1])
    counted = kinds.pop() if len(kinds) == 1 else Counted.MIXED
    return DataSet(str(path), SampleLengths.of(counts, counted), tuple(problems), bad)


def tokenizer_beside(model: Path | None) -> Path | None:
    """The ``tokenizer.json`` in a model's folder (``model`` is the folder or its config.json); None: none."""
    if model is None:
        return None
    tokenizer = (model if model.is_dir() else model.parent) / TOKENIZER_NAME
    return tokenizer if tokenizer.is_file() else None


def _lines(file: BinaryIO, size: int, progress: Progress | None) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long only the beginning, which is no JSON."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES):
        number += 1
        whole = line
        while len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES)
        yield number, whole
        if progress is not None and number % _LINES_PER_REPORT == 0:
            progress(file.tell(), size)


def _tokens(line: bytes, tokens_of: Callable[[str], float] | None) -> tuple[int, Counted]:
    """Tokens of one line, and how they were counted.  Raises ValueError with what is wrong."""
    if len(line) >= MAX_LINE_BYTES:
        raise ValueError(f"is longer than {MAX_LINE_BYTES // 2**20} MiB")
    try:
        record: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg}, column {error.colno})") from None
    if not isinstance(record, dict):
        raise ValueError(f"is no JSON object but {shorten(json.dumps(record), 20)}")
    try:
        recorded = recorded_tokens(record)
        if recorded is not None:
            return recorded, Counted.RECORDED
        if tokens_of is not None:
            return sample_tokens(record, tokens_of), Counted.TOKENIZER
        return sample_tokens(record, approximate_tokens), Counted.APPROXIMATED
    except NoSample as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _tokenizer(path: Path) -> Callable[[str], float] | None:
    """Counts tokens with the model's own tokenizer; None where it cannot be loaded."""
    try:
        # An optional package: who has it, mostly with transformers, gets exact lengths.
        made = importlib.import_module("tokenizers").Tokenizer.from_file(str(path))
    except ImportError:
        return None
    except Exception as error:  # the package raises bare Exceptions
        raise InputError.of(f"is no tokenizer ({shorten(str(error), 80)})", str(path)) from None
    return lambda text: float(len(made.encode(text, add_special_tokens=False).ids))


def _is_an_array(path: Path) -> InputError:
    return InputError.of(
        "is one JSON array, not a line for each sample", str(path), "convert it, such as by jq -c '.[]'"
    )
