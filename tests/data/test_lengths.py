"""Real JSONL files: the usual forms of records, bad lines with their numbers, little memory."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.sample_lengths import Counted
from gpuplanner.data import lengths
from gpuplanner.data.lengths import MAX_NAMED, read_lengths, tokenizer_beside
from gpuplanner.data.sample_tokens import TOKENS_PER_MESSAGE, approximate_tokens


def jsonl(folder: Path, *records: object) -> Path:
    path = folder / "data.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "record",
    [
        {"length": 7},
        {"num_tokens": 7.0},
        {"token_count": 7, "text": "not counted"},
        {"input_ids": list(range(7)), "labels": list(range(7))},
    ],
)
def test_that_recorded_lengths_are_taken(tmp_path: Path, record: object) -> None:
    found = read_lengths(jsonl(tmp_path, record))
    assert found.lengths.counts == ((7, 1),)
    assert found.lengths.counted is Counted.RECORDED


@pytest.mark.parametrize(
    ("record", "messages"),
    [
        (
            {"messages": [{"role": "user", "content": "a" * 60}, {"role": "assistant", "content": "b" * 40}]},
            2,
        ),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "a" * 100}]}]}, 1),
        ({"conversations": [{"from": "human", "value": "a" * 50}, {"from": "gpt", "value": "b" * 50}]}, 2),
        ({"system": "s" * 10, "conversations": [{"from": "human", "value": "a" * 90}]}, 2),
        ({"instruction": "a" * 30, "input": "b" * 30, "output": "c" * 40}, 2),
        ({"instruction": "a" * 40, "input": "", "output": "c" * 60}, 2),
        ({"instruction": "a" * 20, "output": "c" * 20, "history": [["d" * 30, "e" * 30]]}, 4),
        ({"prompt": "a" * 30, "completion": "c" * 70}, 2),
        ({"question": "a" * 30, "answer": "c" * 70}, 2),
        ({"prompt": "a" * 30, "chosen": "c" * 70, "rejected": "not trained beside it"}, 2),
        ({"text": "a" * 100}, 0),
    ],
)
def test_that_usual_records_are_counted(tmp_path: Path, record: object, messages: int) -> None:
    found = read_lengths(jsonl(tmp_path, record))
    assert found.lengths.counts == ((30 + TOKENS_PER_MESSAGE * messages, 1),)
    assert found.lengths.counted is Counted.APPROXIMATED


def test_that_chinese_counts_apart() -> None:
    assert approximate_tokens("序列长度，显存。") == pytest.approx(8 * 0.6)
    assert approximate_tokens("序列 length") == pytest.approx(2 * 0.6 + 7 * 0.3)


def test_that_bad_lines_are_named_and_the_others_count(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        {"length": 5},
        "{no json",
        "",
        [1, 2],
        {"label": 3},
        {"length": "long"},
        {"length": True},
        '{"length": Infinity}',
        '{"length": 1e400}',
        "[" * 100_000,
        {"text": "abc"},
        {"messages": [{"role": "user", "content": None}]},
    )
    path.write_bytes(path.read_bytes() + b'{"text": "\xff"}\n')
    found = read_lengths(path)
    assert found.lengths.n_samples == 3
    assert found.lengths.counted is Counted.MIXED
    assert found.n_bad_lines == 9
    wheres = [problem.where for problem in found.problems]
    assert wheres == [f"{path}, line {n}" for n in (2, 4, 5, 6, 7, 8, 9, 10, 13)]
    assert all("\n" not in problem.line() for problem in found.problems)


def test_that_only_the_first_bad_lines_are_named(tmp_path: Path) -> None:
    found = read_lengths(jsonl(tmp_path, {"length": 5}, *["x"] * 100))
    assert len(found.problems) == MAX_NAMED
    assert found.n_bad_lines == 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no samples"),
        ("\n \n", "holds no samples"),
        ("x\ny\n", "line 1"),
        ('[\n{"text": "a"}\n]\n', "JSON array"),
        ('[{"text": "a"}]', "JSON array"),
    ],
)
def test_that_a_file_without_samples_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_lengths(path)
    assert len(caught.value.problems) == 1


def test_that_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_lengths(path)


def test_that_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"length": 3}\r\n{"length": 4}\r\n')
    assert read_lengths(path).lengths.counts == ((3, 1), (4, 1))


def test_that_a_line_that_is_too_long_is_no_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths, "MAX_LINE_BYTES", 1000)
    found = read_lengths(jsonl(tmp_path, {"length": 5}, {"text": "a" * 5000}, {"length": 6}))
    assert found.lengths.counts == ((5, 1), (6, 1))
    assert "longer than" in found.problems[0].what
    assert found.problems[0].where.endswith("line 2")


def test_that_a_large_file_takes_little_memory_and_says_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(40_000):
            file.write(json.dumps({"text": "memory " * (i % 300)}) + "\n")
    size = path.stat().st_size
    assert size > 40_000_000
    seen: list[tuple[int, int]] = []
    tracemalloc.start()
    found = read_lengths(path, progress=lambda done, of: seen.append((done, of)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.lengths.n_samples == 40_000
    assert peak < 2_000_000
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {of for _, of in seen} == {size}


def test_that_the_models_own_tokenizer_is_used_where_there_is_one(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    words = {"<unk>": 0, "one": 1, "two": 2}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    found = read_lengths(jsonl(tmp_path, {"text": "one two three"}), tmp_path / "tokenizer.json")
    assert found.lengths.counts == ((3, 1),)
    assert found.lengths.counted is Counted.TOKENIZER


def test_that_a_broken_tokenizer_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="is no tokenizer"):
        read_lengths(jsonl(tmp_path, {"text": "one"}), tmp_path / "tokenizer.json")


def test_that_the_tokenizer_is_looked_for_beside_the_models_config(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text("{}")
    assert tokenizer_beside(None) is None
    assert tokenizer_beside(config) is None
    (tmp_path / "tokenizer.json").write_text("{}")
    assert tokenizer_beside(config) == tokenizer_beside(tmp_path) == tmp_path / "tokenizer.json"
