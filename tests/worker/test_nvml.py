"""What NVML says of the trial's own process, from the scripted library of tests/nvml."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pynvml
import pytest
from scripted_nvml import GIB, ScriptedNvml, compiled

from gpuplanner.worker.nvml import OwnCard

BINDING = str(Path(pynvml.__file__))

ASK = """
import json, os, sys
from scripted_nvml import ScriptedNvml
from gpuplanner.worker.nvml import OwnCard
GIB = 2**30
scene = ScriptedNvml.here()
own = OwnCard({binding!r}, {uuid!r})
seen = []
def look():
    seen.append([own.process_bytes, own.problem])
{code}
print(json.dumps(seen))
"""


def ask(scene: ScriptedNvml, code: str, *, binding: str = BINDING, card: int = 0) -> Any:
    """Run code beside an `OwnCard`; ``look()`` notes what it says of the process."""
    uuid = scene.values.get(f"gpu.{card}.uuid", "GPU-of-nobody")
    return scene.run(ASK.format(binding=binding, uuid=uuid, code=code))


@pytest.mark.parametrize("binding", [BINDING, ""], ids=["by its path", "the Python's own"])
def test_that_our_process_is_found_by_its_number(scripted_nvml: ScriptedNvml, binding: str) -> None:
    scripted_nvml.process(0, 1, 7 * GIB)
    scripted_nvml.process(0, "self", 3 * GIB, slot=1)
    assert ask(scripted_nvml, "look()", binding=binding) == [[3 * GIB, ""]]


def test_that_the_card_is_found_by_its_uuid_not_by_its_place(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(3)
    for card in range(3):
        scripted_nvml.process(card, "self", (card + 1) * GIB)
    assert ask(scripted_nvml, "look()", card=2) == [[3 * GIB, ""]]


def test_that_in_a_container_it_is_what_the_card_holds_beyond_the_start(scripted_nvml: ScriptedNvml) -> None:
    """There, NVML lists the host's process numbers: none of them is ours."""
    scripted_nvml.set("gpu.0.memory.used", 10 * GIB)
    scripted_nvml.process(0, os.getpid(), 9 * GIB)  # somebody's
    code = """
look()
scene.set("gpu.0.memory.used", 15 * GIB)
look()
scene.set("gpu.0.memory.used", 8 * GIB)  # a neighbour has left
look()
"""
    found = ask(scripted_nvml, code)
    assert [size for size, _ in found] == [0, 5 * GIB, 0]
    assert {problem for _, problem in found} == {
        "NVML does not say what our process holds, so it is what the card holds beyond the start"
    }


def test_that_a_process_whose_memory_is_not_said_is_taken_from_the_card(scripted_nvml: ScriptedNvml) -> None:
    """Under WDDM it is "not available"."""
    scripted_nvml.process(0, "self", None)
    (found,) = ask(scripted_nvml, 'scene.set("gpu.0.memory.used", 12 * GIB)\nlook()')
    assert found[0] == 2 * GIB
    assert found[1]


def test_that_energy_is_a_difference_and_power_is_now(scripted_nvml: ScriptedNvml) -> None:
    code = """
before = own.energy_j
seen.append(own.power_w)
scene.set("gpu.0.energy", 1_250_500)
seen.append(own.energy_j - before)
seen.append(own.driver)
"""
    assert ask(scripted_nvml, code) == [251.5, 250.5, "570.86.15"]


def test_that_what_a_card_does_not_say_is_none(scripted_nvml: ScriptedNvml) -> None:
    for name in ("energy", "power", "memory.used", "memory.total", "memory.free"):
        scripted_nvml.set(f"gpu.*.{name}", "NS")
    scripted_nvml.remove("driver")
    scripted_nvml.set("error.nvmlSystemGetDriverVersion", 999)
    code = "look()\nseen.append([own.energy_j, own.power_w, own.driver])"
    assert ask(scripted_nvml, code) == [[None, ""], [None, None, ""]]


def test_that_a_card_that_is_lost_meanwhile_has_no_readings(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.process(0, "self", GIB)
    code = 'look()\nscene.set("count", 0)\nlook()\nseen.append([own.energy_j, own.power_w])'
    assert ask(scripted_nvml, code) == [[GIB, ""], [None, ""], [None, None]]


def test_that_a_card_that_nvml_does_not_know_is_a_problem(scripted_nvml: ScriptedNvml) -> None:
    (found,) = ask(scripted_nvml, "look()", card=5)
    assert found[0] is None
    assert found[1].startswith("NVML says nothing (NVMLError")


@pytest.mark.parametrize("code", [9, 4, 999], ids=["no driver", "no permission", "unknown"])
def test_that_a_library_that_does_not_start_is_a_problem(scripted_nvml: ScriptedNvml, code: int) -> None:
    scripted_nvml.set("init", code)
    (found,) = ask(scripted_nvml, "look()")
    assert found[0] is None
    assert found[1].startswith("NVML says nothing (NVMLError")


def test_that_an_old_driver_says_what_it_knows(nvml_libraries: Path, tmp_path: Path) -> None:
    scene = ScriptedNvml(compiled(nvml_libraries, "old"), tmp_path / "scene.txt")
    scene.cards(1)
    (found,) = ask(scene, 'scene.set("gpu.0.memory.used", 12 * GIB)\nlook()')
    assert found[0] == 2 * GIB  # it lists processes in a way that the binding no longer asks for


@pytest.mark.skipif(sys.platform != "linux", reason="the scripted library is for Linux")
def test_that_no_library_is_a_problem_in_words(tmp_path: Path) -> None:
    scene = ScriptedNvml(None, tmp_path / "scene.txt")
    (found,) = ask(scene, "look()\nassert own.energy_j is own.power_w is None and own.driver == ''")
    assert found == [None, "NVML says nothing (NVMLError_LibraryNotFound: NVML Shared Library Not Found)"]


@pytest.mark.parametrize("name", ["missing.py", "broken.py", "nothing.txt"])
def test_that_a_binding_that_is_none_is_a_problem_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "nothing.txt").write_text("")
    before = sys.modules.get("pynvml")
    try:
        own = OwnCard(str(tmp_path / name), "GPU-0")
    finally:
        if before is not None:
            sys.modules["pynvml"] = before
    assert own.problem.startswith("NVML says nothing (")
    assert own.process_bytes is own.energy_j is own.power_w is None
    assert own.driver == ""
