"""Every fault of NVML is a state or a missing reading, never a crash, and goes away by itself if it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted_nvml import GIB, ScriptedNvml, compiled

from gpuplanner.monitor.metrics import METRICS

Look = Callable[[str], Any]


def test_that_a_healthy_card_has_all_readings(look: Look) -> None:
    (readings,) = look("""
sample = Poller([m.name for m in METRICS]).poll(0, 0)
out.append({m.name: text(sample.cards[0][m.name]) for m in METRICS})
""")
    expected = {
        "memory_total_bytes": 80 * GIB,
        "memory_reserved_bytes": GIB,
        "memory_used_bytes": 10 * GIB,
        "memory_free_bytes": 69 * GIB,
        "gpu_utilization_percent": 37,
        "memory_utilization_percent": 21,
        "temperature_celsius": 51,
        "power_watts": 251.5,
        "power_cap_watts": 400.0,
        "energy_joules": 0.0,
        "sm_clock_mhz": 1410,
        "memory_clock_mhz": 1593,
        "throttle_reasons": 0,
        "performance_state": 0,
        "fan_percent": ["not supported", "not supported by this card"],
        "ecc_corrected_errors": 0,
        "ecc_uncorrected_errors": 0,
        "xid": 0,
        "pcie_generation": 4,
        "pcie_width": 16,
        "encoder_utilization_percent": 0,
        "decoder_utilization_percent": 0,
        "pcie_sent_bytes_per_s": ["not asked", "not read"],
        "pcie_received_bytes_per_s": ["not asked", "not read"],
        "followed_bytes": ["not asked", "not read"],
    }
    assert readings == expected
    assert set(readings) == {metric.name for metric in METRICS}


def test_that_facts_are_read(look: Look) -> None:
    (facts, driver) = look("""
from dataclasses import asdict
sample = Poller().poll(0, 0)
out += [asdict(sample.cards[0].facts), asdict(sample.driver)]
""")
    assert facts == {
        "uuid": "GPU-00000000-1111-2222-3333-444444444444",
        "index": 0,
        "name": "NVIDIA A100-SXM4-80GB",
        "pci_bus_id": "00000000:01:00.0",
        "driver_version": "570.86.15",
        "compute_capability": "8.0",
        "memory_total_bytes": 80 * GIB,
        "power_cap_watts": 400.0,
        "max_sm_clock_mhz": 1410,
        "max_memory_clock_mhz": 1593,
        "slowdown_celsius": 92,
        "pcie_generation": 4,
        "pcie_width": 16,
        "ecc_enabled": 1,
        "mig_enabled": False,
        "unified_memory": False,
    }
    assert driver == {"driver_version": "570.86.15", "nvml_version": "12.570.86.15", "cuda_version": "12.8"}


@pytest.mark.parametrize(
    ("code", "kind", "to_do"),
    [
        (12, "no library", "install NVIDIA's driver"),
        (9, "no driver", "modprobe nvidia"),
        (18, "mismatch", "restart the computer"),
        (4, "no permission", "/dev/nvidia"),
        (17, "cgroup block", "start the container"),
        (999, "lost access", "restart the container"),
        (28, "no GPU", "plugged in"),
        (20, "failed", "restart"),
    ],
)
def test_that_an_error_of_init_is_a_state_that_ends_when_the_error_does(
    scripted_nvml: ScriptedNvml, look: Look, code: int, kind: str, to_do: str
) -> None:
    scripted_nvml.set("init", code)
    first, words, again, later = look("""
poller = Poller()
out += [look(poller, 0), poller.state.line()]
scene.remove("init")
out += [look(poller, 1), look(poller, 6)]
""")
    assert first == [kind]
    assert to_do in words
    assert again == [kind], "NVML is not tried at every tick"
    assert later == ["ok", [None]]


def test_that_a_driver_that_is_installed_later_is_found(
    scripted_nvml: ScriptedNvml, nvml_libraries: Path, look: Look
) -> None:
    (scripted_nvml.folder / "libnvidia-ml.so.1").unlink()
    first, later = look(f"""
poller = Poller()
out.append(look(poller, 0))
scene.install(Path({str(compiled(nvml_libraries))!r}))
out.append(look(poller, 5))
""")
    assert first == ["no library"]
    assert later == ["ok", [None]]


def test_that_a_file_that_is_no_library_is_no_library(scripted_nvml: ScriptedNvml, look: Look) -> None:
    (scripted_nvml.folder / "libnvidia-ml.so.1").write_text("nothing", encoding="ascii")
    assert look("out.append(look(Poller(), 0))") == [["no library"]]


def test_that_an_updated_driver_is_used_without_a_restart(
    scripted_nvml: ScriptedNvml, nvml_libraries: Path, look: Look
) -> None:
    seen = look(f"""
poller = Poller()
out.append(look(poller, 0))
scene.set("wants_build", 2)             # the kernel module was exchanged; the old library is still loaded
scene.set("driver", "580.10")
out.append(look(poller, 1))
out.append(look(poller, 2))
scene.install(Path({str(compiled(nvml_libraries, "build-2"))!r}))
out.append(look(poller, 7))
out.append(poller.poll(8, 8).driver.driver_version)
""")
    assert seen == [["ok", [None]], ["mismatch"], ["mismatch"], ["ok", [None]], "580.10"]


def test_that_a_reloaded_driver_goes_on_and_energy_does_not_fall(look: Look) -> None:
    seen = look("""
poller = Poller()
def energy(at):
    sample = poller.poll(at, at)
    return sample and [sample.cards[0]["energy_joules"], sample.after_gap]
scene.set("gpu.0.energy", 5_000_000)
out.append(energy(0))
scene.set("gpu.0.energy", 5_100_000)
out.append(energy(1))
scene.update({"gpu.0.energy": 7_000, "error.nvmlDeviceGetPowerUsage": 1})
out.append(energy(2))
scene.remove("error.nvmlDeviceGetPowerUsage")
out.append(energy(3))
scene.set("gpu.0.energy", 9_000)
out.append(energy(4))
""")
    assert seen == [[0.0, False], [100.0, False], None, [100.0, True], [102.0, False]]


def test_that_no_card_is_a_state_that_ends_when_one_comes(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.set("count", 0)
    seen = look("""
poller = Poller()
out.append(look(poller, 0))
scene.set("count", 1)
out.append(look(poller, 5))
""")
    assert seen == [["no GPU"], ["ok", [None]]]


def test_that_a_lost_card_fails_alone_and_is_taken_back(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.cards(2)
    first, lost, back = look("""
poller = Poller()
out.append(look(poller, 0, "temperature_celsius"))
scene.set("gpu.1.error.*", 15)
out.append(look(poller, 1, "temperature_celsius"))
scene.remove("gpu.1.error.*")
out.append(look(poller, 7, "temperature_celsius"))
""")
    assert first == back == ["ok", [None, 51], [None, 51]]
    assert lost[1] == [None, 51]
    assert "lost" in lost[2][0]
    assert lost[2][1][0] == "error"


def test_that_an_unplugged_card_stays_listed_and_a_new_one_appears(
    scripted_nvml: ScriptedNvml, look: Look
) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("count", 1)
    seen = look("""
poller = Poller()
def uuids(at):
    return [[card.uuid[4:12], card.problem is None] for card in poller.poll(at, at)]
out.append(uuids(0))
scene.set("count", 2)
out.append(uuids(6))
scene.set("count", 1)
out.append(uuids(7))
out.append(uuids(13))
scene.set("count", 2)
out.append(uuids(20))
""")
    one, both, gone = (
        [["00000000", True]],
        [["00000000", True], ["00000001", True]],
        [["00000000", True], ["00000001", False]],
    )
    assert seen == [one, both, gone, gone, both]


def test_that_a_card_whose_handle_cannot_be_had_fails_alone(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.cards(3)
    scripted_nvml.set("gpu.1.error.nvmlDeviceGetHandleByIndex_v2", 15)
    first, later = look("""
poller = Poller()
out.append(look(poller, 0))
scene.remove("gpu.1.error.nvmlDeviceGetHandleByIndex_v2")
out.append(look(poller, 70))
""")
    assert [problem for (problem,) in first[1:]].count(None) == 2
    assert later == ["ok", [None], [None], [None]]


@pytest.mark.parametrize(("code", "kind"), [(4, "no permission"), (17, "cgroup block"), (999, "lost access")])
def test_that_what_all_cards_answer_is_the_state_of_the_machine(look: Look, code: int, kind: str) -> None:
    lost, later = look(f"""
poller = Poller()
poller.poll(0, 0)
scene.set("gpu.*.error.*", {code})
out.append(look(poller, 1))
look(poller, 6)
scene.remove("gpu.*.error.*")
out.append(look(poller, 12))
""")
    assert lost[0] == kind
    assert lost[1][0] is not None
    assert later == ["ok", [None]]


def test_that_a_failed_reading_leaves_the_others(look: Look) -> None:
    first, later = look("""
poller = Poller()
scene.set("gpu.0.error.nvmlDeviceGetTemperature", 4)
out.append(look(poller, 0, "temperature_celsius", "power_watts"))
scene.remove("gpu.0.error.nvmlDeviceGetTemperature")
out.append(look(poller, 1, "temperature_celsius", "power_watts"))
""")
    assert first[1][1][0] == "error"
    assert "permission" in first[1][1][1]
    assert first[1][2] == 251.5
    assert later == ["ok", [None, 51, 251.5]]


def test_that_what_is_not_supported_is_not_asked_again(look: Look) -> None:
    seen = look("""
poller = Poller()
scene.set("gpu.0.power", "NS")
out.append(look(poller, 0, "power_watts"))
scene.set("gpu.0.power", 1000)
out.append(look(poller, 1, "power_watts"))
""")
    assert seen[0] == seen[1] == ["ok", [None, ["not supported", "not supported by this card"]]]


def test_that_unified_memory_is_said_and_never_zero(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.set("gpu.*.memory.total", "NS")
    (seen, unified) = look("""
poller = Poller()
out.append(look(poller, 0, "memory_used_bytes", "memory_free_bytes", "temperature_celsius"))
out.append(poller.poll(1, 1).cards[0].facts.unified_memory)
""")
    assert seen[1][1] == seen[1][2]
    assert "unified memory" in seen[1][1][1]
    assert seen[1][3] == 51
    assert unified is True


def test_that_an_old_driver_answers_by_its_older_calls(
    scripted_nvml: ScriptedNvml, nvml_libraries: Path, look: Look
) -> None:
    scripted_nvml.install(compiled(nvml_libraries, "old"))
    scripted_nvml.process(0, 4321, 5 * GIB)
    scripted_nvml.set("gpu.0.throttle", 4)
    (seen, processes) = look("""
poller = Poller()
names = ("memory_used_bytes", "memory_reserved_bytes", "memory_free_bytes", "throttle_reasons")
out.append(look(poller, 0, *names))
out.append([[p.pid, p.memory_bytes] for p in poller.poll(1, 1).cards[0].processes])
""")
    assert seen == [
        "ok",
        [None, 11 * GIB, ["not supported", "this driver is too old for it"], 69 * GIB, 4],
    ]
    assert processes == [[4321, 5 * GIB]]


def test_that_mig_instances_are_listed_with_their_processes(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.update(
        {
            "gpu.0.mig": 1,
            "gpu.0.utilization.gpu": "NS",
            "gpu.0.mig.2.uuid": "MIG-aaaa",
            "gpu.0.mig.2.name": "NVIDIA A100-SXM4-80GB MIG 1g.10gb",
            "gpu.0.mig.2.gi": 9,
            "gpu.0.mig.2.ci": 0,
            "gpu.0.mig.2.memory.total": 10 * GIB,
            "gpu.0.mig.2.memory.used": 2 * GIB,
            "gpu.0.process.0": f"4321 {2 * GIB} compute 9 0",
        }
    )
    (instance, process, seen) = look("""
poller = Poller()
card = poller.poll(0, 0).cards[0]
(i,) = card.instances
out.append([i.uuid, i.name, i.gpu_instance, i.compute_instance, i.memory_used_bytes, i.memory_free_bytes])
out.append([card.processes[0].gpu_instance, card.processes[0].compute_instance])
out.append(look(poller, 1, "gpu_utilization_percent"))
""")
    assert instance == ["MIG-aaaa", "NVIDIA A100-SXM4-80GB MIG 1g.10gb", 9, 0, 2 * GIB, 8 * GIB]
    assert process == [9, 0]
    assert seen[1][1][0] == "not supported"


def test_that_processes_have_user_command_and_kind(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.process(0, "self", 5 * GIB, "both")
    scripted_nvml.process(0, 2**22 + 5, None, slot=1)
    scripted_nvml.process(0, "self", GIB, "graphics", slot=2)
    (own, other) = look("""
import getpass
processes = Poller().poll(0, 0).cards[0].processes
for p in processes:
    out.append([p.pid == os.getpid(), text(p.memory_bytes), p.kind, p.user == getpass.getuser(),
                bool(p.command and "scripted_nvml" in p.command),
                p.start_s and abs(p.start_s - time.time()) < 100])
""")
    assert own == [True, 5 * GIB, "both", True, True, True]
    assert other == [
        False,
        ["not supported", "the driver does not say it by process"],
        "compute",
        False,
        False,
        None,
    ]


@pytest.mark.parametrize("code", [4, 3])
def test_that_processes_that_cannot_be_listed_are_said_so(
    scripted_nvml: ScriptedNvml, look: Look, code: int
) -> None:
    scripted_nvml.set("gpu.0.error.nvmlDeviceGetComputeRunningProcesses_v3", code)
    kinds = {4: "error", 3: "not supported"}
    assert look("out.append(text(Poller().poll(0, 0).cards[0].processes))")[0][0] == kinds[code]


def test_that_memory_of_a_followed_job_and_its_children_is_counted(
    scripted_nvml: ScriptedNvml, look: Look
) -> None:
    seen = look("""
import subprocess
poller = Poller(process_period_s=0)
shell = subprocess.Popen(
    ["sh", "-c", "sleep 60 & echo $!; echo; wait"], stdout=subprocess.PIPE, text=True
)
child = int(shell.stdout.readline())
scene.process(0, child, 3 * GIB, slot=0)
scene.process(0, shell.pid, 1 * GIB, slot=1)
scene.process(0, os.getpid(), 7 * GIB, slot=2)
out.append(look(poller, 0, "followed_bytes"))
poller.processes.follow(shell.pid)
out.append(look(poller, 1, "followed_bytes"))
shell.kill(); shell.wait()                      # the child is now init's
out.append(look(poller, 2, "followed_bytes"))
scene.process(0, child, None, slot=0)
out.append(look(poller, 3, "followed_bytes"))
poller.processes.unfollow(shell.pid)
out.append(look(poller, 4, "followed_bytes"))
os.kill(child, 9)
""")
    off = ["not asked", "not read"]
    followed = [state[1][1] for state in seen]
    assert followed[0] == followed[4] == off
    assert followed[1] == 4 * GIB
    assert followed[2] >= 3 * GIB, "the parent may still be listed by the driver"
    assert followed[3][0] == "not supported"


def test_that_metrics_can_be_changed(look: Look) -> None:
    seen = look("""
poller = Poller(["power_watts"])
out.append(look(poller, 0, "power_watts", "temperature_celsius"))
poller.set_metrics(["temperature_celsius"])
out.append(look(poller, 1, "power_watts", "temperature_celsius"))
""")
    off = ["not asked", "not read"]
    assert seen == [["ok", [None, 251.5, off]], ["ok", [None, off, 51]]]


def test_that_a_sleeping_laptop_gpu_is_not_woken(
    scripted_nvml: ScriptedNvml, look: Look, tmp_path: Path
) -> None:
    sys_root = kernel(tmp_path, {"0000:01:00.0": ("auto", "suspended")})
    scripted_nvml.set("error.nvmlDeviceGetCount_v2", 15)  # any call would be noticed
    seen = look(f"""
from gpuplanner.monitor.runtime_power import RuntimePower
import pynvml
calls = []
real = pynvml.nvmlInitWithFlags
pynvml.nvmlInitWithFlags = lambda flags: (calls.append(flags), real(flags))
status = Path({str(sys_root)!r}) / "bus/pci/devices/0000:01:00.0/power/runtime_status"
poller = Poller(power=RuntimePower(Path({str(sys_root)!r})))
out.append(look(poller, 0)); out.append(len(calls)); out.append(poller.state.line())
scene.remove("error.nvmlDeviceGetCount_v2")
status.write_text("active\\n")
out.append(look(poller, 1)); out.append(len(calls))
status.write_text("suspended\\n")
out.append(look(poller, 2))
""")
    assert seen[0:2] == [["asleep"], 0]
    assert "wake" in seen[2]
    assert seen[3:] == [["ok", [None]], 1, ["asleep"]]


def test_that_only_the_sleeping_one_of_two_cards_is_left_alone(
    scripted_nvml: ScriptedNvml, look: Look, tmp_path: Path
) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("gpu.0.error.*", 15)  # touching it would be noticed
    sys_root = kernel(tmp_path, {"0000:01:00.0": ("auto", "suspended"), "0000:02:00.0": ("on", "active")})
    seen = look(f"""
from gpuplanner.monitor.runtime_power import RuntimePower
status = Path({str(sys_root)!r}) / "bus/pci/devices/0000:01:00.0/power/runtime_status"
poller = Poller(power=RuntimePower(Path({str(sys_root)!r})))
out.append(look(poller, 0, "temperature_celsius"))
scene.remove("gpu.0.error.*")
status.write_text("active\\n")
out.append(look(poller, 70, "temperature_celsius"))
status.write_text("suspended\\n")
out.append(look(poller, 71, "temperature_celsius"))
""")
    awake, asleep = seen[0][1:]
    assert awake == [None, 51]
    assert "asleep" in asleep[0]
    assert seen[1] == ["ok", [None, 51], [None, 51]]
    assert "asleep" in seen[2][1][0]


def kernel(folder: Path, cards: dict[str, tuple[str, str]]) -> Path:
    """A /sys with these cards' power management."""
    for address, (control, status) in cards.items():
        power = folder / "bus/pci/devices" / address / "power"
        power.mkdir(parents=True)
        (power / "control").write_text(f"{control}\n")
        (power / "runtime_status").write_text(f"{status}\n")
        driver = folder / "bus/pci/drivers/nvidia"
        driver.mkdir(parents=True, exist_ok=True)
        (driver / address).symlink_to(power.parent)
    return folder


def test_that_pcie_counters_give_rates(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.update({"gpu.*.field.197": 5, "gpu.*.field.197.rate": 10**9, "gpu.*.field.198": 5})
    (sent, received) = look("""
poller = Poller([m.name for m in METRICS])
poller.poll(0, 0)
for _ in range(2):
    poller.read_spare(time.monotonic() + 1)
    time.sleep(0.05)
card = poller.poll(1, 1).cards[0]
out += [card["pcie_sent_bytes_per_s"], card["pcie_received_bytes_per_s"]]
""")
    assert sent == pytest.approx(1e9, rel=0.2)
    assert received == 0


def test_that_blocking_pcie_calls_are_made_in_spare_time_only(
    scripted_nvml: ScriptedNvml, look: Look
) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("delay.nvmlDeviceGetPcieThroughput", 20)
    (duration_s, over_s, first, none, enough) = look("""
names = ("pcie_sent_bytes_per_s", "pcie_received_bytes_per_s")
poller = Poller([m.name for m in METRICS])
poller.poll(0, 0)
for _ in range(3):
    poller.read_spare(time.monotonic() + 5)
sample = poller.poll(1, 1)
out.append(sample.duration_s)
until = time.monotonic() + 0.05
poller.read_spare(until)
out.append(time.monotonic() - until)
out.append([text(card[name]) for card in sample for name in names])
slow = Poller([m.name for m in METRICS])
slow.poll(0, 0)
for _ in range(4):
    slow.read_spare(time.monotonic() + 0.005)
out.append(text(slow.poll(1, 1).cards[0][names[0]]))
slow.read_spare(time.monotonic() + 5); slow.read_spare(time.monotonic() + 5)
out.append(text(slow.poll(2, 2).cards[0][names[0]]))
""")
    assert first == [1000 * 1024, 2000 * 1024, 1000 * 1024, 2000 * 1024]
    assert duration_s < 0.02, "the look itself does not wait for them"
    assert over_s < 0.02
    assert none[0] == "not asked"
    assert enough == 1000 * 1024


def test_that_pcie_is_not_asked_again_where_it_is_not_supported(
    scripted_nvml: ScriptedNvml, look: Look
) -> None:
    scripted_nvml.set("gpu.*.pcie.tx", "NS")
    (reading,) = look("""
poller = Poller([m.name for m in METRICS])
poller.poll(0, 0)
poller.read_spare(time.monotonic() + 5); poller.read_spare(time.monotonic() + 5)
out.append(text(poller.poll(1, 1).cards[0]["pcie_sent_bytes_per_s"]))
""")
    assert reading[0] == "not supported"


def test_that_a_forked_process_says_so_instead_of_hanging(look: Look) -> None:
    (code,) = look("""
poller = Poller()
poller.poll(0, 0)
child = os.fork()
if child == 0:
    sample = poller.poll(1, 1)
    os._exit(7 if sample is None and "forked" in poller.state.what else 1)
out.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""")
    assert code == 7


def test_that_another_package_of_the_name_pynvml_is_noticed(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    package = tmp_path / "pynvml"
    package.mkdir()
    (package / "__init__.py").write_text("class NVMLError(Exception):\n    pass\n")
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
import json
from gpuplanner.monitor.poller import Poller
poller = Poller()
poller.poll(0, 0)
print(json.dumps([poller.state.kind, poller.state.line()]))
"""
    kind, line = scripted_nvml.run(code)
    assert kind == "shadowed binding"
    assert "pip uninstall pynvml" in line


def test_that_a_missing_binding_is_a_state(scripted_nvml: ScriptedNvml) -> None:
    code = """
import sys; sys.modules["pynvml"] = None
import json
from gpuplanner.monitor.poller import Poller
poller = Poller()
poller.poll(0, 0)
print(json.dumps([poller.state.kind, poller.state.line()]))
"""
    kind, line = scripted_nvml.run(code)
    assert (kind, "nvidia-ml-py" in line) == ("no binding", True)


def test_that_processes_say_how_busy_they_keep_the_card(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.process(0, "self", GIB)
    scripted_nvml.process(0, 1, GIB, slot=1)
    assert look("""
def busy(at):
    sample = poller.poll(at, at)
    out.append([text(p.sm_percent) for p in sample.cards[0].processes])
poller = Poller()
busy(0)                                        # nobody is: NVML answers "not found"
scene.set("gpu.0.process.0.sm", 88)
busy(2)
scene.set("gpu.0.process.0.sm", 4_000_000_000)  # what drivers were seen to answer
busy(4)
scene.set("gpu.0.process.sm", "NS")
busy(6)
scene.remove("gpu.0.process.sm")
busy(8)                                        # not asked again
""") == [[0, 0], [88, 0], [0, 0], *[[["not supported", "not supported by this card"]] * 2] * 2]


def test_that_mig_has_no_busy_processes_and_says_why(scripted_nvml: ScriptedNvml, look: Look) -> None:
    scripted_nvml.set("gpu.0.mig", 1)
    scripted_nvml.process(0, "self", GIB)
    ((kind, reason),) = look("""
out.append(text(Poller().poll(0, 0).cards[0].processes[0].sm_percent))
""")
    assert kind == "not supported"
    assert "MIG" in reason
