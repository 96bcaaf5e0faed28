"""The GPU strip, free memory as the budget, alerts and watching, in the real window with scripted cards."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted_nvml import GIB, ScriptedNvml, compiled

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the scripted NVML library is built for Linux"
)
SCENES = Path(__file__).with_name("gpu_scenes.py")
Play = Callable[..., Any]


@pytest.fixture
def play(scripted_nvml: ScriptedNvml, tmp_path: Path) -> Play:
    """Return what plays a scene of gpu_scenes.py and returns what it found."""

    def run(name: str, *arguments: str) -> Any:
        done = scripted_nvml.command(sys.executable, str(SCENES), name, str(tmp_path), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_that_one_card_shows_its_figures_and_folds_into_the_status_row(play: Play) -> None:
    found = play("one")
    assert found["height"] == 76
    assert found["sentence"].startswith("GPU 0, A100-SXM4-80GB, 69.0 GiB free, 11.0 of 80.00 GiB in use")
    assert "Utilisation 37 %, Temperature 51 °C, Power 252 W" in found["sentence"]
    assert "Would fit now" in found["sentence"]
    assert found["facts"] == "driver 570.86 · CUDA 12.8"
    assert found["live"] == "live, 1 Hz"
    assert found["low"] == 32, "in a low window"
    assert found["folded"] == [False, True, "GPU 0  69.0 GiB free"]
    assert found["remembered"] is True
    assert found["unfolded"] == [True, False]
    assert found["focus"], "a stop of F6"
    assert found["remembered again"] is False
    assert found["no room"] == [False, False], "folded by the window's height, not by the user"
    assert found["page"] == "monitor", "where there is no room to unfold it"


def test_that_a_folded_strip_stays_folded(play: Play) -> None:
    assert play("folded") == {"strip": False, "text": "GPU 0  69.0 GiB free"}


def test_that_many_cards_scroll_and_a_click_chooses(play: Play, scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(8)
    found = play("many")
    assert found["n"] == 8
    assert found["height"] == 86, "with a scroll bar"
    assert found["chosen"] == 0
    assert found["clicked"] == [number == 3 for number in range(8)]
    assert found["uuid"].startswith("GPU-00000003")
    assert "Lost from the bus (NVML 15)" in found["lost"]
    assert "69.0 GiB free" in found["others"], "the other cards go on"


def test_that_without_a_driver_nothing_polls_and_looking_again_finds_it(
    play: Play, scripted_nvml: ScriptedNvml, nvml_libraries: Path
) -> None:
    (scripted_nvml.folder / "libnvidia-ml.so.1").unlink()
    found = play("none", str(compiled(nvml_libraries)))
    assert found["line"] == "No NVIDIA GPU on this computer. Planning works all the same."
    assert found["height"] == 44
    assert found["listeners"] == 0
    assert found["timers"] == [30_000], "a driver that appears later is found"
    assert "NVML" in found["details"]
    assert found["problem"][1] == "budget"
    assert found["budget"] == 80 * GIB, "the capacity, while what is free is not known"
    assert found["found"].startswith("GPU 0, A100-SXM4-80GB")
    assert found["free"] == 69 * GIB


def test_that_the_budget_can_be_what_is_free_now(play: Play, scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(2)
    found = play("free")
    assert found["text"] == "free now"
    assert found["step"] == "plan for A100 80GB SXM4, free now"
    assert found["card"] == "A100 80GB SXM4 · 80.00 GiB · 19.00 GiB free now"
    assert found["verdict"][0] == "no"
    assert "over what is free" in found["verdict"][1]
    assert "short; PID 4242 holds 60.0 GiB" in found["strip"]
    assert found["undone"]


def test_that_an_old_reading_says_how_old_it_is(play: Play) -> None:
    found = play("stale")
    assert found["live"].endswith(" s ago")
    assert "69.00 GiB free" in found["card"]
    assert found["card"].endswith(" s ago")


def test_that_the_prediction_lies_over_the_chosen_card(play: Play, scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(2)
    found = play("overlay")
    assert found["above"] == 11 * GIB, "reserved and others' memory is there already"
    assert found["text"].startswith("predicted peak: ")
    assert " + 11.0 already there" in found["text"]
    assert found["band"] == [True, True]
    assert found["moved"] == [0, True]
    assert len(found["several"]) == 2, "a plan of two GPUs lies on both"
    assert all("on 2 GPUs" in line for line in found["several"])


def test_that_alerts_are_off_until_wanted_and_told_once(play: Play) -> None:
    found = play("alerts")
    assert found["off"]
    assert found["settings"] == ["temperature 80", "lost"]
    assert found["on"]
    assert found["quiet"]
    assert "84 °C" in found["told"]
    assert found["once"]
    assert found["shown"] == [False, True, True]
    assert found["off again"]


def test_that_a_job_is_watched_to_its_end_and_becomes_a_row(play: Play) -> None:
    found = play("watch")
    assert not found["enabled"], "nothing is chosen yet"
    assert found["pid"]
    assert found["memory"] == "5.0"
    assert found["there"] == 23 * GIB
    assert "largest sample 23.00 GiB" in found["summary"]
    assert "The plan predicts" in found["summary"]
    assert found["row"] == [1, 23.0, "device", "trial", "A100 80GB SXM4"]
    assert found["undone"]
    assert "there is no process" in found["gone"]


def test_that_a_hidden_window_is_not_sampled_for(play: Play) -> None:
    found = play("hidden")
    assert found["seen"]
    assert found["timers"] == []


def test_that_a_recording_is_kept_in_the_document_and_shown_again(play: Play) -> None:
    found = play("recordings")
    assert "gpus is in the document now" in found["told"]
    assert found["step"] == "keep the recording gpus"
    assert found["undone"] == 0
    assert found["saved"]
    assert found["equal"]
    assert found["listed"] == ["gpus"]
    assert found["page"] == "monitor"
    assert found["used"] == 10 * GIB
    assert found["same"]


def test_that_a_real_training_script_is_watched_with_the_prediction_over_it(
    play: Play, scripted_nvml: ScriptedNvml
) -> None:
    """Takes the seconds that importing torch takes."""
    scripted_nvml.set("gpu.*.memory.used", GIB // 2)
    found = play("training")
    assert found["code"] == 0
    assert "train.py" in found["head"]
    assert "largest sample 13.75 GiB" in found["summary"]
    assert found["ramp"] == [1.0, 6.0, 9.0, 9.25, 11.0, 11.25, 13.5, 13.75]
    assert " + 3.0 already there · " in found["overlay"], "one reserved, two in use by others"
