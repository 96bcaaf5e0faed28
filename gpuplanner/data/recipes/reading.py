"""Finds out which format a file has, reads it, and joins a recipe with the settings that lie beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD, Autocast, Precision
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.accelerate_yaml import read_accelerate
from gpuplanner.data.recipes.axolotl import read_axolotl
from gpuplanner.data.recipes.common import MAX_BYTES, Beside, Note, NoteKind, Recipe
from gpuplanner.data.recipes.deepspeed_json import read_deepspeed, read_json
from gpuplanner.data.recipes.llamafactory import read_llamafactory
from gpuplanner.data.recipes.names import half, has_sharded_states
from gpuplanner.data.recipes.qwen_script import PROGRAM, read_qwen_text
from gpuplanner.data.recipes.trl import read_trl_text
from gpuplanner.data.recipes.trl_yaml import MARKS, read_trl_yaml
from gpuplanner.data.recipes.yaml_text import read_yaml
from gpuplanner.data.whole_file import read_whole

SUFFIXES = (".yaml", ".yml", ".sh", ".py", ".json")
_KeysReader = Callable[[Mapping[str, object], str, Catalog, Beside], Recipe]
_BY_KEY: tuple[tuple[str, _KeysReader], ...] = (
    ("distributed_type", read_accelerate),
    ("compute_environment", read_accelerate),
    ("base_model", read_axolotl),
    ("model_name_or_path", read_llamafactory),
    ("finetuning_type", read_llamafactory),
    ("zero_optimization", read_deepspeed),
    ("train_micro_batch_size_per_gpu", read_deepspeed),
)
"""The key by which a file is told; the first that is there decides."""
_LLAMA_FACTORY = frozenset({"finetuning_type", "cutoff_len", "template", "lora_target", "quantization_bit"})
"""Keys of LLaMA-Factory that TRL does not have."""
FORMATS = (
    "LLaMA-Factory, axolotl or TRL YAML, Qwen's finetune script, TRL or peft in Python, accelerate YAML, "
    "DeepSpeed JSON"
)


def read_recipe(text: str, name: str, catalog: Catalog, beside: Beside = lambda file: None) -> Recipe:
    """Read a recipe of any known format; ``name`` is its file's, ``beside`` gives files that it names.

    Raises:
        InputError: the format is not known, or something that is said cannot be used.
    """
    if len(text) > MAX_BYTES:
        raise InputError.of(f"is longer than {MAX_BYTES // 1024} KiB, which no recipe is", name)
    suffix = Path(name).suffix.lower()
    if suffix == ".py":
        return read_trl_text(text, name, catalog, beside)
    if suffix in (".sh", ".bash"):
        return read_qwen_text(text, name, catalog, beside)
    if suffix == ".json":
        return _by_keys(read_json(text, name), name, catalog, beside)
    if suffix in (".yaml", ".yml"):
        return _by_keys(read_yaml(text, name), name, catalog, beside)
    return _by_content(text, name, catalog, beside)


def _by_content(text: str, name: str, catalog: Catalog, beside: Beside) -> Recipe:
    """A pasted text, or a file of another name."""
    start = text.lstrip()
    if start.startswith("#!") or PROGRAM in text:
        return read_qwen_text(text, name, catalog, beside)
    if start.startswith("{"):
        return _by_keys(read_json(text, name), name, catalog, beside)
    if "import " in text and ("Config(" in text or "Arguments(" in text):
        return read_trl_text(text, name, catalog, beside)
    return _by_keys(read_yaml(text, name), name, catalog, beside)


def _by_keys(keys: Mapping[str, object], name: str, catalog: Catalog, beside: Beside) -> Recipe:
    for key, reader in _BY_KEY:
        if key in keys:
            is_trl = reader is read_llamafactory and not _LLAMA_FACTORY.intersection(keys)
            if is_trl and any(mark in keys for mark in MARKS):
                return read_trl_yaml(keys, name, catalog, beside)
            return reader(keys, name, catalog, beside)
    raise InputError.of("is no recipe that is known", name, f"read are {FORMATS}")


def joined(recipes: Sequence[Recipe]) -> Recipe:
    """One recipe of several files: what settings say counts over what the others leave open.

    Raises:
        InputError: two of them are whole recipes.
    """
    whole = [recipe for recipe in recipes if not recipe.is_settings]
    if len(whole) > 1:
        titles = " and ".join(recipe.title for recipe in whole)
        raise InputError.of(f"are two recipes, {titles}", "recipe", "give one, with its settings")
    ordered = [*whole, *(recipe for recipe in recipes if recipe.is_settings)]
    values: dict[str, Value] = {}
    notes: list[Note] = []
    for recipe in ordered:
        said = dict(recipe.values)
        notes = [note for note in notes if note.kind is not NoteKind.ASSUMED or note.field not in said]
        notes += recipe.notes
        if said.get("sharding") is None and values.get("sharding") is not None:
            # A DeepSpeed file names its stage, accelerate's "NO" does not undo it.
            said = {
                key: value for key, value in said.items() if key not in ("sharding", "framework", "offload")
            }
        values |= said
    if has_sharded_states(values.get("sharding")):
        values["autocast"] = Autocast.AUTO
        precision = values.get("precision")
        if isinstance(precision, Precision):
            values["precision"] = half(precision)
    first = ordered[0]
    title = " + ".join(recipe.title for recipe in ordered)
    kept = not whole
    return replace(first, title=title, values=tuple(values.items()), notes=tuple(notes), is_settings=kept)


def read_recipe_files(paths: Sequence[Path], catalog: Catalog) -> Recipe:
    """Read a recipe and the settings that belong to it; files that it names are looked for beside it.

    Raises:
        InputError: a file cannot be read, or says something that cannot be used.
    """
    recipes = []
    for path in paths:
        text = _text(path)
        recipes.append(_with_place(read_recipe(text, str(path), catalog, _looks_beside(path)), path, catalog))
    return joined(recipes) if len(recipes) > 1 else recipes[0]


def is_recipe(path: Path, text: str) -> bool:
    """Whether a file is a recipe rather than a plan of GPU Planner's own: by its name, JSON by its keys."""
    suffix = path.suffix.lower()
    if suffix != ".json":
        return suffix in SUFFIXES
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or "plan" in found or any(key in PLAN_FIELD for key in found):
        return False
    return any(key in found for key, _ in _BY_KEY)


def is_recipe_file(path: Path) -> bool:
    """The same of a file that has not been read; one that cannot be read is none."""
    try:
        return is_recipe(path, _text(path))
    except InputError:
        return False


def _text(path: Path) -> str:
    try:
        return read_whole(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.of("is not UTF-8", str(path), "save it as UTF-8") from None


def _looks_beside(path: Path) -> Beside:
    """Files are named from the project's folder, which may be any above: tried are name and whole path."""

    def text(name: str) -> str | None:
        if not name or "\0" in name:
            return None
        for candidate in (path.parent / name, path.parent / Path(name).name, path.parent.parent / name):
            try:
                if candidate.is_file():
                    return _text(candidate)
            except (OSError, InputError):
                continue
        return None

    return text


def _with_place(recipe: Recipe, path: Path, catalog: Catalog) -> Recipe:
    """A model that is a folder beside the recipe is found from everywhere."""
    values = dict(recipe.values)
    model = values.get("model")
    if isinstance(model, str) and not Path(model).is_absolute():
        place = catalog.model_path(model, path.parent)
        if place is not None and place.exists():
            values["model"] = str(place.resolve())
    return replace(recipe, values=tuple(values.items()))
