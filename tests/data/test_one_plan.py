"""One plan from a file, in the forms that `compare` takes, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Method, Sharding
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.one_plan import read_plan


def plan_file(folder: Path, text: str, name: str = "plan.json") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "text",
    [
        '{"model": "Qwen-7B", "method": "qlora", "seq_len": 4096, "grad_checkpointing": false}',
        '{"model": "Qwen-7B", "method": "qlora", "seq_len": "4k", "grad_checkpointing": "no", "gpu": null}',
        '{"plan": {"model": "Qwen-7B", "method": "qlora", "seq_len": 4096.0, "grad_checkpointing": false}}',
        "model,method,seq_len,grad_checkpointing\nQwen-7B,qlora,4096,false\n",
        "\ufeffmodel;method;seq_len;grad_checkpointing;peak_memory\nQwen-7B;qlora;4096;false;18.9\n",
    ],
)
def test_that_a_plan_is_read(tmp_path: Path, text: str) -> None:
    found = read_plan(plan_file(tmp_path, text), load_catalog())
    assert (found.plan.method, found.plan.seq_len) == (Method.QLORA, 4096)
    assert not found.plan.grad_checkpointing
    assert found.plan.sharding is Sharding.NONE
    assert found.llm.name == "Qwen-7B"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"model": "Qwen-7B", "seqlen": 1}', "plan.json, seqlen: .*the nearest is seq_len"),
        ('{"model": "Qwen-7B", "wxyz": 1}', "wxyz: is no field"),
        ('{"model": "Qwen-7B", "lora_rank": [8]}', "lora_rank: is neither"),
        ('{"model": "Qwen-7B", "lora_rank": 0}', "plan.json, lora_rank"),
        ('{"model": "Qwen-7B"', "no JSON"),
        ('{"model": "Qwen-9B"}', "plan.json, model"),
        ('{"a": ' * 50_000, "nested too deeply"),
        ("model\nQwen-7B\nQwen-14B\n", "2 rows"),
        ("model,lora_rank\nQwen-7B,many\n", "lora_rank"),
        ("", "plan.json"),
        ("[1, 2]", "plan.json"),
    ],
)
def test_that_what_is_no_plan_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_plan(plan_file(tmp_path, text), load_catalog())


def test_that_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"model": "\xff"}')
    for name in ("missing.json", "latin.json"):
        with pytest.raises(InputError, match=name):
            read_plan(str(tmp_path / name), load_catalog())


def test_that_a_models_path_is_relative_to_the_file(tmp_path: Path) -> None:
    shape = {
        "model_type": "llama",
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "vocab_size": 1000,
    }
    (tmp_path / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    found = read_plan(plan_file(tmp_path, '{"model": "./config.json"}'), load_catalog())
    assert found.llm.hidden_size == 64
