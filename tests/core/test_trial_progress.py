import pytest

from gpuplanner.core.trial_events import StepEvent
from gpuplanner.core.trial_progress import result_of_steps


def test_that_peaks_count_all_steps_and_times_those_after_the_warm_up() -> None:
    steps = [
        StepEvent(1, 9.0, 3.0, 50, 60, 70, {"loss": 40, "backward": 50}, warm_up=True),
        *(StepEvent(i + 2, 1.0 + i, 2.0 - i, 10 + i, None, None, {"loss": 45}) for i in range(5)),
    ]
    result = result_of_steps(steps, "cuda", 4)
    assert (result.peak_allocated_bytes, result.peak_reserved_bytes, result.peak_device_bytes) == (50, 60, 70)
    assert [(phase.name, phase.allocated_bytes) for phase in result.phases] == [
        ("loss", 45),
        ("backward", 50),
    ]
    assert (result.peak_phase, result.steps, result.samples_per_step) == ("backward", 5, 4)
    assert (result.step_time_low_s, result.step_time_s, result.step_time_high_s) == (2.0, 3.0, 4.0)
    assert result.final_loss == -2.0


@pytest.mark.parametrize("n", [0, 1])
def test_that_few_steps_have_no_spread(n: int) -> None:
    result = result_of_steps([StepEvent(1, 2.0)] * n, "cpu", None)
    assert result.step_time_s == result.step_time_low_s == result.step_time_high_s == (2.0 if n else None)
    assert (result.peak_allocated_bytes, result.peak_phase, result.phases) == (None, "", ())
