"""``explain-error``: a message alone, one laid over a plan, standard input, and what is refused."""

import io
import json
from pathlib import Path

import pytest

from gpuplanner.cli import main
from gpuplanner.core.exit_codes import USAGE

MESSAGE = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.64 GiB. GPU 0 has a total capacity of "
    "23.65 GiB of which 1.20 GiB is free. Including non-PyTorch memory, this process has 22.30 GiB memory in "
    "use. Of the allocated memory 21.50 GiB is allocated by PyTorch, and 300.00 MiB is reserved by PyTorch "
    "but unallocated."
)
PLAN = ["--model", "Qwen-7B", "--method", "qlora", "--gpu", "RTX 4090", "--seq-len", "8192"]


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "run.log"
    path.write_text("step 1\n" * 1000 + MESSAGE + "\n")
    return str(path)


def test_that_a_message_is_laid_over_a_plan(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-error", log, *PLAN, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["message"]["attempted_bytes"] == round(4.64 * 2**30)
    assert [cause["kind"] for cause in found["causes"]] == ["tensor", "too large"]
    assert "1 × 8,192 × 151,936 × 4 B" in found["causes"][0]["what"]
    assert found["fixes"][0]["change"] == {"fused_loss": True}
    assert found["estimate"]["fits"] == "no"


def test_that_people_get_a_table_causes_and_changes(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-error", log, *PLAN]) == 0
    out = capsys.readouterr().out
    assert "tried to allocate" in out
    assert "predicted" in out
    assert "--fused-loss true" in out


def test_that_standard_input_is_read_without_a_plan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(MESSAGE))
    assert main(["explain-error", "-"]) == 0
    out = capsys.readouterr().out
    assert "With the options of the plan" in out
    assert "predicted  " not in out


@pytest.mark.parametrize("content", [b"", b"all is well", b"\xff\xfe\x00" * 1000])
def test_that_a_log_without_a_message_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(content)
    assert main(["explain-error", str(path)]) == USAGE
    assert "holds no out-of-memory message" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.log", "."])
def test_that_a_file_that_cannot_be_read_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-error", name]) == USAGE
    assert "cannot be read" in capsys.readouterr().err
