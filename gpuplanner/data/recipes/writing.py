"""Writes a plan as a recipe, reads it back, and says of every field what the recipe could not say.

Nothing is dropped in silence, for the notes come from comparing the plan with what was read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import Value, write_value
from gpuplanner.core.plan import PLAN_FIELDS, Method, Quantization, ResolvedPlan
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.uses import ignored_fields
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.axolotl import axolotl_files
from gpuplanner.data.recipes.common import Note, NoteKind, Recipe, RecipeFile, RecipeKind, WrittenRecipe
from gpuplanner.data.recipes.llamafactory import llamafactory_files
from gpuplanner.data.recipes.qwen_script import qwen_files
from gpuplanner.data.recipes.reading import joined, read_recipe
from gpuplanner.data.recipes.trl_program import trl_files
from gpuplanner.data.whole_file import write_whole

TITLES: Mapping[RecipeKind, str] = {
    RecipeKind.LLAMA_FACTORY: "LLaMA-Factory",
    RecipeKind.AXOLOTL: "axolotl",
    RecipeKind.QWEN: "Qwen's finetune script",
    RecipeKind.TRL: "TRL (Python)",
}
_OF_MACHINE = {
    "gpu": "the card is the machine's",
    "nodes": "is said when the training is started (torchrun --nnodes)",
    "gpus_per_node": "is said when the training is started (torchrun --nproc_per_node)",
    "torch_version": "is what is installed",
    "interconnect": "is the machine's",
    "internode_gbps": "is the machine's",
}
_WHY: Mapping[tuple[RecipeKind, str], str] = {
    (RecipeKind.LLAMA_FACTORY, "precision"): "the type follows from bf16, fp16 and pure_bf16",
    (RecipeKind.LLAMA_FACTORY, "autocast"): "autocast follows from bf16, fp16 and pure_bf16",
    (RecipeKind.LLAMA_FACTORY, "adapter_precision"): "adapters are fp32 unless pure_bf16 is set",
    (RecipeKind.AXOLOTL, "precision"): "the weights have the type in which is computed",
    (RecipeKind.QWEN, "model"): "finetune.py decides by the model's name what it trains",
    (RecipeKind.QWEN, "quantization"): "finetune.py loads GPTQ models of 4 bits",
    (RecipeKind.QWEN, "precision"): "finetune.py has bf16 and fp16",
    (RecipeKind.QWEN, "attention"): "Qwen's code chooses it",
    (RecipeKind.QWEN, "fused_loss"): "finetune.py computes all logits",
    (RecipeKind.QWEN, "adapter_precision"): "finetune.py leaves it to peft",
    (RecipeKind.TRL, "adapter_precision"): "SFTTrainer trains adapters of a quantized base in bf16",
    (RecipeKind.TRL, "fused_loss"): "TRL 1.16 computes the loss in chunks",
}
_FOR_ALL = {
    "framework": "it is trained by transformers' Trainer",
    "method": "adapters on a quantized base are qlora",
    "autocast": "DeepSpeed computes in half throughout, the Trainer's bf16 and fp16 are autocast",
    "sharding": "layers over the GPUs of one process are not trained so",
    "offload": "it offloads all or nothing",
    "adapter_precision": "the type follows from the others",
}
_YOURS = (
    ("learning_rate", "0.0001 is a place for yours"),
    ("num_train_epochs", "1 is a place for yours"),
    ("data set", "your data's name belongs here"),
)
_SUFFIXES = {Quantization.GPTQ_INT4: "-GPTQ-Int4", Quantization.GPTQ_INT8: "-GPTQ-Int8"}


def write_recipe(resolved: ResolvedPlan, kind: RecipeKind, catalog: Catalog) -> WrittenRecipe:
    """The plan's files in another project's words, the main one first.

    Raises:
        InputError: the plan does not train, or the project has no word for its model.
    """
    plan = resolved.plan
    if plan.method is Method.INFERENCE:
        raise InputError.of("inference has no training recipe", "method", "choose a method that trains")
    if kind is RecipeKind.QWEN and resolved.llm.model_type != "qwen":
        what = f"Qwen's finetune.py trains Qwen-1.8B to Qwen-72B, not {resolved.llm.name}"
        raise InputError.of(what, "model", "choose another format")
    name = catalog.repository(resolved.origin.model) or resolved.origin.model
    if kind is not RecipeKind.QWEN and plan.quantization is not None:
        name += _SUFFIXES.get(plan.quantization, "")
    if kind is RecipeKind.LLAMA_FACTORY:
        files = llamafactory_files(plan, resolved.llm, name)
    elif kind is RecipeKind.AXOLOTL:
        files = axolotl_files(plan, resolved.llm, name)
    elif kind is RecipeKind.QWEN:
        files = qwen_files(plan, name)
    else:
        files = trl_files(plan, resolved.llm, name)
    return WrittenRecipe(kind, files, tuple(_notes(resolved, kind, read_back(files, catalog))))


def read_back(files: tuple[RecipeFile, ...], catalog: Catalog) -> Recipe:
    """What written files say, read as a stranger's would be."""
    texts = {file.name: file.text for file in files}
    main = read_recipe(files[0].text, files[0].name, catalog, texts.get)
    beside = [file for file in files[1:] if file.name.endswith(".yaml")]
    return joined([main, *(read_recipe(file.text, file.name, catalog) for file in beside)])


def _notes(resolved: ResolvedPlan, kind: RecipeKind, recipe: Recipe) -> Iterator[Note]:
    wanted, said = resolved.plan, dict(recipe.values)
    back, _ = fill_in(recipe.plan(resolved.origin), resolved.gpu)
    ignored = ignored_fields(wanted)
    for spec in PLAN_FIELDS:
        if spec.name in ignored:
            continue
        before, after = getattr(wanted, spec.name), getattr(back, spec.name)
        if spec.name not in said and spec.name in _OF_MACHINE:
            why = f"{write_value(before)}: {_OF_MACHINE[spec.name]}"
            yield Note(NoteKind.CANNOT_SAY, spec.name, why, spec.name)
        elif not _same(spec.name, before, after, resolved):
            reason = _WHY.get((kind, spec.name)) or _FOR_ALL.get(spec.name, "there is no word for it")
            text = f"{write_value(before)} becomes {write_value(after)}: {reason}"
            yield Note(NoteKind.CANNOT_SAY, spec.name, text, spec.name)
    if wanted.quantization in _SUFFIXES:
        why = "the quantized checkpoint is named by custom: check that there is one of this name"
        yield Note(NoteKind.YOURS, "model", why)
    if wanted.method is not Method.FULL:
        yield Note(NoteKind.YOURS, "lora_alpha", "twice the rank, as is usual, for a plan has none")
    yield from (Note(NoteKind.YOURS, key, why) for key, why in _YOURS)


def _same(field: str, before: Value, after: Value, resolved: ResolvedPlan) -> bool:
    if field != "model":
        return before == after
    return str(after).casefold() in (str(before).casefold(), resolved.llm.name.casefold())


def main_file_name(kind: RecipeKind) -> str:
    """The name under which a recipe is offered."""
    return {
        RecipeKind.LLAMA_FACTORY: "train.yaml",
        RecipeKind.AXOLOTL: "axolotl.yaml",
        RecipeKind.QWEN: "finetune.sh",
        RecipeKind.TRL: "train.py",
    }[kind]


def save_recipe(written: WrittenRecipe, target: Path) -> tuple[Path, ...]:
    """Write the files: the main one under the given name, or all into a folder (a name without suffix).

    Raises:
        InputError: a file cannot be written, or one of another kind is in its place.
    """
    if not target.suffix or target.is_dir():
        _make_folder(target)
        folder, main = target, written.files[0].name
    else:
        folder, main = target.parent, target.name
    paths = (folder / main, *(folder / file.name for file in written.files[1:]))
    for path, file in zip(paths, written.files, strict=True):
        write_whole(path, file.text.encode())
    return paths


def _make_folder(folder: Path) -> None:
    """Make a folder unless it is there.

    Raises:
        InputError: it cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError.of(f"cannot be made ({reason})", str(folder), "choose another folder") from None
