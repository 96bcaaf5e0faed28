"""What a format can say comes back as it was, and what it cannot is told: over plans of every kind."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import PLAN_FIELDS, Method, ResolvedPlan, plan_from_texts
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.uses import ignored_fields
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.recipes.common import NoteKind, RecipeKind
from gpuplanner.data.recipes.writing import read_back, write_recipe

CATALOG = load_catalog()
MACHINE = {"gpu", "torch_version", "nodes", "gpus_per_node", "interconnect", "internode_gbps"}


def choices(name: str) -> st.SearchStrategy[str]:
    spec = next(spec for spec in PLAN_FIELDS if spec.name == name)
    return st.sampled_from(["", *spec.choices])


ANY_PLAN = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["Qwen-7B", "Qwen-1.8B-Chat", "Qwen2.5-7B", "Llama-3.1-8B", "gpt2"]),
        **{spec.name: choices(spec.name) for spec in PLAN_FIELDS if spec.choices},
        "lora_rank": st.integers(1, 512).map(str),
        "lora_dropout": st.sampled_from(["0", "0.05", "1"]),
        "lora_targets": st.sampled_from(["", "all-linear", "q_proj+v_proj", "c_attn", "c_attn+c_proj+w1+w2"]),
        "nodes": st.sampled_from(["1", "2"]),
        "gpus_per_node": st.sampled_from(["1", "2", "8"]),
        "seq_len": st.integers(1, 131072).map(str),
        "micro_batch_size": st.integers(1, 64).map(str),
        "grad_accum_steps": st.integers(1, 64).map(str),
        "torch_version": st.sampled_from(["2.0", "2.13"]),
    }
)


def resolved_or_skip(texts: dict[str, str]) -> ResolvedPlan:
    try:
        return CATALOG.resolve(plan_from_texts(texts))
    except InputError:
        assume(False)
        raise


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANY_PLAN, st.sampled_from(RecipeKind))
def test_that_every_field_comes_back_or_is_told(texts: dict[str, str], kind: RecipeKind) -> None:
    resolved = resolved_or_skip(texts)
    if resolved.plan.method is Method.INFERENCE:
        return
    if kind is RecipeKind.QWEN and resolved.llm.model_type != "qwen":
        return
    written = write_recipe(resolved, kind, CATALOG)
    back, _ = fill_in(read_back(written.files, CATALOG).plan(resolved.origin), resolved.gpu)
    told = {note.field for note in written.notes if note.kind is NoteKind.CANNOT_SAY}
    unused = ignored_fields(resolved.plan)
    for spec in PLAN_FIELDS:
        if spec.name in told or spec.name in unused or spec.name == "model":
            continue
        assert getattr(back, spec.name) == getattr(resolved.plan, spec.name), spec.name
    again, before = CATALOG.model(back.model), resolved.llm
    assert (again.hidden_size, again.num_hidden_layers, again.vocab_size) == (
        before.hidden_size,
        before.num_hidden_layers,
        before.vocab_size,
    )


# What each format says in full: choices with which nothing but the machine is told.
ADAPTERS = {
    "method": st.sampled_from(["lora", "lora-emb", "qlora"]),
    "optimizer": choices("optimizer"),
    "attention": choices("attention"),
    "grad_checkpointing": st.sampled_from(["true", "false"]),
    "fused_loss": st.sampled_from(["true", "false"]),
    "lora_rank": st.integers(1, 512).map(str),
    "lora_dropout": st.sampled_from(["0", "0.05", "0.1"]),
    "seq_len": st.integers(1, 131072).map(str),
    "micro_batch_size": st.integers(1, 64).map(str),
    "grad_accum_steps": st.integers(1, 64).map(str),
    "sharding": st.sampled_from(["", "zero1", "zero2", "zero3"]),
    "precision": st.sampled_from(["bf16", "fp16"]),
    "gpus_per_node": st.sampled_from(["2", "8"]),
}
QWEN = {
    "method": st.sampled_from(["full", "lora-emb"]),
    "attention": st.just("flash"),
    "fused_loss": st.just("false"),
}
SAYABLE = {
    RecipeKind.LLAMA_FACTORY: st.fixed_dictionaries({"model": st.just("Qwen2.5-7B"), **ADAPTERS}),
    RecipeKind.AXOLOTL: st.fixed_dictionaries({"model": st.just("Llama-3.1-8B"), **ADAPTERS}),
    RecipeKind.TRL: st.fixed_dictionaries(
        {"model": st.just("Qwen2.5-7B"), **ADAPTERS, "method": st.sampled_from(["full", "lora", "lora-emb"])}
    ),
    RecipeKind.QWEN: st.fixed_dictionaries({"model": st.just("Qwen-7B"), **ADAPTERS, **QWEN}),
}


@pytest.mark.parametrize("kind", RecipeKind)
def test_that_a_format_says_what_it_can_say(kind: RecipeKind) -> None:
    @settings(max_examples=30, deadline=None)
    @given(SAYABLE[kind])
    def check(texts: dict[str, str]) -> None:
        written = write_recipe(CATALOG.resolve(plan_from_texts(texts)), kind, CATALOG)
        untold = [note for note in written.notes if note.kind is NoteKind.CANNOT_SAY]
        assert {note.field for note in untold} <= MACHINE, [note.line() for note in untold]

    check()


@pytest.mark.parametrize("kind", [RecipeKind.QWEN, RecipeKind.TRL])
def test_that_scripts_and_accelerate_name_the_gpus(kind: RecipeKind) -> None:
    plan = plan_from_texts({"model": "Qwen-7B", "method": "lora-emb", "nodes": "2", "gpus_per_node": "4"})
    written = write_recipe(CATALOG.resolve(plan), kind, CATALOG)
    values = dict(read_back(written.files, CATALOG).values)
    assert (values["nodes"], values["gpus_per_node"]) == (2, 4)


def test_that_inference_has_no_recipe() -> None:
    resolved = CATALOG.resolve(plan_from_texts({"model": "Qwen-7B", "method": "inference"}))
    with pytest.raises(InputError, match="no training recipe"):
        write_recipe(resolved, RecipeKind.TRL, CATALOG)


def test_that_qwens_script_is_for_qwens_first_series() -> None:
    resolved = CATALOG.resolve(plan_from_texts({"model": "Llama-3.1-8B"}))
    with pytest.raises(InputError, match="not Llama"):
        write_recipe(resolved, RecipeKind.QWEN, CATALOG)
