"""Reading a stranger's config.json: the shape, or one line that says what is wrong and where."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.llm import Llm
from gpuplanner.data.model_config import (
    FAMILIES,
    MAX_BYTES,
    config_from_mapping,
    outline_from_mapping,
    read_config,
)
from gpuplanner.estimator.parameters import inventory

LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "intermediate_size": 14336,
    "vocab_size": 128256,
}
NUMBERS = [key for key in LLAMA if key != "model_type"]


def read(tmp_path: Path, content: str | bytes | dict[str, Any]) -> Llm:
    path = tmp_path / "some.json"
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_config(path)


def refused(tmp_path: Path, content: str | bytes | dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    (problem,) = caught.value.problems
    line = problem.line()
    assert "\n" not in line
    assert len(line) < 600
    return line.replace(str(tmp_path / "some.json"), "FILE")


# What a file says


def test_that_a_file_is_named_after_itself_and_a_folder_after_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA))

    assert read(tmp_path, LLAMA).name == "some"
    assert read_config(folder).name == "my-model"
    assert read_config(folder / "config.json").name == "my-model"
    assert read_config(str(folder) + "/../my-model/").name == "my-model"


def test_that_hugging_face_s_cache_gives_the_model_s_name(tmp_path: Path) -> None:
    folder = tmp_path / "models--Qwen--Qwen2.5-7B" / "snapshots" / "0123abcd"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(LLAMA))

    assert read_config(folder).name == "Qwen2.5-7B"


def test_that_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + json.dumps(LLAMA).encode()).hidden_size == 4096


def test_that_keys_without_a_say_in_the_shape_are_ignored(tmp_path: Path) -> None:
    more = {"torch_dtype": "float16", "quantization_config": {"hidden_size": 7}, "foo": [{"bar": None}]}

    assert read(tmp_path, {**LLAMA, **more}) == read(tmp_path, LLAMA)


def test_that_qwen_s_intermediate_size_is_twice_the_width(tmp_path: Path) -> None:
    config = {
        "model_type": "qwen",
        "hidden_size": 2048,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "intermediate_size": 11008,
        "vocab_size": 151936,
    }
    llm = read(tmp_path, config)

    assert llm.intermediate_size == 5504
    assert (llm.fused_qkv, llm.qkv_bias, llm.attention_output_bias) == ("c_attn", True, False)
    assert inventory(llm).n_parameters == 1_836_828_672
    assert "is odd" in refused(tmp_path, {**config, "intermediate_size": 11009})


def test_that_gemma_3_is_read_with_what_its_file_leaves_out(tmp_path: Path) -> None:
    """The published file of the 4B gives only these keys; the count is Hugging Face's."""
    text = {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}
    vision = {
        "hidden_size": 1152,
        "image_size": 896,
        "intermediate_size": 4304,
        "num_hidden_layers": 27,
        "patch_size": 14,
        "vision_use_head": False,
    }
    llm = read(tmp_path, {"model_type": "gemma3", "text_config": text, "vision_config": vision})

    assert (llm.num_attention_heads, llm.num_key_value_heads, llm.head_dim) == (8, 4, 256)
    assert (llm.sliding_window, llm.sliding_window_every, llm.vocab_size) == (1024, 6, 262_208)
    assert inventory(llm).n_parameters == 4_300_079_472


def test_that_falcon_s_three_kinds_are_told_apart() -> None:
    base = {
        "model_type": "falcon",
        "hidden_size": 512,
        "num_hidden_layers": 2,
        "num_attention_heads": 8,
        "vocab_size": 100,
    }
    one = config_from_mapping(base, "x", name="x")
    grouped = config_from_mapping(
        {**base, "new_decoder_architecture": True, "num_kv_heads": 2}, "x", name="x"
    )
    whole = config_from_mapping({**base, "multi_query": False, "parallel_attn": False}, "x", name="x")

    assert [llm.num_key_value_heads for llm in (one, grouped, whole)] == [1, 2, 8]
    assert [llm.norms_per_layer for llm in (one, grouped, whole)] == [1, 2, 2]


@pytest.mark.parametrize(
    ("more", "window", "every"),
    [
        ({}, 4096, 2),
        ({"sliding_window": None}, 0, 0),
        ({"layer_types": ["full_attention"] * 4}, 0, 0),
        ({"layer_types": ["sliding_attention"] * 4}, 4096, 0),
        (
            {
                "layer_types": [
                    "sliding_attention",
                    "sliding_attention",
                    "full_attention",
                    "sliding_attention",
                ]
            },
            4096,
            3,
        ),
        ({"layer_types": ["full_attention", "sliding_attention"] * 2}, 0, 0),
    ],
)
def test_that_windows_are_read_or_taken_as_none(more: dict[str, Any], window: int, every: int) -> None:
    llm = config_from_mapping({**LLAMA, "model_type": "gemma2", **more}, "x", name="x")

    assert (llm.sliding_window, llm.sliding_window_every) == (window, every)


# What is missing or cannot be


def test_that_missing_keys_are_named_in_one_line(tmp_path: Path) -> None:
    assert refused(tmp_path, {"model_type": "llama", "hidden_size": 64, "vocab_size": 100}) == (
        "FILE: lacks the keys num_hidden_layers, num_attention_heads, intermediate_size; "
        "take the config.json of the model's own repository"
    )


@pytest.mark.parametrize("key", NUMBERS)
def test_that_no_essential_size_is_guessed(tmp_path: Path, key: str) -> None:
    config = {name: value for name, value in LLAMA.items() if name != key}
    if key == "num_key_value_heads":
        assert read(tmp_path, config).num_key_value_heads == 32
    else:
        assert f"lacks the key {key}" in refused(tmp_path, config)


def test_that_another_type_is_told_with_those_known(tmp_path: Path) -> None:
    line = refused(tmp_path, {**LLAMA, "model_type": "mamba"})

    assert line.startswith("FILE: the model type 'mamba' is not known; known are chatglm, cohere,")
    assert all(name in line for name in FAMILIES)


def test_that_a_file_without_a_type_is_told(tmp_path: Path) -> None:
    assert "lacks the key model_type" in refused(tmp_path, {"hidden_size": 64})
    assert "describes an adapter" in refused(tmp_path, {"peft_type": "LORA", "r": 8})


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("4096", "is a text ('4096') where a whole number is expected"),
        (4096.0, "is a fraction (4096.0) where a whole number is expected"),
        (True, "is true or false (True) where a whole number is expected"),
        ([4096], "is a list where a whole number is expected"),
        ({"a": 1}, "is an object where a whole number is expected"),
        (0, "0 is below the smallest possible value, 1"),
        (-4096, "-4,096 is below the smallest possible value, 1"),
        (10**12, "1,000,000,000,000 is above the largest possible value"),
        (10**400, "a number of many digits is above the largest possible value"),
    ],
)
def test_that_a_value_of_the_wrong_kind_is_told_at_its_key(
    tmp_path: Path, key: str, value: object, words: str
) -> None:
    assert refused(tmp_path, {**LLAMA, key: value}).startswith(f"FILE, {key}: {words}")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"num_attention_heads": 24}, "num_attention_heads: 24 heads do not divide the hidden size 4,096"),
        ({"num_key_value_heads": 5}, "num_key_value_heads: 5 key-value heads do not divide 32 heads"),
        ({"attention_bias": "yes"}, "attention_bias: is a text ('yes') where true or false is expected"),
        ({"model_type": 3}, "model_type: is a number (3) where a text is expected"),
        ({"model_type": "gemma2", "layer_types": [1]}, "layer_types: is a list where a list of texts"),
        ({"model_type": "gemma3", "text_config": 5}, "text_config: is a number (5) where an object"),
        ({"model_type": "gemma3"}, "lacks the key text_config"),
        ({"model_type": "gemma3", "text_config": {}}, "text_config: lacks the keys hidden_size"),
        ({"model_type": "mixtral", "num_experts_per_tok": 9}, "a token cannot pass 9 of 8 experts"),
        (
            {"model_type": "qwen2_moe", "num_key_value_heads": 8, "decoder_sparse_step": 2},
            "decoder_sparse_step",
        ),
        (
            {"model_type": "qwen3_moe", "num_key_value_heads": 8, "mlp_only_layers": [3]},
            "mlp_only_layers: dense layers between",
        ),
        ({"model_type": "deepseek_v3", "moe_layer_freq": 2}, "moe_layer_freq: experts in only some"),
        (
            {"num_hidden_layers": 10_000, "hidden_size": 2**24, "intermediate_size": 2**24},
            "parameters, more than any model has",
        ),
    ],
)
def test_that_what_does_not_go_together_is_told(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    assert words in refused(tmp_path, {**LLAMA, **more})


# Files that are none


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "FILE: is empty"),
        (b"  \n", "FILE: is empty"),
        (b"hello", "FILE: is not JSON (line 1, column 1)"),
        (b'{"a": 1,\n "b" 2}', "FILE: is not JSON (line 2, column 6)"),
        (b"[1, 2]", "FILE: holds no object with keys"),
        (b"null", "FILE: holds no object with keys"),
        (b"\x80\x81", "FILE: is not UTF-8 text"),
        (json.dumps(LLAMA).encode("utf-16"), "FILE: is not UTF-8 text"),
        (b"\x00" * 100, "FILE: is not JSON"),
        (b'{"hidden_size": NaN}', "FILE: holds NaN, which is not a number"),
        (b'{"hidden_size": -Infinity}', "FILE: holds -Infinity, which is not a number"),
        (b'{"hidden_size": 1e999, "model_type": "llama"}', "FILE: lacks the keys"),
        (b'{"a": 1, "b": 2, "a": 3}', "FILE: has the key 'a' twice"),
        (b'{"x": {"a": 1, "a": 1}}', "FILE: has the key 'a' twice"),
        (b"[" * 100_000, "FILE: is nested too deeply"),
        (b'{"a":' * 100_000, "FILE: is nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "FILE: holds a number of too many digits"),
        (b" " * (MAX_BYTES + 1), "FILE: is larger than 1 MiB"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_that_hostile_text_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    assert refused(tmp_path, content).startswith(words)


def test_that_an_infinite_size_is_told(tmp_path: Path) -> None:
    text = json.dumps(LLAMA).replace("14336", "1e999")

    assert "intermediate_size: is a fraction (inf)" in refused(tmp_path, text)


def test_that_many_keys_are_read_quickly(tmp_path: Path) -> None:
    many = "{" + ",".join(f'"{i}":1' for i in range(80_000)) + ',"0":2}'

    assert "has the key '0' twice" in refused(tmp_path, many)


def path_refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_config(path)
    (problem,) = caught.value.problems
    return problem.line()


def test_that_a_missing_file_or_folder_is_told(tmp_path: Path) -> None:
    assert "there is no such file or folder" in path_refused(tmp_path / "nothing")
    assert "the folder has no config.json" in path_refused(tmp_path)
    (tmp_path / "file").write_text("{}")
    assert "is a file, not a folder" in path_refused(tmp_path / "file" / "config.json")


def test_that_a_folder_named_config_json_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").mkdir()

    assert path_refused(tmp_path).split("; ")[0].endswith(("is not a plain file", "may not be read"))


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_that_impossible_paths_are_told(path: str) -> None:
    assert "the path" in path_refused(Path(path)) or "no such file" in path_refused(Path(path))


if sys.platform != "win32":

    def test_that_a_pipe_does_not_hang(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.json")

        assert "is not a plain file" in path_refused(tmp_path / "pipe.json")

    def test_that_a_device_is_told() -> None:
        assert "is not a plain file" in path_refused(Path("/dev/zero"))

    def test_that_a_loop_of_links_is_told(tmp_path: Path) -> None:
        (tmp_path / "a.json").symlink_to(tmp_path / "b.json")
        (tmp_path / "b.json").symlink_to(tmp_path / "a.json")

        assert "is a loop of links" in path_refused(tmp_path / "a.json")

    def test_that_a_file_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The tests may run as root, who may read everything: the system's answer is put in its place."""
        path = tmp_path / "secret.json"
        path.write_text("{}")

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("gpuplanner.data.model_config.os.open", refuse)
        assert "may not be read" in path_refused(path)


# Anything else

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KEYS = sorted(
    {
        *NUMBERS,
        *("head_dim", "n_embd", "n_layer", "n_head", "layer_types", "sliding_window", "text_config"),
        *("vision_config", "num_experts", "num_experts_per_tok", "mlp_only_layers", "n_routed_experts"),
        *("kv_lora_rank", "q_lora_rank", "ffn_hidden_size", "multi_query", "tie_word_embeddings", "n_inner"),
    }
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FAMILIES)),
    st.dictionaries(st.sampled_from(_KEYS), _json | st.integers(-2, 4096), max_size=8),
)
def test_that_any_object_is_a_shape_or_a_line(model_type: str, values: dict[str, Any]) -> None:
    problems = None
    try:
        llm = config_from_mapping({**LLAMA, **values, "model_type": model_type}, "x", name="x")
    except InputError as error:
        problems = error.problems
    if problems is None:
        assert inventory(llm).n_parameters > 0
        assert all(linear.n_weights > 0 for block in inventory(llm).blocks for linear in block.linears)
    else:
        assert len(problems) == 1
        assert "\n" not in problems[0].line()


def test_that_the_outline_of_an_unknown_model_type_says_what_the_file_does() -> None:
    words = {
        "model_type": "opt",
        "d_model": 64,
        "n_layers": 3,
        "n_heads": 4,
        "ffn_dim": 256,
        "vocab_size": 100,
    }
    llm = outline_from_mapping(words, "config.json", name="mine")
    assert (llm.name, llm.model_type, llm.hidden_size, llm.num_hidden_layers) == ("mine", "opt", 64, 3)
    assert (llm.intermediate_size, llm.vocab_size, llm.head_dim) == (256, 100, 0)


def test_that_an_outline_needs_layers_and_vocabulary() -> None:
    with pytest.raises(InputError, match="vocab_size"):
        outline_from_mapping({"model_type": "opt", "n_layer": 2}, "config.json", name="mine")
