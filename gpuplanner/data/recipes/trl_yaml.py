"""The YAML of TRL's commands (``trl sft --config``) and of the alignment handbook: its arguments as keys.

Keys and defaults: TRL 1.16, ``trainer/model_config.py`` (``ModelConfig``), ``trainer/utils.py``
(``get_quantization_config``, ``get_peft_config``) and ``scripts/utils.py`` (``ScriptArguments``).
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, Recipe
from gpuplanner.data.recipes.python_calls import Call
from gpuplanner.data.recipes.trl import read_trl_calls

TITLE = "TRL YAML"
MARKS = (
    *("use_peft", "dataset_name", "dataset_mixer", "dataset_mixture", "lora_r", "lora_target_modules"),
    *("max_length", "max_seq_length", "load_in_4bit", "load_in_8bit", "attn_implementation", "dtype"),
    *("torch_dtype", "use_bnb_nested_quant"),
)
"""Keys of TRL that LLaMA-Factory does not have."""
_LOADING = ("dtype", "torch_dtype", "attn_implementation", "trust_remote_code")
_DATA = (
    "dataset_name",
    "dataset_mixer",
    "dataset_mixture",
    "dataset_config",
    "dataset_train_split",
    "dataset_test_split",
    "dataset_splits",
)
_LORA = {
    "lora_r": "r",
    "lora_alpha": "lora_alpha",
    "lora_dropout": "lora_dropout",
    "lora_target_modules": "target_modules",
    "lora_modules_to_save": "modules_to_save",
    "use_rslora": "use_rslora",
    "use_dora": "use_dora",
}
_BITS = (
    "load_in_4bit",
    "load_in_8bit",
    "bnb_4bit_quant_type",
    "use_bnb_nested_quant",
    "bnb_4bit_quant_storage",
)


def read_trl_yaml(keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the keys as the calls that TRL makes of them.

    Raises:
        InputError: a value cannot be used.
    """
    rest = dict(keys)

    def taken(names: tuple[str, ...]) -> dict[str, object]:
        return {name: rest.pop(name) for name in names if name in rest}

    loading, bits, lora, data = taken(_LOADING), taken(_BITS), taken(tuple(_LORA)), taken(_DATA)
    name = rest.pop("model_name_or_path", None)
    if "torch_dtype" not in loading:
        loading.setdefault("dtype", "float32")
    # What TRL puts in where nothing is said.
    adapter = {
        "lora_r": 16,
        "lora_dropout": 0.05,
        **{key: value for key, value in lora.items() if value is not None},
    }
    quantizer = {
        "load_in_4bit": bits.get("load_in_4bit"),
        "load_in_8bit": bits.get("load_in_8bit"),
        "bnb_4bit_quant_type": bits.get("bnb_4bit_quant_type") or "nf4",
        "bnb_4bit_use_double_quant": bits.get("use_bnb_nested_quant"),
    }
    calls = [
        Call("from_pretrained", [name], loading, 1),
        Call("BitsAndBytesConfig", [], quantizer, 1),
        Call("load_dataset", [data.get("dataset_name")], {}, 1),
    ]
    if rest.pop("use_peft", False) is True:
        calls.append(Call("LoraConfig", [], {_LORA[key]: value for key, value in adapter.items()}, 1))
    calls.append(Call("SFTConfig", [], rest, 1))
    return read_trl_calls(calls, where, catalog, beside, TITLE)
