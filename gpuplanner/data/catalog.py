"""The catalogue: cards and models by name, and plans with both filled in."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Method, Plan, ResolvedPlan
from gpuplanner.core.resolve import contradictions, fill_in
from gpuplanner.core.units import GB, MIB, shorten
from gpuplanner.data.catalog_file import CatalogFile
from gpuplanner.data.model_config import CONFIG_NAME, config_from_mapping, read_config
from gpuplanner.data.resources import resource
from gpuplanner.estimator.parameters import half_targets, target_names

_TFLOPS = 10**12
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_VENDOR_WORDS = frozenset({"nvidia", "geforce", "tesla"})
_ADAPTERS = (Method.LORA, Method.LORA_EMB, Method.QLORA)

Signature = tuple[int, int, int]


def load_catalog() -> Catalog:
    """Open the shipped catalogue; its entries are parsed when they are asked for.

    Raises:
        FileNotFoundError: the program was installed without its resources.
    """
    return Catalog(_text("models.toml"), _text("gpus.toml"))


def _text(name: str) -> str:
    return resource("catalog", name).read_text(encoding="utf-8")


class Catalog:
    """Cards and models of two TOML texts; also reads models from a ``config.json`` or a model folder.

    A model that was looked up before is the same object again, and so is one from a file that has not
    changed since.
    """

    def __init__(self, models: str, gpus: str) -> None:
        self._models, self._gpus = CatalogFile(models), CatalogFile(gpus)
        self._llms: dict[str, Llm] = {}
        self._cards: dict[str, Gpu] = {}
        self._files: dict[Path, tuple[Signature, Llm]] = {}

    @property
    def gpu_names(self) -> tuple[str, ...]:
        """The cards, in the catalogue's order."""
        return self._gpus.names

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models with entries of their own, in the catalogue's order; `model` knows more names."""
        return self._models.names

    def gpu(self, name: str) -> Gpu:
        """A card by its name or by the one that NVML reports; case, spaces, hyphens and order do not matter.

        Raises:
            InputError: with the three nearest names.
        """
        card = self._cards.get(name)
        if not name.strip():
            raise InputError.of("no GPU is named", "gpu", "choose one of the catalogue")
        if card is None:
            known = self._gpu_keys.get(_gpu_key(name))
            if known is None:
                raise _unknown("GPU", name, self.gpu_names, "gpu")
            card = self._cards.get(known) or _gpu(known, self._gpus.entry(known))
            self._cards[known] = self._cards[name] = card
        return card

    def model(self, reference: str, base_dir: Path | None = None) -> Llm:
        """A model by its Hugging Face name (with or without organisation), or by the path of its config.

        A name of the catalogue is that model, whatever lies in the current folder.  Anything else is a
        path when it holds a separator, ends in ``.json`` or is a folder; relative to ``base_dir``.

        Raises:
            InputError: with one problem.
        """
        reference = reference.strip()
        if not reference:
            raise InputError.of("no model is named", "model", "choose one of the catalogue, or a config.json")
        known = self._model_keys.get(reference.casefold())
        if known is not None:
            return self._catalogue_model(*known)
        path = _path(reference, base_dir)
        if path is not None:
            return self._file_model(path)
        raise _unknown(
            "model", reference.rsplit("/", 1)[-1], self._own_names, "model", f"or a path of a {CONFIG_NAME}"
        )

    def repository(self, reference: str) -> str | None:
        """Organisation and name on Hugging Face of a model of the catalogue; None of any other."""
        known = self._model_keys.get(reference.strip().casefold())
        if known is None:
            return None
        entry, shown = known
        line = self._models.lines("organisation", "aliases")[entry]
        # The repository of Qwen-1.8B is named Qwen-1_8B.
        underscored = shown.replace(".", "_")
        return f"{line['organisation'][0]}/{underscored if underscored in line.get('aliases', ()) else shown}"

    def model_path(self, reference: str, base_dir: Path | None = None) -> Path | None:
        """The file or folder that a reference to a model means, or None where it is a name."""
        reference = reference.strip()
        return None if reference.casefold() in self._model_keys else _path(reference, base_dir)

    def resolve(
        self, plan: Plan, base_dir: Path | None = None, *, outline: Llm | None = None
    ) -> ResolvedPlan:
        """The plan with nothing left open; a model's path is relative to ``base_dir``.

        ``outline`` takes the place of a model whose linears are not known: its targets are not checked.

        Raises:
            InputError: with every problem of the plan, each at its field.
        """
        problems: list[InputProblem] = []
        llm, gpu = outline, None
        try:
            llm = outline or self.model(plan.model, base_dir)
        except InputError as error:
            problems += (_at_field("model", problem) for problem in error.problems)
        try:
            gpu = self.gpu(plan.gpu)
        except InputError as error:
            problems += error.problems
        # Some card or other lets the rest of the plan be checked too.
        filled, assumed = fill_in(plan, gpu or self.gpu(self.gpu_names[0]))
        known = llm is not None and outline is None
        names = (
            target_names(llm)
            if llm is not None and known
            else frozenset(part.strip() for part in plan.lora_targets.split("+"))
        )
        problems += contradictions(filled, names)
        if llm is not None and known and plan.method in _ADAPTERS:
            problems += (
                InputProblem(
                    f"the experts' {given} is adapted only together with {missing}",
                    "lora_targets",
                    f"add {missing}",
                )
                for given, missing in half_targets(llm, plan.lora_targets)
            )
        if problems or llm is None or gpu is None:
            raise InputError(problems)
        return ResolvedPlan(filled, llm, gpu, assumed, asked=plan)

    @cached_property
    def _gpu_keys(self) -> Mapping[str, str]:
        """Names of cards by the words they are made of."""
        lines = self._gpus.lines("nvml_name")
        keys = {_gpu_key(nvml): name for name, line in lines.items() for nvml in line["nvml_name"]}
        return {**keys, **{_gpu_key(name): name for name in self.gpu_names}}

    @cached_property
    def _model_keys(self) -> Mapping[str, tuple[str, str]]:
        """(entry, name to show) by every spelling, in lower case."""
        keys: dict[str, tuple[str, str]] = {}
        for entry, line in self._models.lines("organisation", "also", "aliases").items():
            organisation = line["organisation"][0]
            spellings = [(alias, entry) for alias in line.get("aliases", ())]
            spellings += [(name, name) for name in (*line.get("also", ()), entry)]
            for spelling, shown in spellings:
                keys[spelling.casefold()] = keys[f"{organisation}/{spelling}".casefold()] = (entry, shown)
        return keys

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        """Every name without its organisation, for suggestions."""
        also = (name for line in self._models.lines("also").values() for name in line.get("also", ()))
        return (*self.model_names, *also)

    def _catalogue_model(self, entry: str, shown: str) -> Llm:
        llm = self._llms.get(shown)
        if llm is None:
            llm = self._llms[shown] = _llm(entry, shown, self._models.entry(entry))
        return llm

    def _file_model(self, path: Path) -> Llm:
        signature = _signature(path)
        kept = self._files.get(path)
        if kept is not None and kept[0] == signature:
            return kept[1]
        llm = read_config(path)
        if signature is not None:
            self._files[path] = (signature, llm)
        return llm


def _path(reference: str, base_dir: Path | None) -> Path | None:
    """The path that a reference means, or None when it is none."""
    path = Path(reference)
    try:
        path = path.expanduser()
        if base_dir is not None:
            path = base_dir / path
        exists = os.path.lexists(path)
    except (OSError, RuntimeError, ValueError):
        return path
    separators = reference.count("/") + reference.count("\\")
    if exists and (separators or path.is_dir()):
        return path
    if reference.lower().endswith(".json"):
        return path
    # ``Qwen/Qwen9`` may be meant as a name; ``./Qwen9`` and ``a/b/c`` are not.
    like_a_name = separators == 1 and "/" in reference and reference[0] not in "./~"
    return path if separators and not like_a_name else None


def _signature(path: Path) -> Signature | None:
    """What changes when the file does; None when it cannot be told (reading it says why)."""
    try:
        info = (path / CONFIG_NAME if path.is_dir() else path).stat()
    except (OSError, ValueError):
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino


def _at_field(field: str, problem: InputProblem) -> InputProblem:
    if problem.where == field:
        return problem
    return InputProblem(f"{problem.where}: {problem.what}", field, problem.hint)


def _unknown(kind: str, name: str, known: Iterable[str], field: str, more: str = "") -> InputError:
    nearest = ", ".join(_nearest(name[:100], tuple(known)))
    hint = f"the nearest are {nearest}" + (f"; {more}" if more else "")
    return InputError.of(f"the {kind} {shorten(name)!r} is not in the catalogue", field, hint)


# A table asks again for every row of a model that nobody knows, and a search takes tens of milliseconds.
@lru_cache(maxsize=256)
def _nearest(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Three names: those that begin with the wanted one, then those that hold it, then the most similar."""
    wanted = _squeezed(name)
    by_key = {_squeezed(known_name): known_name for known_name in known}
    holding = [key for key in by_key if wanted and wanted in key]
    similar = difflib.get_close_matches(wanted, by_key, 3, cutoff=0.0)
    beginning = [key for key in holding if key.startswith(wanted)]
    return tuple(by_key[key] for key in dict.fromkeys((*beginning, *holding, *similar)))[:3]


def _squeezed(name: str) -> str:
    return "".join(word for word in _WORDS.findall(name.casefold()) if word not in _VENDOR_WORDS)


def _gpu_key(name: str) -> str:
    words = [word for word in _WORDS.findall(name.casefold()) if word not in _VENDOR_WORDS]
    return " ".join(sorted(words))


def _gpu(name: str, entry: Mapping[str, Any]) -> Gpu:
    def scaled(key: str, unit: int) -> float | None:
        value = entry.get(key)
        return None if value is None else value * unit

    return Gpu(
        name=name,
        nvml_name=entry["nvml_name"],
        architecture=entry["architecture"],
        compute_capability=entry["compute_capability"],
        memory_bytes=entry["memory_mib"] * MIB,
        bandwidth_bytes_per_s=scaled("bandwidth_gb_s", GB),
        bf16_flops=scaled("bf16_tflops", _TFLOPS),
        fp16_flops=scaled("fp16_tflops", _TFLOPS),
        tdp_watts=scaled("tdp_w", 1),
        nvlink_bytes_per_s=scaled("nvlink_gb_s", GB) or 0.0,
        measured_matmul_flops=scaled("measured_matmul_tflops", _TFLOPS),
        flash_attention=entry["flash_attention"],
        status=tuple(entry["status"].items()),
        sources=f"{entry['sources']} ({entry['date']})",
        note=entry["note"],
        vendor=entry["vendor"],
        marketing_gb=entry.get("marketing_gb"),
        ecc=entry["ecc"],
    )


def _llm(name: str, shown: str, entry: Mapping[str, Any]) -> Llm:
    figures = "".join(f"; {key}: {source}" for key, source in entry.get("figures", {}).items())
    return replace(
        config_from_mapping(entry["config"], f"the catalogue's {name}", name=shown),
        sources=f"{entry['source']} ({entry['date']}){figures}",
        published_parameters=entry.get("published_parameters", 0) - entry.get("published_extra", 0),
    )
