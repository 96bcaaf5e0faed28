"""One thread samples steadily while somebody listens, releases NVML when nobody does, and ends cleanly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_nvml import GIB, ScriptedNvml

from gpuplanner.monitor.sampler import Sampler, SamplerOptions, next_tick
from gpuplanner.monitor.states import StateKind

Look = Callable[[str], Any]

SAMPLER = """
from gpuplanner.monitor.sampler import Sampler, SamplerOptions

def until(condition, limit_s=20):
    end = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.005)
    return value
"""


def test_that_it_samples_while_somebody_listens_and_rests_when_nobody_does(look: Look) -> None:
    resting, count, uuids, rested, latest, same, again, stopped, drivers = look(f"""{SAMPLER}
sampler = Sampler(SamplerOptions(rate_hz=10))
sampler.start()
out.append(sampler.state.kind)
drivers = [sampler.driver_version]
sampler.wake("page"); sampler.wake("recording")
until(lambda: sampler.history.count >= 3)
sampler.rest("page")
n = sampler.latest().number
until(lambda: sampler.latest().number > n + 1)
out.append(sampler.history.count >= 4)
out.append(list(sampler.history.uuids))
sampler.rest("recording")
until(lambda: sampler.state.kind == "resting")
out += [sampler.state.kind, sampler.latest()]
drivers.append(sampler.driver_version)
before = sampler.history.count
time.sleep(0.3)
out.append(sampler.history.count == before)
sampler.wake("page")
sample = until(lambda: sampler.latest())
out.append(sample.after_gap and sample.skipped == 0)
sampler.stop()
assert sampler.join(10)
out.append(sampler.state.kind)
out.append(drivers)
""")
    assert resting == "resting"
    assert drivers == [None, "570.86.15"], "kept while it rests"
    assert count is True
    assert uuids == ["GPU-00000000-1111-2222-3333-444444444444"]
    assert (rested, latest, same, again, stopped) == ("resting", None, True, True, "stopped")


def test_that_nvml_is_released_at_rest_and_at_the_end(look: Look) -> None:
    counts = look(f"""{SAMPLER}
import pynvml
sampler = Sampler(SamplerOptions(rate_hz=10))
sampler.start()
sampler.wake("page"); until(sampler.latest)
out.append(pynvml._nvmlLib_refcount)
sampler.rest("page"); until(lambda: sampler.state.kind == "resting")
out.append(pynvml._nvmlLib_refcount)
sampler.wake("page"); until(sampler.latest)
out.append(pynvml._nvmlLib_refcount)
sampler.stop(); sampler.join(10)
out.append(pynvml._nvmlLib_refcount)
""")
    assert counts == [1, 0, 1, 0]


def test_that_ticks_are_skipped_rather_than_queued(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.set("delay.nvmlDeviceGetPowerUsage", 250)
    ((skipped, duration_s, calls_late),) = look(f"""{SAMPLER}
sampler = Sampler(SamplerOptions(rate_hz=10))
sampler.start(); sampler.wake("page")
sample = until(lambda: (s := sampler.latest()) and s.number >= 3 and s)
sampler.stop()
begin = time.monotonic(); sampler.join(10)
out.append([sample.skipped, sample.duration_s, time.monotonic() - begin])
""")
    assert skipped in (2, 3)
    assert duration_s >= 0.25
    assert calls_late < 5


def test_that_faults_while_it_runs_become_states_and_gaps(look: Look) -> None:
    kinds, gaps = look(f"""{SAMPLER}
import gpuplanner.monitor.poller as poller
poller.RETRY_S = 0.2
sampler = Sampler(SamplerOptions(rate_hz=10))
sampler.start(); sampler.wake("page"); until(sampler.latest)
kinds = []
for code in (9, 18, 999):
    scene.update({{"init": code, "error.nvmlDeviceGetUtilizationRates": 9}})
    kinds.append(until(lambda: sampler.state.kind not in ("ok", "starting") and sampler.state.kind))
    until(lambda: sampler.state.code == code)
    kinds.append(sampler.state.kind)
    scene.remove("init", "error.nvmlDeviceGetUtilizationRates")
    until(lambda: sampler.state.ok and sampler.latest())
out.append([kind for kind in kinds if kind != "no driver"])
out.append(len(sampler.history.gaps(0, 1e12)))
sampler.stop(); sampler.join(10)
""")
    assert kinds == ["mismatch", "lost access"]
    assert gaps == 3


def test_that_options_sinks_and_followed_jobs_change_while_it_runs(
    scripted_nvml: ScriptedNvml, look: Look
) -> None:
    scripted_nvml.process(0, "self", 3 * GIB)
    followed, off, rate, sunk = look(f"""{SAMPLER}
sampler = Sampler(SamplerOptions(rate_hz=0.2))
seen = []
sampler.add_sink(seen.append)
sampler.start(); sampler.wake("page"); until(sampler.latest)
sampler.follow(os.getpid())
sampler.set_options(SamplerOptions(rate_hz=10, process_period_s=0, metrics=frozenset({{"power_watts"}})))
until(lambda: not isinstance(sampler.latest().cards[0]["followed_bytes"], Missing))
out.append(sampler.latest().cards[0]["followed_bytes"])
out.append(text(sampler.latest().cards[0]["temperature_celsius"])[0])
out.append(sampler.latest().period_s)
sampler.unfollow(os.getpid())
until(lambda: isinstance(sampler.latest().cards[0]["followed_bytes"], Missing))
sampler.remove_sink(seen.append)
time.sleep(0.15); n = len(seen); time.sleep(0.3)
out.append([n >= 3, len(seen) == n])
sampler.stop(); sampler.join(10)
""")
    assert (followed, off, rate, sunk) == (3 * GIB, "not asked", 0.1, [True, True])


def test_that_a_forked_child_does_not_hang(look: Look) -> None:
    (code,) = look(f"""{SAMPLER}
sampler = Sampler(SamplerOptions(rate_hz=10))
sampler.start(); sampler.wake("page"); until(sampler.latest)
child = os.fork()
if child == 0:
    os._exit(7 if "forked" in sampler.state.what and sampler.join(1) else 1)
out.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sampler.stop(); sampler.join(10)
""")
    assert code == 7


def test_that_a_process_can_end_while_the_driver_hangs(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.set("delay.nvmlInitWithFlags", 60_000)
    code = """
import json, time
from gpuplanner.monitor.sampler import Sampler
sampler = Sampler()
sampler.start(); sampler.wake("page")
time.sleep(0.2)
sampler.stop()
print(json.dumps(sampler.join(0.1)))
"""
    assert scripted_nvml.run(code) is False


def test_that_a_sampler_that_never_started_can_be_stopped() -> None:
    sampler = Sampler()
    sampler.stop()
    assert sampler.join(0)
    assert sampler.state.kind is StateKind.STOPPED
    sampler.start()
    assert sampler._thread is None


@pytest.mark.parametrize(("rate_hz", "period_s"), [(1, 1), (10, 0.1), (1000, 0.1), (0.01, 5), (0.2, 5)])
def test_that_the_rate_is_kept_within_its_limits(rate_hz: float, period_s: float) -> None:
    assert SamplerOptions(rate_hz).period_s == period_s


@pytest.mark.parametrize(
    ("due_s", "now_s", "expected"),
    [
        (10.0, 10.0, (11.0, 0)),
        (10.0, 10.9, (11.0, 0)),
        (10.0, 11.0, (12.0, 1)),
        (10.0, 15.5, (16.0, 5)),
        (10.0, 9.0, (11.0, 0)),
    ],
)
def test_that_the_next_tick_lies_on_the_grid(due_s: float, now_s: float, expected: tuple[float, int]) -> None:
    assert next_tick(due_s, now_s, 1.0) == expected


def test_that_it_looks_again_at_once_when_asked(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.set("init", 9)
    assert look(f"""{SAMPLER}
sampler = Sampler(SamplerOptions(rate_hz=0.2))
sampler.start()
sampler.wake("page")
until(lambda: sampler.state.code == 9)
scene.set("init", 0)
begin = time.monotonic()
sampler.look_again()
until(lambda: sampler.state.ok)
out.append(time.monotonic() - begin < 4)  # by itself it would have tried after 5 s
until(lambda: sampler.cpu_s > 0)
sampler.stop()
assert sampler.join(10)
""") == [True]
