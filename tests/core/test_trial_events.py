import json

import pytest

from gpuplanner.core.estimate import Parts
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.trial import (
    MeasuredPhase,
    TopTensor,
    TrialGpu,
    TrialKind,
    TrialResult,
    TrialSpec,
    TrialStatus,
)
from gpuplanner.core.trial_events import (
    MAX_LINE_BYTES,
    EndEvent,
    LogEvent,
    PhaseEvent,
    StepEvent,
    event_from_line,
    event_to_line,
    spec_from_line,
    spec_to_line,
)

LLM = Llm("small", "llama", 64, 2, 4, 2, 16, 128, 1000, tie_word_embeddings=True)
END = EndEvent(
    TrialStatus.OOM,
    TrialResult(
        "cuda",
        peak_allocated_bytes=12,
        phases=(MeasuredPhase("backward", 12, 20, Parts(weights_bytes=12)),),
        top_tensors=(TopTensor(4, (2, 1), "float16", "model.layers.0", "aten.mm"),),
        step_times_s=(0.5, 0.25),
        nearest={"optimizer": "adamw"},
        notes=("why",),
    ),
    {"torch": "2.13.0"},
    TrialGpu("A100", capacity_bytes=7),
    "out of memory",
)


@pytest.mark.parametrize(
    "event",
    [
        PhaseEvent("import torch", 0.25),
        StepEvent(1, 0.5, loss=2.5, allocated_bytes=10, phases={"forward": 7}, warm_up=True),
        LogEvent("größer"),
        END,
        EndEvent(TrialStatus.FAILED, message="died"),
    ],
)
def test_that_an_event_comes_back_as_it_was_sent(event):
    line = event_to_line(event)
    assert "\n" not in line
    assert event_from_line(line) == event


def test_that_a_line_names_its_event_and_its_fields_as_the_interface_does():
    assert json.loads(event_to_line(PhaseEvent("build", 1.5))) == {
        "event": "phase",
        "name": "build",
        "t": 1.5,
    }
    end = json.loads(event_to_line(END))
    assert (end["event"], end["status"]) == ("end", "oom")
    assert end["result"]["phases"][0]["parts"]["weights_bytes"] == 12
    assert end["gpu"]["name"] == "A100"


def test_that_a_loss_which_is_no_number_is_sent_as_null():
    assert event_from_line(event_to_line(StepEvent(1, 0.5, loss=float("nan")))) == StepEvent(1, 0.5)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Loading checkpoint shards: 100%", "Expecting value"),
        ("[1, 2]", "no JSON object"),
        ('{"event": "dance"}', "no event"),
        ('{"step": 1}', "no event"),
        ('{"event": "phase", "name": "build"}', "PhaseEvent lacks t"),
        ('{"event": "phase", "name": 3, "t": 1}', "PhaseEvent.name is no str"),
        ('{"event": "step", "index": true, "seconds": 1}', "index is no int"),
        ('{"event": "step", "index": 1, "seconds": 1, "phases": [1]}', "phases is no object"),
        ('{"event": "end", "status": "maybe"}', "status is not one of ok, stopped, oom, failed"),
        ('{"event": "end", "status": "ok", "result": 5}', "result is no object"),
        ('{"event": "end", "status": "ok", "result": {"device": "cpu", "notes": "x"}}', "notes is no list"),
        ("x" * (MAX_LINE_BYTES + 1), "too long"),
    ],
)
def test_that_a_line_which_is_no_event_is_refused_with_the_reason(line, reason):
    with pytest.raises(ValueError, match=reason):
        event_from_line(line)


def test_that_a_field_of_a_newer_version_is_ignored():
    assert event_from_line('{"event": "log", "text": "hi", "colour": "red"}') == LogEvent("hi")


def test_that_a_spec_comes_back_as_it_was_sent():
    spec = TrialSpec(
        Plan(model="small", method=Method.FULL, seq_len=64),
        LLM,
        TrialKind.DRY_RUN,
        model_config={"model_type": "llama", "rope_scaling": {"factor": 2.0}},
        peak_flops=312e12,
    )
    assert spec_from_line(spec_to_line(spec)) == spec


def test_that_a_spec_which_is_none_is_refused():
    with pytest.raises(ValueError, match="no JSON object"):
        spec_from_line("[]")
    with pytest.raises(ValueError, match="TrialSpec lacks plan"):
        spec_from_line("{}")
