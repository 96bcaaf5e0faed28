from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from gpuplanner.core.plan import Framework, Method, Optimizer, Plan, Quantization, Sharding
from gpuplanner.trial.environment_facts import (
    TRIAL_PACKAGES,
    Environment,
    Need,
    State,
    install_line,
    needs_of,
)

VERSIONS = {
    "python": "3.12.1",
    "torch": "2.9.1+cu128",
    "cuda": "12.8",
    "transformers": "5.23.0",
    "peft": "0.21.2",
    "accelerate": "1.15.0",
    "pip": "25.0",
}
VENV = Environment(
    "/v/bin/python", State.USABLE, versions=VERSIONS, folder="/v", is_venv=True, installer="pip"
)
BITSANDBYTES = (Need("bitsandbytes", "", ">=0.46.1", "it packs the frozen weights"),)


def test_that_a_new_environment_gets_what_the_extra_names() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert list(TRIAL_PACKAGES) == project["project"]["optional-dependencies"]["trial"]


@pytest.mark.parametrize(
    ("changes", "packages"),
    [
        ({}, []),
        ({"method": Method.QLORA, "quantization": Quantization.NF4_DQ}, ["bitsandbytes"]),
        ({"optimizer": Optimizer.ADAMW_8BIT}, ["bitsandbytes"]),
        ({"sharding": Sharding.ZERO3}, ["deepspeed"]),
        ({"framework": Framework.HF_DEEPSPEED}, ["deepspeed"]),
        ({"sharding": Sharding.FSDP}, []),
    ],
)
def test_that_needs_follow_the_plan(changes: dict[str, object], packages: list[str]) -> None:
    plan = replace(Plan(), **changes)  # type: ignore[arg-type]
    assert [need.package for need in needs_of(VENV, plan)] == packages


def test_that_an_old_release_and_a_build_without_cuda_are_needs() -> None:
    old = replace(VENV, versions={**VERSIONS, "transformers": "4.57.3", "torch": "2.9.1+cpu", "cuda": ""})
    needs = needs_of(old, Plan(), on_card=True)
    assert [(need.package, need.found, need.wanted) for need in needs] == [
        ("transformers", "4.57.3", ">=5.0"),
        ("torch", "2.9.1+cpu", ""),
    ]
    assert needs[0].line == "transformers 4.57.3, 5.0 or later is wanted: it brings the models"
    assert needs[1].line == "torch 2.9.1+cpu: it is built without CUDA and sees no card"
    assert BITSANDBYTES[0].line == "bitsandbytes is missing: it packs the frozen weights"
    assert "--force-reinstall" in install_line(old, needs)


def test_that_adapters_are_not_wanted_for_full_training_and_nothing_of_what_does_not_start() -> None:
    bare = replace(VENV, versions={"python": "3.12.1"})
    missing = [need.package for need in needs_of(bare, replace(Plan(), method=Method.FULL))]
    assert missing == ["torch", "transformers", "accelerate"]
    assert needs_of(replace(bare, state=State.HANGS), Plan()) == ()


def test_that_a_checkout_without_a_version_is_trusted() -> None:
    assert needs_of(replace(VENV, versions={**VERSIONS, "peft": ""}), Plan()) == ()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "/v/bin/python -m pip install 'bitsandbytes>=0.46.1'"),
        (
            {"installer": "uv", "versions": {"python": "3.12.1"}},
            "uv pip install --python /v/bin/python 'bitsandbytes>=0.46.1'",
        ),
        (
            {"versions": {"python": "3.12.1"}},
            "/v/bin/python -m ensurepip --upgrade && /v/bin/python -m pip install 'bitsandbytes>=0.46.1'",
        ),
        (
            {"is_venv": False, "is_conda": True, "installer": "conda"},
            "conda install --prefix /v --channel conda-forge 'bitsandbytes>=0.46.1'",
        ),
        ({"is_venv": False, "is_conda": True}, "/v/bin/python -m pip install 'bitsandbytes>=0.46.1'"),
        ({"is_venv": False, "is_managed": True}, ""),
        ({"folder": ""}, ""),
    ],
)
def test_that_the_install_line_is_that_environment_s(changes: dict[str, object], line: str) -> None:
    environment = replace(VENV, **changes)  # type: ignore[arg-type]
    assert install_line(environment, BITSANDBYTES, platform="linux") == line
    assert bool(environment.reason_not_to_install) == (not line)


def test_that_conda_calls_torch_pytorch_and_windows_quotes_what_cmd_would_take_for_files() -> None:
    conda = replace(VENV, is_conda=True, is_venv=False, installer="conda")
    torch = (Need("torch", "2.4.0", ">=2.6", "it does the training"),)
    assert install_line(conda, torch, platform="linux").endswith(" 'pytorch>=2.6'")
    windows = replace(VENV, python=r"C:\my env\Scripts\python.exe")
    wanted = r'"C:\my env\Scripts\python.exe" -m pip install "torch>=2.6"'
    assert install_line(windows, torch, platform="win32") == wanted
    assert install_line(VENV, ()) == ""
