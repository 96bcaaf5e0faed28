"""Which fields count for which plan (`recipes.md` §1)."""

from dataclasses import replace

import pytest

from gpuplanner.core.plan import PLAN_FIELD, Method, Plan
from gpuplanner.core.uses import IGNORED_BY_METHOD, Ignored, ignored_fields


@pytest.mark.parametrize("method", list(Method))
def test_that_every_ignored_field_is_a_field_of_a_plan(method: Method) -> None:
    assert set(IGNORED_BY_METHOD[method]) <= PLAN_FIELD.keys()


def test_that_full_training_has_no_adapters_and_inference_no_optimizer() -> None:
    assert ignored_fields(Plan(method=Method.FULL))["lora_rank"] is Ignored.METHOD
    inference = ignored_fields(Plan(method=Method.INFERENCE))
    assert {"optimizer", "grad_accum_steps", "fused_loss", "lora_rank"} <= inference.keys()
    assert "new_tokens" not in inference
    assert "new_tokens" in ignored_fields(Plan(method=Method.QLORA))


def test_that_links_count_only_where_there_is_something_to_link() -> None:
    one = ignored_fields(Plan())
    assert (one["interconnect"], one["internode_gbps"]) == (Ignored.ONE_GPU, Ignored.ONE_NODE)
    two = ignored_fields(replace(Plan(), gpus_per_node=2, nodes=2))
    assert not {"interconnect", "internode_gbps"} & two.keys()
