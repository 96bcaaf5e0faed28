from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpuplanner.core.benchmark import ROW_FIELD, ROW_FIELDS
from gpuplanner.core.fields import FieldSpec, check_limits, declare, read_value, specs_of, write_value

ENUM_FIELDS = [spec for spec in ROW_FIELDS if issubclass(spec.kind, Enum)]


@pytest.mark.parametrize("spec", ROW_FIELDS, ids=lambda spec: spec.name)
def test_that_every_field_is_declared_in_full_and_its_default_is_readable(spec: FieldSpec) -> None:
    assert spec.label
    assert spec.help
    assert spec.option == "--" + spec.name.replace("_", "-")
    assert read_value(spec, "") == spec.default
    assert read_value(spec, write_value(spec.default)) == spec.default
    assert (
        spec.default is not None or spec.unset or spec.name in ("peak_memory", "step_time_s", "tokens_per_s")
    )


@pytest.mark.parametrize("spec", ENUM_FIELDS, ids=lambda spec: spec.name)
def test_that_every_choice_is_read_in_any_case_and_with_either_dash(spec: FieldSpec) -> None:
    assert spec.choices
    for choice in spec.choices:
        for text in (choice, choice.upper(), choice.lower(), choice.replace("-", "_"), f" {choice} "):
            assert write_value(read_value(spec, text)) == choice


def test_that_a_word_that_is_no_choice_is_answered_with_the_choices() -> None:
    with pytest.raises(ValueError, match="'megatron' is not one of auto, hf, hf-deepspeed, fsdp"):
        read_value(ROW_FIELD["framework"], "megatron")


@pytest.mark.parametrize("text", ["true", "TRUE", "Yes", "on", "1"])
def test_that_yes_is_read_in_many_words(text: str) -> None:
    assert read_value(ROW_FIELD["grad_checkpointing"], text) is True


@pytest.mark.parametrize("text", ["false", "No", "OFF", "0"])
def test_that_no_is_read_in_many_words(text: str) -> None:
    assert read_value(ROW_FIELD["grad_checkpointing"], text) is False


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("grad_checkpointing", "maybe", "neither true nor false"),
        ("seq_len", "2.5", "is not a whole number"),
        ("seq_len", "0", "below the smallest possible value, 1"),
        ("seq_len", "1e12", "above the largest possible value, 16,777,216"),
        ("lora_rank", "0", "below the smallest"),
        ("nodes", "0", "below the smallest"),
        ("lora_dropout", "1.5", "above the largest possible value, 1"),
        ("peak_memory", "-1", "below the smallest"),
        ("peak_memory", "-", "is not a number"),
        ("step_time_s", "5m", "is not a number"),
        ("step_time_s", "2,113", "two ways"),
        ("step_time_s", "1.7s/it", "is not a number"),
    ],
)
def test_that_an_impossible_value_is_refused_with_its_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_value(ROW_FIELD[name], text)


def test_that_counts_may_be_typed_with_a_comma_or_a_suffix() -> None:
    assert read_value(ROW_FIELD["seq_len"], "4,096") == 4096
    assert read_value(ROW_FIELD["seq_len"], "8k") == 8192


def test_that_text_is_stripped_and_otherwise_as_it_is() -> None:
    assert read_value(ROW_FIELD["note"], "  a, b\n c ") == "a, b\n c"


@pytest.mark.parametrize("name", ["peak_memory", "step_time_s", "tokens_per_s", "lora_dropout"])
@given(st.data())
def test_that_every_figure_within_its_limits_is_read_back_from_its_text(
    name: str, data: st.DataObject
) -> None:
    spec = ROW_FIELD[name]
    value = data.draw(st.floats(min_value=spec.low, max_value=spec.high))
    assert read_value(spec, write_value(value)) == value


def test_that_whole_figures_are_written_without_a_fraction() -> None:
    assert write_value(11.0) == "11"
    assert write_value(-0.0) == "0"
    assert write_value(1e22) == "1e+22"
    assert write_value(True) == "true"
    assert write_value(None) == ""


def test_that_limits_are_inclusive() -> None:
    spec = ROW_FIELD["lora_dropout"]
    check_limits(spec, 0)
    check_limits(spec, 1)


def test_that_a_declaration_carries_what_forms_and_columns_need() -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Sheet:
        width: float = declare(1.0, float, "Width", "How wide", unit="m", low=0, high=2, unset="as drawn")
        plain: int = 3

    (spec,) = specs_of(Sheet)
    assert (spec.name, spec.label, spec.unit, spec.low, spec.high, spec.unset, spec.default) == (
        "width",
        "Width",
        "m",
        0,
        2,
        "as drawn",
        1.0,
    )
    assert spec.choices == ()
