"""What is written loads in the projects' own parsers, as far as the test environment has them.

It has transformers, peft and accelerate, whose import takes some seconds.  LLaMA-Factory 0.9.5, axolotl
0.19.0, TRL 1.16 and DeepSpeed do not belong to it; nine plans of every kind were loaded by their own parsers
when this was written (``read_args`` and ``_parse_train_args``, ``validate_config``, ``SFTConfig``,
``DeepSpeedZeroConfig``).
"""

import ast
import dataclasses
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.plan import plan_from_texts
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.recipes.common import RecipeKind, WrittenRecipe
from gpuplanner.data.recipes.shell_words import find_command
from gpuplanner.data.recipes.writing import save_recipe, write_recipe

CATALOG = load_catalog()
PLANS = {
    "lora": {"method": "lora", "lora_dropout": "0.05"},
    "qlora": {"method": "qlora", "quantization": "nf4", "optimizer": "paged-adamw-8bit"},
    "lora-emb": {"method": "lora-emb", "sharding": "zero3", "gpus_per_node": "4", "offload": "parameters"},
    "full": {"method": "full", "sharding": "fsdp", "gpus_per_node": "8", "nodes": "2"},
    "int8": {"method": "qlora", "quantization": "int8", "optimizer": "lion", "attention": "sdpa"},
    "fp16": {"method": "lora", "precision": "fp16", "sharding": "zero2", "gpus_per_node": "2"},
}
PLAN = pytest.mark.parametrize("name", PLANS)


def written(name: str, kind: RecipeKind) -> WrittenRecipe:
    plan = plan_from_texts({"model": "Qwen-7B", **PLANS[name]})
    return write_recipe(CATALOG.resolve(plan), kind, CATALOG)


@PLAN
def test_that_peft_and_transformers_take_the_programs_arguments(name: str) -> None:
    from peft import LoraConfig
    from transformers import BitsAndBytesConfig, TrainingArguments

    known = {field.name for field in dataclasses.fields(TrainingArguments)}
    seen = set()
    for node in ast.walk(ast.parse(written(name, RecipeKind.TRL).text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        seen.add(node.func.id)
        if node.func.id == "SFTConfig":
            own_of_trl = {"max_length"}
            assert {keyword.arg for keyword in node.keywords} - own_of_trl <= known
        elif node.func.id in ("LoraConfig", "BitsAndBytesConfig"):
            made: dict[str, Any] = {"LoraConfig": LoraConfig, "BitsAndBytesConfig": BitsAndBytesConfig}
            plain = {k.arg: ast.literal_eval(k.value) for k in node.keywords if not is_torch_type(k.value)}
            made[node.func.id](**plain)
    assert "SFTConfig" in seen


def is_torch_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute)


@PLAN
def test_that_accelerate_loads_its_configuration(name: str, tmp_path: Path) -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    save_recipe(written(name, RecipeKind.TRL), tmp_path)
    found = load_config_from_file(str(tmp_path / "accelerate.yaml"))
    resolved = CATALOG.resolve(plan_from_texts({"model": "Qwen-7B", **PLANS[name]})).plan
    assert (found.num_machines, found.num_processes) == (resolved.nodes, resolved.n_gpus)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@PLAN
def test_that_bash_and_transformers_take_the_script(name: str, tmp_path: Path) -> None:
    from transformers import HfArgumentParser, TrainingArguments

    script = written(name, RecipeKind.QWEN)
    (tmp_path / "finetune.sh").write_text(script.text)
    subprocess.run(["bash", "-n", str(tmp_path / "finetune.sh")], check=True, timeout=20)
    command = find_command(script.text, "finetune.py", "finetune.sh")
    assert command is not None
    own = dataclasses.make_dataclass(
        "Own",
        [
            ("model_name_or_path", str, ""),
            ("data_path", str, ""),
            ("lazy_preprocess", bool, False),
            ("model_max_length", int, 8192),
            ("use_lora", bool, False),
            ("q_lora", bool, False),
            ("lora_r", int, 64),
            ("lora_dropout", float, 0.05),
            ("lora_target_modules", list[str], dataclasses.field(default_factory=list)),
        ],
    )
    words = list(command.words[command.words.index("finetune.py") + 1 :])
    parser = HfArgumentParser([own, TrainingArguments])  # type: ignore[list-item]
    found, rest = parser.parse_known_args(words)
    assert rest == []
    assert found.lora_target_modules in ([], ["c_attn", "c_proj", "w1", "w2"])
    assert found.per_device_train_batch_size == 1
