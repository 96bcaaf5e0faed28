"""The tokens of one record of a data set: as it says itself, by a tokenizer, or from its characters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

TOKENS_PER_CHARACTER = 0.3
TOKENS_PER_CJK_CHARACTER = 0.6
"""DeepSeek API documentation, "Token & Token Usage": 1 English character ≈ 0.3 token, 1 Chinese ≈ 0.6."""
TOKENS_PER_MESSAGE = 5
"""What a chat template puts around a message: ChatML's start, role, line feed, end and line feed."""

_MOST_TOKENS = 2**40
_RECORDED = ("length", "num_tokens", "n_tokens", "token_count", "seq_len")
_CHATS = ("messages", "conversations", "conversation")
_TEXTS = ("text", "content")
_PARTS = ("system", "tools", "instruction", "input", "context", "prompt", "query", "question", "chosen")
_ANSWERS = ("output", "completion", "response", "answer", "target")
_CJK = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
    "\u3000-\u303f\U00020000-\U0003ffff]"
)

Record = Mapping[str, Any]


class NoSample(ValueError):
    """A record in which nothing is known as a sample; the text says what is missing."""


def recorded_tokens(record: Record) -> int | None:
    """The number of tokens that a record states, or whose ids it holds; None when it does neither.

    Raises:
        NoSample: it states something that is no number of tokens.
    """
    ids = record.get("input_ids")
    if isinstance(ids, list):
        return len(ids)
    for name in _RECORDED:
        if name in record:
            value = record[name]
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_TOKENS:
                raise NoSample(f"{name} is no number of tokens")
            return value
    return None


def sample_texts(record: Record) -> tuple[list[str], int]:
    """The texts of a record, and how many messages a chat template would wrap.

    Raises:
        NoSample: it has none of the fields of the usual forms.
    """
    for name in _CHATS:
        if isinstance(record.get(name), list):
            texts = [text for message in record[name] for text in _texts_of(message)]
            head = [text for part in ("system", "tools") for text in _texts_of(record.get(part))]
            return [*head, *texts], len(record[name]) + len(head)
    parts = [name for name in (*_PARTS, *_ANSWERS) if record.get(name)]
    if any(name in record for name in (*_PARTS[2:], *_ANSWERS)):
        turns = [turn for turn in record.get("history") or () if isinstance(turn, list)]
        texts = [text for turn in turns for text in _texts_of(turn)]
        return [*texts, *(text for name in parts for text in _texts_of(record[name]))], 2 + 2 * len(turns)
    for name in _TEXTS:
        if isinstance(record.get(name), str):
            return [record[name]], 0
    known = ", ".join(("messages", "conversations", "text", "instruction + output", "prompt + completion"))
    raise NoSample(f"has none of the fields of a sample ({known}; or length, num_tokens, input_ids)")


def approximate_tokens(text: str) -> float:
    """Tokens of a text from its characters, those of Chinese, Japanese and Korean counted apart.

    >>> round(approximate_tokens("a" * 100)), round(approximate_tokens("显存" * 50))
    (30, 60)
    """
    cjk = 0 if text.isascii() else len(_CJK.findall(text))
    return cjk * TOKENS_PER_CJK_CHARACTER + (len(text) - cjk) * TOKENS_PER_CHARACTER


def sample_tokens(record: Record, tokens_of: Callable[[str], float] = approximate_tokens) -> int:
    """Tokens of a record's texts with what a chat template adds.  Raises NoSample."""
    texts, messages = sample_texts(record)
    return math.ceil(sum(tokens_of(text) for text in texts) + TOKENS_PER_MESSAGE * messages)


def _texts_of(value: object) -> Iterator[str]:
    """Every text in a message: a string, a list of parts, or an object with ``content`` or ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in ("content", "value", "text", "reasoning_content", "tool_calls", "function", "arguments"):
            yield from _texts_of(value.get(name))
    elif isinstance(value, Sequence):
        for part in value:
            yield from _texts_of(part)
