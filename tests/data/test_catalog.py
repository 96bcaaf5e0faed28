"""The catalogue: every entry loads, counts as published, and equals the model's own config.json."""

import csv
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Method, Plan, Quantization, Sharding
from gpuplanner.core.units import MIB
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.catalog_file import CatalogFile
from gpuplanner.data.resources import resource
from gpuplanner.estimator.parameters import inventory

CONFIGS = Path(__file__).parent.parent / "samples" / "configs"
NAMES = load_catalog().model_names
PLAN = Plan(model="Qwen-7B", gpu="A100 80GB SXM4")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def entries(name: str) -> dict[str, Any]:
    return tomllib.loads(resource("catalog", name).read_text(encoding="utf-8"))


def bare(llm: Llm) -> Llm:
    """The shape without what only the catalogue knows."""
    return replace(llm, name="", sources="", published_parameters=0)


# Models


def test_that_a_models_path_is_told_from_a_name(catalog: Catalog, tmp_path: Path) -> None:
    assert catalog.model_path("Qwen-7B") is catalog.model_path("qwen/qwen-7b") is None
    (tmp_path / "mine").mkdir()
    assert catalog.model_path("mine", tmp_path) == tmp_path / "mine"
    assert catalog.model_path("a/config.json") == Path("a/config.json")


@pytest.mark.parametrize("name", NAMES)
def test_that_every_model_has_a_sourced_shape(catalog: Catalog, name: str) -> None:
    llm = catalog.model(name)

    assert llm.name == name
    assert "(2026-" in llm.sources
    assert inventory(llm).n_parameters > 1_000_000
    assert all(block.linears for block in inventory(llm).blocks)


def test_that_counts_equal_the_published_ones(catalog: Catalog) -> None:
    """Elements of the checkpoints as Hugging Face counts them, less what an entry says is no parameter."""
    published = [llm for llm in map(catalog.model, NAMES) if llm.published_parameters]

    assert len(published) == 144
    wrong = [llm.name for llm in published if inventory(llm).n_parameters != llm.published_parameters]
    assert wrong == []


def test_that_every_figure_says_where_it_is_from() -> None:
    for name, entry in entries("models.toml").items():
        assert entry["source"], name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"]), name
        assert ("published_parameters" in entry) == ("published_source" in entry), name
        assert ("published_extra" in entry) == ("published_extra_is" in entry), name
        known = {*entry["config"], *entry["config"].get("text_config", {}), "published_parameters"}
        known |= set(entry["config"].get("vision_config", {}))
        assert set(entry.get("figures", {})) <= known, name


def test_that_no_name_means_two_models() -> None:
    spellings = [
        spelling.casefold()
        for name, entry in entries("models.toml").items()
        for spelling in (name, *entry.get("also", ()), *entry.get("aliases", ()))
    ]

    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.json")), ids=lambda path: path.stem)
def test_that_the_published_config_gives_the_catalogue_s_shape(catalog: Catalog, path: Path) -> None:
    assert bare(catalog.model(str(path))) == bare(catalog.model(path.stem))


@pytest.mark.parametrize("name", NAMES)
def test_that_the_entry_s_config_gives_the_same_shape_as_a_file(
    catalog: Catalog, name: str, tmp_path: Path
) -> None:
    """As a model folder, with keys that are none of our business."""
    config = entries("models.toml")[name]["config"]
    more = {"torch_dtype": "bfloat16", "rope_theta": 1e6, "quantization_config": {"bits": 4, "bias": 3}}
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**config, **more}), encoding="utf-8")

    assert bare(catalog.model(str(folder))) == bare(catalog.model(name))


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("Qwen-7B", "Qwen-7B"),
        ("qwen-7b", "Qwen-7B"),
        ("Qwen/Qwen-7B", "Qwen-7B"),
        ("qwen/QWEN-1_8B", "Qwen-1.8B"),
        (" Llama-3-8B ", "Meta-Llama-3-8B"),
        ("meta-llama/Meta-Llama-3.1-8B", "Llama-3.1-8B"),
        ("Qwen/Qwen2.5-7B-Instruct", "Qwen2.5-7B-Instruct"),
        ("THUDM/chatglm3-6b", "chatglm3-6b"),
    ],
)
def test_that_a_model_is_found_by_any_spelling(catalog: Catalog, reference: str, name: str) -> None:
    assert catalog.model(reference).name == name


def test_that_a_relative_of_the_same_shape_keeps_its_own_name(catalog: Catalog) -> None:
    assert bare(catalog.model("Qwen2.5-7B-Instruct")) == bare(catalog.model("Qwen2.5-7B"))


def test_that_the_catalogue_s_name_wins_over_a_folder(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Qwen-7B").mkdir()

    assert catalog.model("Qwen-7B").hidden_size == 4096
    with pytest.raises(InputError, match=r"Qwen-7B: the folder has no config\.json"):
        catalog.model("./Qwen-7B")


def test_that_paths_are_relative_to_the_table(catalog: Catalog, tmp_path: Path) -> None:
    config = (CONFIGS / "Llama-3.1-8B.json").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text(config, encoding="utf-8")
    (tmp_path / "other.json").write_text(config, encoding="utf-8")

    assert catalog.model("mine", tmp_path).name == "mine"
    assert catalog.model("mine/config.json", tmp_path).name == "mine"
    assert catalog.model("other.json", tmp_path).name == "other"


def test_that_a_file_is_read_again_when_it_changed(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    config = json.loads((CONFIGS / "Llama-3.1-8B.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps(config), encoding="utf-8")
    first = catalog.model(str(path))
    assert catalog.model(str(path)) is first

    path.write_text(json.dumps({**config, "num_hidden_layers": 5}), encoding="utf-8")

    assert catalog.model(str(path)).num_hidden_layers == 5


@pytest.mark.parametrize(
    ("reference", "where", "words"),
    [
        ("", "model", "no model is named"),
        ("Qwen-7", "model", "Qwen-7B, Qwen-72B, Qwen-7B-Chat"),
        ("Qwen/Qwen-7", "model", "'Qwen-7' is not in the catalogue"),
        ("\0", "model", "is not in the catalogue"),
        ("x" * 5000, "model", "is not in the catalogue"),
        ("./nowhere", "nowhere", "there is no such file or folder"),
        ("nowhere.json", "nowhere.json", "there is no such file or folder"),
        ("a\0b.json", "a\0b.json", "null character"),
    ],
)
def test_that_an_unknown_model_is_told_in_one_line(
    catalog: Catalog, reference: str, where: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        catalog.model(reference)

    (problem,) = caught.value.problems
    assert problem.where == where
    assert words in problem.line()
    assert "\n" not in problem.line()


# GPUs


def test_that_the_cards_have_the_sources_figures(catalog: Catalog) -> None:
    """Spot checks against the collected table; memory is NVML's total."""
    a100, v100, ascend = map(catalog.gpu, ("A100 80GB SXM4", "V100 16GB SXM2", "Ascend 910B3"))

    assert a100.memory_bytes == 81920 * MIB
    assert a100.bandwidth_bytes_per_s == 2039e9
    assert a100.bf16_flops == 312e12
    assert a100.measured_matmul_flops == 271e12
    assert a100.nvlink_bytes_per_s == 600e9
    assert a100.tdp_watts == 400
    assert v100.bf16_flops is None
    assert v100.fp16_flops == 125e12
    assert ascend.bandwidth_bytes_per_s is None
    assert ascend.nvlink_bytes_per_s == 0
    assert catalog.gpu("RTX 4090").memory_bytes == 24564 * MIB
    assert catalog.gpu("RTX 4090").bf16_flops == 165.2e12
    assert catalog.gpu("L40S").memory_bytes == 46068 * MIB


def test_that_every_figure_of_every_card_has_a_status(catalog: Catalog) -> None:
    assert len(catalog.gpu_names) == 33
    for name in catalog.gpu_names:
        card = catalog.gpu(name)
        assert [figure for figure, _ in card.status] == ["memory", "bandwidth", "flops", "tdp", "nvlink"]
        assert {status for _, status in card.status} <= {"source", "derived", "conflict", "unverified"}
        assert card.memory_bytes > 0
        assert card.sources.endswith("(2026-11-24)")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a100 80gb sxm4", "A100 80GB SXM4"),
        ("A100-SXM4-80GB", "A100 80GB SXM4"),
        ("NVIDIA A100-SXM4-80GB", "A100 80GB SXM4"),
        ("rtx4090", "RTX 4090"),
        ("NVIDIA GeForce RTX 4090", "RTX 4090"),
        ("NVIDIA H100 80GB HBM3", "H100 SXM5"),
        ("Tesla T4", "T4"),
    ],
)
def test_that_a_card_is_found_by_any_spelling(catalog: Catalog, text: str, name: str) -> None:
    assert catalog.gpu(text).name == name


def test_that_names_of_cards_are_told_apart(catalog: Catalog) -> None:
    for name in catalog.gpu_names:
        card = catalog.gpu(name)
        assert card.name == name
        assert catalog.gpu(card.nvml_name) is card


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("A100", "A100 40GB PCIe, A100 40GB SXM4, A100 80GB PCIe"),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", "RTX 4090"),
        ("", "no GPU is named"),
    ],
)
def test_that_an_unknown_card_is_told_with_the_nearest(catalog: Catalog, text: str, nearest: str) -> None:
    with pytest.raises(InputError) as caught:
        catalog.gpu(text)

    assert nearest in str(caught.value)
    assert [problem.where for problem in caught.value.problems] == ["gpu"]


# Plans


def test_that_a_plan_is_filled_in(catalog: Catalog) -> None:
    resolved = catalog.resolve(PLAN)

    assert resolved.llm.name == "Qwen-7B"
    assert resolved.gpu.name == "A100 80GB SXM4"
    assert resolved.plan.sharding is Sharding.NONE
    assert catalog.resolve(PLAN).llm is resolved.llm


def test_that_every_problem_is_told_at_its_field(catalog: Catalog) -> None:
    plan = replace(PLAN, model="nowhere.json", gpu="A1", method=Method.QLORA, quantization=Quantization.NONE)
    with pytest.raises(InputError) as caught:
        catalog.resolve(plan)

    assert [problem.where for problem in caught.value.problems] == ["model", "gpu", "quantization"]
    assert caught.value.problems[0].line() == (
        "model: nowhere.json: there is no such file or folder; check the path"
    )


@pytest.mark.parametrize(
    ("model", "targets", "words"),
    [
        ("Qwen-7B", "q_proj", "choose all-linear, or from c_attn, c_proj, w1, w2"),
        ("Mixtral-8x7B-v0.1", "w1", "the experts' w1 is adapted only together with w3; add w3"),
        ("gpt-oss-20b", "gate_proj", "the model has no module 'gate_proj'"),
    ],
)
def test_that_targets_the_model_lacks_are_told(
    catalog: Catalog, model: str, targets: str, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        catalog.resolve(replace(PLAN, model=model, lora_targets=targets))


def test_that_targets_do_not_matter_without_adapters(catalog: Catalog) -> None:
    assert catalog.resolve(replace(PLAN, method=Method.FULL, lora_targets="nothing")).llm


@pytest.mark.parametrize("table", ["fsdp_rows.csv", "inference_rows.csv"])
def test_that_the_sample_tables_models_and_cards_are_known(catalog: Catalog, table: str) -> None:
    with (CONFIGS.parent / table).open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert catalog.model(row["model"], CONFIGS.parent)
            assert catalog.gpu(row["gpu"])


# Files


def test_that_single_entries_are_parsed_as_in_the_whole_file() -> None:
    for name in ("models.toml", "gpus.toml"):
        file = CatalogFile(resource("catalog", name).read_text(encoding="utf-8"))
        whole = entries(name)
        assert file.names == tuple(whole)
        assert all(file.entry(entry) == table for entry, table in whole.items())
        lines = file.lines("also", "nvml_name")
        assert all(
            lines[entry].get("also", ()) == tuple(table.get("also", ())) for entry, table in whole.items()
        )


def test_that_a_model_given_in_outline_is_resolved_without_checking_its_targets(catalog: Catalog) -> None:
    outline = Llm("mine", "opt", 64, 2, 4, 0, 0, 256, 100, tie_word_embeddings=True)
    resolved = catalog.resolve(Plan(model="./mine", lora_targets="fc1+fc2"), outline=outline)
    assert resolved.llm is outline
    with pytest.raises(InputError, match="2 GPUs need a way to share the work"):
        catalog.resolve(Plan(model="./mine", gpus_per_node=2, sharding=Sharding.NONE), outline=outline)
