"""Recipes of other projects become plans; what is left out is told by its key, and no file breaks it."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, plan_to_texts
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.recipes.common import MAX_BYTES, NoteKind, Recipe
from gpuplanner.data.recipes.reading import is_recipe, read_recipe, read_recipe_files

CATALOG = load_catalog()

LLAMA_FACTORY = """
model_name_or_path: Qwen/Qwen2.5-7B-Instruct
stage: sft
finetuning_type: lora
lora_rank: 16
lora_target: q_proj,v_proj
quantization_bit: 4
double_quantization: false
flash_attn: fa2
deepspeed: configs/ds_z3.json
dataset: mine
template: qwen
cutoff_len: 4096
per_device_train_batch_size: 2
gradient_accumulation_steps: 4
learning_rate: 1e-4
num_train_epochs: 3
bf16: true
use_dora: true
something_new: 5
"""
AXOLOTL = """
base_model: NousResearch/Meta-Llama-3-8B
adapter: qlora
load_in_4bit: true
lora_r: 32
lora_dropout: 0.05
lora_target_linear: true
datasets:
  - path: data.jsonl
    type: alpaca
sequence_len: 8192
sample_packing: true
micro_batch_size: 1
gradient_accumulation_steps: 4
num_epochs: 2
optimizer: adamw_bnb_8bit
bf16: auto
gradient_checkpointing: true
flash_attention: true
plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
cut_cross_entropy: true
fsdp: [full_shard, auto_wrap]
fsdp_config:
  fsdp_offload_params: true
"""
QWEN = """#!/bin/bash
export CUDA_DEVICE_MAX_CONNECTIONS=1
GPUS_PER_NODE=$(python -c 'import torch; print(torch.cuda.device_count())')
NNODES=2
MODEL="Qwen/Qwen-14B-Chat-Int4"  # a comment
DATA="path_to_data"
while [[ "$1" != "" ]]; do shift; done
DISTRIBUTED_ARGS="
    --nproc_per_node $GPUS_PER_NODE \\
    --nnodes ${NNODES}
"
torchrun $DISTRIBUTED_ARGS finetune.py \\
    --model_name_or_path $MODEL --data_path $DATA \\
    --fp16 True --use_lora --q_lora --gradient_checkpointing \\
    --per_device_train_batch_size 2 --gradient_accumulation_steps 8 \\
    --model_max_length 512 --num_train_epochs 5 \\
    --deepspeed finetune/ds_config_zero2.json
echo done
"""
TRL = """
import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from trl import SFTConfig, SFTTrainer

MODEL = "Qwen/Qwen2.5-7B"
LENGTH = 2048
bnb = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True)
model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.bfloat16, quantization_config=bnb,
                                             attn_implementation="flash_attention_2")
tokenizer = AutoTokenizer.from_pretrained(MODEL)
peft_config = LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=["q_proj", "v_proj"])
args = SFTConfig(output_dir="out", max_length=LENGTH, per_device_train_batch_size=4, bf16=True,
                 gradient_checkpointing=True, optim="paged_adamw_8bit", seed=make_seed(),
                 **{"gradient_accumulation_steps": 2}, num_train_epochs=2)
trainer = SFTTrainer(model=model, args=args, peft_config=peft_config, train_dataset=load())
"""
DEEPSPEED = json.dumps(
    {
        "bf16": {"enabled": "auto"},
        "zero_optimization": {"stage": 3, "offload_optimizer": {"device": "cpu"}, "reduce_bucket_size": 5e8},
        "train_batch_size": "auto",
    }
)
ACCELERATE = """
distributed_type: FSDP
fsdp_config:
  fsdp_version: 2
  fsdp_offload_params: false
num_machines: 2
num_processes: 16
mixed_precision: bf16
"""


def texts(recipe: Recipe, base: Plan | None = None) -> dict[str, str]:
    return plan_to_texts(recipe.plan(base))


def why(recipe: Recipe, key: str) -> tuple[NoteKind, str]:
    (note,) = [note for note in recipe.notes if note.key == key]
    return note.kind, note.why


def test_that_llama_factory_becomes_a_plan() -> None:
    recipe = read_recipe(LLAMA_FACTORY, "train.yaml", CATALOG)
    plan = texts(recipe)
    expected = {
        "model": "Qwen2.5-7B-Instruct",
        "method": "qlora",
        "quantization": "nf4",
        "precision": "bf16",
        "lora_rank": "16",
        "lora_targets": "q_proj+v_proj",
        "sharding": "zero3",
        "seq_len": "4096",
        "micro_batch_size": "2",
        "grad_accum_steps": "4",
        "attention": "flash",
        "optimizer": "adamw-fused",
        "grad_checkpointing": "true",
    }
    assert {name: plan[name] for name in expected} == expected
    assert (recipe.epochs, recipe.samples_file) == (3.0, "mine")
    assert why(recipe, "use_dora")[0] is NoteKind.NOT_COUNTED
    assert why(recipe, "something_new")[0] is NoteKind.UNKNOWN
    assert why(recipe, "learning_rate")[0] is NoteKind.NO_EFFECT
    assert "not at hand: stage 3 taken by its name" in why(recipe, "deepspeed")[1]


def test_that_axolotl_becomes_a_plan() -> None:
    recipe = read_recipe(AXOLOTL, "x.yml", CATALOG)
    plan = texts(recipe)
    expected = {
        "model": "Meta-Llama-3-8B",
        "method": "qlora",
        "quantization": "nf4-dq",
        "sharding": "fsdp",
        "framework": "hf",
        "offload": "parameters",
        "optimizer": "adamw-8bit",
        "attention": "flash",
        "fused_loss": "true",
        "lora_rank": "32",
        "seq_len": "8192",
        "lora_targets": "all-linear",
    }
    assert {name: plan[name] for name in expected} == expected
    assert recipe.packing
    assert recipe.samples_file == "data.jsonl"
    assert why(recipe, "base_model")[0] is NoteKind.READ_AS


def test_that_qwens_script_becomes_a_plan_and_keeps_the_gpus_that_it_counts_itself() -> None:
    recipe = read_recipe(QWEN, "finetune.sh", CATALOG)
    plan = texts(recipe, Plan(gpus_per_node=3))
    expected = {
        "model": "Qwen-14B-Chat",
        "method": "qlora",
        "quantization": "gptq-int4",
        "precision": "fp16",
        "lora_rank": "64",
        "lora_dropout": "0.05",
        "lora_targets": "all-linear",
        "sharding": "zero2",
        "nodes": "2",
        "gpus_per_node": "3",
        "seq_len": "512",
        "micro_batch_size": "2",
        "grad_accum_steps": "8",
    }
    assert {name: plan[name] for name in expected} == expected
    assert "found out when the script runs" in why(recipe, "GPUS_PER_NODE")[1]
    assert recipe.samples_file == "path_to_data"


@pytest.mark.parametrize(("model", "method"), [("Qwen/Qwen-7B", "lora-emb"), ("Qwen/Qwen-7B-Chat", "lora")])
def test_that_qwens_script_trains_the_embeddings_of_a_base_model(model: str, method: str) -> None:
    script = f"python finetune.py --model_name_or_path {model} --use_lora True --bf16 True"
    assert texts(read_recipe(script, "x.sh", CATALOG))["method"] == method


def test_that_trl_becomes_a_plan() -> None:
    recipe = read_recipe(TRL, "train.py", CATALOG)
    plan = texts(recipe)
    expected = {
        "model": "Qwen2.5-7B",
        "method": "qlora",
        "quantization": "nf4-dq",
        "adapter_precision": "bf16",
        "lora_rank": "16",
        "lora_targets": "q_proj+v_proj",
        "seq_len": "2048",
        "micro_batch_size": "4",
        "grad_accum_steps": "2",
        "optimizer": "paged-adamw-8bit",
        "attention": "flash",
    }
    assert {name: plan[name] for name in expected} == expected
    assert why(recipe, "SFTConfig(seed)") == (NoteKind.UNKNOWN, "is made when the program runs")


def test_that_trls_own_yaml_is_not_taken_for_llama_factorys() -> None:
    text = """
model_name_or_path: mistralai/Mistral-7B-v0.1
torch_dtype: bfloat16
attn_implementation: flash_attention_2
dataset_name: some/data
load_in_4bit: true
use_peft: true
lora_r: 8
lora_target_modules: [q_proj, v_proj]
bf16: true
max_seq_length: 2048
per_device_train_batch_size: 4
gradient_checkpointing: true
"""
    recipe = read_recipe(text, "sft.yaml", CATALOG)
    plan = texts(recipe)
    assert recipe.title == "TRL YAML"
    assert (plan["method"], plan["quantization"], plan["lora_rank"]) == ("qlora", "nf4", "8")
    assert (plan["seq_len"], plan["lora_dropout"], plan["attention"]) == ("2048", "0.05", "flash")
    assert recipe.samples_file == "some/data"
    full = read_recipe("model_name_or_path: Qwen-7B\nmax_length: 99\n", "sft.yaml", CATALOG)
    assert (texts(full)["method"], texts(full)["precision"]) == ("full", "bf16-mixed")


OLD_TRL = """
LORA = {"r": 16, "lora_dropout": 0.1, "target_modules": ["q_proj", "v_proj"]}
bnb = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-2-7b-hf", padding_side="right", use_fast=True)
model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-7b-hf", quantization_config=bnb)
model = get_peft_model(prepare_model_for_kbit_training(model), LoraConfig(**LORA))
args = TrainingArguments("out", per_device_train_batch_size=4, bf16=True)
trainer = SFTTrainer(model=model, args=args, max_seq_length=512, packing=True)
"""


def test_that_older_trl_with_its_trainers_own_length_is_read() -> None:
    recipe = read_recipe(OLD_TRL, "train.py", CATALOG)
    plan = texts(recipe)
    assert (plan["model"], plan["seq_len"], plan["lora_rank"]) == ("Llama-2-7b-hf", "512", "16")
    assert (plan["grad_checkpointing"], plan["quantization"], plan["adapter_precision"]) == (
        "true",
        "nf4",
        "bf16",
    )
    assert recipe.packing
    assert plan["precision"] == "bf16-mixed", "peft stores what is not packed in fp32"
    assert why(recipe, "prepare_model_for_kbit_training")[0] is NoteKind.READ_AS
    plain = OLD_TRL.replace("prepare_model_for_kbit_training(model)", "model")
    assert texts(read_recipe(plain, "train.py", CATALOG))["precision"] == "bf16"
    without = OLD_TRL.replace("_training(model)", "_training(model, use_gradient_checkpointing=False)")
    assert texts(read_recipe(without, "train.py", CATALOG))["grad_checkpointing"] == "false"


def test_that_the_trainers_defaults_are_transformers_own() -> None:
    text = 'a = TrainingArguments("out")\nm = AutoModelForCausalLM.from_pretrained("gpt2", dtype="float32")'
    recipe = read_recipe(text, "train.py", CATALOG)
    plan = texts(recipe, Plan(seq_len=777))
    assert (plan["method"], plan["precision"], plan["micro_batch_size"]) == ("full", "fp32", "8")
    assert (plan["grad_checkpointing"], plan["seq_len"]) == ("false", "777")
    assert why(recipe, "seq_len")[0] is NoteKind.ASSUMED


def test_that_settings_beside_a_recipe_count_over_what_it_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRL)
    (tmp_path / "accelerate.yaml").write_text(ACCELERATE)
    for order in (("train.py", "accelerate.yaml"), ("accelerate.yaml", "train.py")):
        recipe = read_recipe_files([tmp_path / name for name in order], CATALOG)
        plan = texts(recipe)
        assert (plan["sharding"], plan["nodes"], plan["gpus_per_node"]) == ("fsdp", "2", "8")
        assert not [note for note in recipe.notes if note.field == "sharding"]


def test_that_the_deepspeed_file_that_a_recipe_names_is_read_beside_it(tmp_path: Path) -> None:
    (tmp_path / "train.yaml").write_text(LLAMA_FACTORY)
    (tmp_path / "ds_z3.json").write_text(DEEPSPEED)
    recipe = read_recipe_files([tmp_path / "train.yaml"], CATALOG)
    assert (texts(recipe)["sharding"], texts(recipe)["offload"]) == ("zero3", "optimizer")
    assert not [note for note in recipe.notes if note.key == "deepspeed"]


def test_that_deepspeed_alone_changes_nothing_but_how_gpus_share() -> None:
    recipe = read_recipe(DEEPSPEED, "ds.json", CATALOG)
    base = Plan(model="Qwen-7B", lora_rank=9)
    plan = texts(recipe, base)
    assert (plan["sharding"], plan["offload"], plan["lora_rank"]) == ("zero3", "optimizer", "9")
    assert recipe.is_settings


def test_that_a_model_folder_beside_the_recipe_is_found(tmp_path: Path) -> None:
    config = {
        "model_type": "llama",
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "vocab_size": 100,
    }
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "config.json").write_text(json.dumps(config))
    (tmp_path / "train.yaml").write_text("model_name_or_path: ./own\nfinetuning_type: full\n")
    recipe = read_recipe_files([tmp_path / "train.yaml"], CATALOG)
    assert CATALOG.resolve(recipe.plan()).llm.hidden_size == 64


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.yaml", "- 1\n- 2\n", "holds no keys"),
        ("a.yaml", "a: [", "is no YAML"),
        ("a.yaml", "base_model: x\nbase_model: y\n", "twice"),
        ("a.yaml", "x: &x {a: 1}\nbase_model: {<<: *x}\n", "merge key"),
        ("a.yaml", "hello: 1\n", "is no recipe that is known"),
        ("a.yaml", "model_name_or_path: Qwen-7B\nfinetuning_type: freeze\n", "is not estimated"),
        ("a.yaml", "model_name_or_path: Qwen-7B\ncutoff_len: many\n", "is no number"),
        ("a.yaml", "model_name_or_path: Qwen-7B\ncutoff_len: 0\n", "below the smallest"),
        ("a.yaml", "model_name_or_path: Qwen-7B\nlora_rank: 1.5\n", "whole number"),
        ("a.yaml", "model_name_or_path: Qwen-7B\nbf16: maybe\n", "neither true nor false"),
        ("a.yaml", "base_model: Qwen-7B\nload_in_4bit: true\n", "without an adapter"),
        ("a.yaml", "distributed_type: NO\nnum_processes: 3\nnum_machines: 2\n", "do not divide"),
        ("a.yaml", "a: " + "[" * 3000, "nested too deeply"),
        ("a.json", '{"zero_optimization": {"stage": 7}}', "is no stage"),
        ("a.json", "{", "is no JSON"),
        ("a.json", "[" * 100000, "no JSON"),
        ("a.sh", "echo 'open", "no shell script"),
        ("a.sh", "echo hello", "no command runs finetune.py"),
        ("a.sh", "A=xx\n" + "A=$A$A$A$A\n" * 40 + "python finetune.py $A", "grows without bounds"),
        ("a.py", "def f(:", "is no Python"),
        ("a.py", "print('hello')", "makes no training arguments"),
        ("a.py", "-" * 100000 + "1", "is no Python"),
        ("a.py", "x\0", "is no Python"),
    ],
)
def test_that_what_cannot_be_used_is_told_with_its_place(name: str, text: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read_recipe(text, name, CATALOG)
    assert name in caught.value.problems[0].where


def test_that_an_alias_bomb_is_read_at_once() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    recipe = read_recipe("base_model: Qwen-7B\nadapter: lora\n" + "\n".join(levels), "a.yaml", CATALOG)
    assert why(recipe, "a11")[0] is NoteKind.UNKNOWN


def test_that_nothing_in_a_recipe_runs(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    python = f'open({str(mark)!r}, "w")\nSFTConfig(output_dir=open({str(mark)!r}, "w").name)'
    read_recipe(python, "a.py", CATALOG)
    read_recipe(f"X=$(touch {mark})\npython finetune.py `touch {mark}` --bf16 True", "a.sh", CATALOG)
    with pytest.raises(InputError):
        read_recipe(f"base_model: !!python/object/apply:os.system ['touch {mark}']", "a.yaml", CATALOG)
    assert not mark.exists()


def test_that_a_file_too_long_for_a_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="longer"):
        read_recipe("#" * (MAX_BYTES + 1), "a.yaml", CATALOG)
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_recipe_files([tmp_path / "a.yaml"], CATALOG)


def test_that_two_whole_recipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LLAMA_FACTORY)
    (tmp_path / "b.yaml").write_text(AXOLOTL)
    with pytest.raises(InputError, match="two recipes"):
        read_recipe_files([tmp_path / "a.yaml", tmp_path / "b.yaml"], CATALOG)


def test_that_a_plan_of_ones_own_is_no_recipe() -> None:
    assert is_recipe(Path("x.yaml"), "")
    assert is_recipe(Path("x.json"), DEEPSPEED)
    assert not is_recipe(Path("x.json"), '{"model": "Qwen-7B"}')
    assert not is_recipe(Path("x.json"), '{"plan": {}}')
    assert not is_recipe(Path("x.json"), "[")
    assert not is_recipe(Path("x.csv"), "model\nQwen-7B\n")


SAMPLES = [
    (LLAMA_FACTORY, "a.yaml"),
    (AXOLOTL, "a.yaml"),
    (QWEN, "a.sh"),
    (TRL, "a.py"),
    (ACCELERATE, "a.yaml"),
]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([*SAMPLES, (DEEPSPEED, "a.json")]), st.data())
def test_that_a_damaged_recipe_is_read_or_refused(sample: tuple[str, str], data: st.DataObject) -> None:
    text, name = sample
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.text(max_size=20)) + text[end:]
    with suppress(InputError):
        read_recipe(damaged, name, CATALOG)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["a.yaml", "a.sh", "a.py", "a.json", "pasted"]))
def test_that_any_text_is_read_or_refused(text: str, name: str) -> None:
    with suppress(InputError):
        read_recipe(text, name, CATALOG)
