"""From a plan to the spec, and to the Python that runs it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, Precision
from gpuplanner.core.trial import Device, TrialGpu, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent, spec_from_line, spec_to_line
from gpuplanner.data.catalog import load_catalog
from gpuplanner.trial import environment
from gpuplanner.trial.child_environment import child_environment
from gpuplanner.trial.environment import choose_python, nvml_module
from gpuplanner.trial.launcher import TrialOptions, judged_end, spec_of
from gpuplanner.trial.worker_files import PACKAGE, cache_folder, worker_folder

CATALOG = load_catalog()
RESOLVED = CATALOG.resolve(Plan(model="Qwen-7B", seq_len=512))

posix = pytest.mark.skipif(sys.platform == "win32", reason="a venv's layout and the rights of files")


def test_that_a_spec_holds_all_that_the_worker_needs() -> None:
    spec = spec_of(RESOLVED, TrialOptions(device=Device.CPU, steps=3, warm_up_steps=0, time_limit_s=9.5))
    assert spec.plan.sharding is not None, "filled in"
    assert (spec.llm.name, spec.steps, spec.warm_up_steps, spec.time_limit_s) == ("Qwen-7B", 3, 0, 9.5)
    assert spec.peak_flops == CATALOG.gpu("A100 80GB SXM4").bf16_flops
    assert Path(spec.nvml_module).name == "pynvml.py"
    assert spec_from_line(spec_to_line(spec)) == spec


@pytest.mark.parametrize(("precision", "known"), [("fp16", True), ("bf16-mixed", True), ("fp32", False)])
def test_that_the_peak_is_that_of_the_plans_type(precision: str, known: bool) -> None:
    resolved = CATALOG.resolve(replace(RESOLVED.plan, precision=Precision(precision)))
    assert (spec_of(resolved, TrialOptions()).peak_flops is not None) == known


def test_that_finding_nvml_imports_nothing() -> None:
    script = (
        "import sys, gpuplanner.trial.environment as e\n"
        "e.nvml_module(); e.has_torch(); print(sorted(sys.modules))"
    )
    seen = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    ).stdout
    assert "'pynvml'" not in seen
    assert "'torch'" not in seen
    assert nvml_module()


def test_that_a_folder_of_safetensors_is_a_checkpoint_and_pickled_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    options = TrialOptions()
    assert spec_of(RESOLVED, options, model_path=tmp_path).checkpoint == ""
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(InputError, match=r"pytorch_model.bin.* pickled.*convert them to safetensors"):
        spec_of(RESOLVED, options, model_path=tmp_path)
    assert spec_of(RESOLVED, options, model_path=tmp_path / "config.json").checkpoint == ""
    dry = replace(options, kind=TrialKind.DRY_RUN)
    assert spec_of(RESOLVED, dry, model_path=tmp_path).checkpoint == ""
    (tmp_path / "model.safetensors").touch()
    assert spec_of(RESOLVED, options, model_path=tmp_path).checkpoint == str(tmp_path)


def test_that_an_mfu_of_another_cards_peak_is_dropped() -> None:
    result = TrialResult("cuda", mfu=0.4)
    other = EndEvent(TrialStatus.OK, result, gpu=TrialGpu("NVIDIA L4"))
    judged = judged_end(other, RESOLVED.gpu)
    assert judged.result is not None
    assert (judged.result.mfu, judged.result.notes) == (
        None,
        ("It ran on NVIDIA L4, not on the plan's A100 80GB SXM4, so there is no MFU",),
    )
    same = EndEvent(TrialStatus.OK, result, gpu=TrialGpu("NVIDIA A100-SXM4-80GB"))
    assert judged_end(same, RESOLVED.gpu) is same
    cpu = EndEvent(TrialStatus.OK, TrialResult("cpu"))
    assert judged_end(cpu, RESOLVED.gpu) is cpu


@posix
def test_that_a_python_may_be_a_file_a_folder_or_a_name(tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert choose_python(str(python)) == str(python), "a venv's link is not followed"
    assert choose_python(str(tmp_path / "env")) == str(python)
    assert Path(choose_python("sh")).name == "sh"
    for wrong, words in (
        (str(tmp_path), "no Python environment"),
        (str(tmp_path / "none"), "no such Python"),
        ("no-such-python", "no such Python"),
    ):
        with pytest.raises(InputError, match=words):
            choose_python(wrong)
    (tmp_path / "text").touch()
    with pytest.raises(InputError, match="no program"):
        choose_python(str(tmp_path / "text"))


def test_that_without_torch_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_python() == sys.executable
    monkeypatch.setattr(environment, "has_torch", lambda: False)
    with pytest.raises(
        InputError, match=r"torch is not installed.*pip install 'gpuplanner\[trial\]'.*--python"
    ):
        choose_python()


def test_that_the_workers_folder_holds_the_worker_and_the_core_alone(tmp_path: Path) -> None:
    folder = worker_folder(tmp_path)
    assert sorted(path.name for path in (folder / "gpuplanner").iterdir()) == [
        "__init__.py",
        "core",
        "worker",
    ]
    assert worker_folder(tmp_path) == folder
    assert [path.name for path in tmp_path.iterdir()] == [folder.name], "nothing is left beside it"
    assert (folder / "gpuplanner/core/trial.py").read_bytes() == (PACKAGE / "core/trial.py").read_bytes()


def test_that_a_damaged_folder_is_made_again(tmp_path: Path) -> None:
    folder = worker_folder(tmp_path)
    (folder / "gpuplanner/core/trial.py").write_text("1/0")
    (folder / "gpuplanner/__init__.py").unlink()
    assert worker_folder(tmp_path) == folder
    assert (folder / "gpuplanner/core/trial.py").read_bytes() == (PACKAGE / "core/trial.py").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_that_other_source_is_another_folder(tmp_path: Path) -> None:
    source = tmp_path / "gpuplanner"
    (source / "core").mkdir(parents=True)
    (source / "__init__.py").touch()
    with pytest.raises(InputError, match="install GPU Planner again"):
        worker_folder(tmp_path / "cache", source)
    (source / "core" / "a.py").touch()
    first = worker_folder(tmp_path / "cache", source)
    (source / "core" / "a.py").write_text("x = 1")
    assert worker_folder(tmp_path / "cache", source) != first


@posix
def test_that_many_starts_at_once_make_one_whole_folder(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; import gpuplanner.trial.worker_files as w\n"
        f"print(w.worker_folder(Path({str(tmp_path)!r})))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=PACKAGE.parent)
        for _ in range(4)
    ]
    found = {process.communicate(timeout=60)[0] for process in started}
    assert len(found) == 1
    assert [process.returncode for process in started] == [0] * 4
    assert len(list(tmp_path.iterdir())) == 1
    assert stat.S_ISDIR(next(tmp_path.iterdir()).stat().st_mode)


def test_that_each_platform_has_its_cache() -> None:
    assert cache_folder({"HOME": "/h"}, "linux") == Path("/h/.cache/gpuplanner")
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "linux") == Path("/c/gpuplanner")
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": "c"}, "linux") == Path("/h/.cache/gpuplanner")
    assert cache_folder({"HOME": "/h"}, "darwin") == Path("/h/Library/Caches/GPU Planner")
    assert cache_folder({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/GPU Planner/Cache")


def test_that_another_python_gets_nothing_of_our_own(tmp_path: Path) -> None:
    import sysconfig

    own = sysconfig.get_path("purelib")
    given = {"PYTHONPATH": os.pathsep.join((own, "/theirs")), "PYTHONHOME": "/app", "PATH": "/bin"}
    other = child_environment(given, tmp_path, "/other/python")
    assert other["PYTHONPATH"] == os.pathsep.join((str(tmp_path), "/theirs"))
    assert "PYTHONHOME" not in other
    assert (other["PATH"], other["PYTHONUTF8"]) == ("/bin", "1")
    assert child_environment(given, tmp_path, sys.executable)["PYTHONPATH"].split(os.pathsep)[1] == own
    bundled = child_environment({"LD_LIBRARY_PATH": "/app", "LD_LIBRARY_PATH_ORIG": "/u"}, tmp_path, "/p")
    assert bundled["LD_LIBRARY_PATH"] == "/u"
