"""A recording says everything in its columns, and is read again as it was."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.monitor.readings import NOT_SUPPORTED, missing_for
from gpuplanner.monitor.recording import COLUMNS, Recorder, read_record, read_recording, recording_of
from gpuplanner.monitor.samples import CardSample, ProcessReading, Sample

MakeCard = Callable[..., CardSample]
MakeSample = Callable[..., Sample]


@pytest.fixture
def recorded(tmp_path: Path, make_card: MakeCard, make_sample: MakeSample) -> Path:
    path = tmp_path / "run.csv"
    recorder = Recorder(path)
    processes = (ProcessReading(12, 5_000_000_001, "compute"), ProcessReading(13, NOT_SUPPORTED, "graphics"))
    for i in range(5):
        recorder.write(
            make_sample(
                100 + i,
                make_card("GPU-a", power_watts=250.5 + i, memory_used_bytes=2**36 + i, processes=processes),
                make_card("GPU-b", power_watts=missing_for(4)),
            )
        )
    recorder.mark("training\nstarted", 104.5, 1_700_000_104.5)
    recorder.write(make_sample(120, make_card("GPU-a", power_watts=1.0), after_gap=True))
    recorder.write(make_sample(121, make_card("GPU-a", problem=missing_for(15))))
    recorder.close()
    recorder.close()
    assert recorder.n_samples == 7
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_that_the_columns_say_unit_card_driver_gap_and_mark(recorded: Path) -> None:
    rows = lines(recorded)
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["time_utc"] == "2023-11-14T22:15:00.000+00:00"
    assert (rows[0]["uuid"], rows[0]["name"], rows[0]["driver_version"]) == ("GPU-a", "A100", "570.1")
    assert (rows[0]["power_watts"], rows[0]["memory_used_bytes"]) == ("250.5", str(2**36))
    assert rows[0]["processes"] == "12=5000000001 13="
    assert rows[0]["note"] == ""
    assert "no permission" in rows[1]["note"]
    assert rows[1]["power_watts"] == ""
    kinds = [row["kind"] for row in rows]
    assert kinds == ["sample"] * 10 + ["mark", "gap", "sample", "sample"]
    assert rows[10]["note"] == "training started"
    assert "lost" in rows[-1]["note"]


def test_that_it_is_read_again(recorded: Path) -> None:
    recording = read_recording(recorded)
    assert [card.uuid for card in recording.cards] == ["GPU-a", "GPU-b"]
    assert recording.begin_wall_s == 1_700_000_100
    assert recording.times_s.tolist() == [0, 1, 2, 3, 4, 12, 20, 21]
    assert recording.is_gap.nonzero()[0].tolist() == [5]
    assert recording.marks == ((4.5, "training started"),)
    one = recording.card("GPU-a")
    assert one is not None
    assert one.values["memory_used_bytes"][:2].tolist() == [2**36, 2**36 + 1]
    series = recording.window("GPU-a", "power_watts", 0, 100)
    assert series.low[:5].tolist() == [250.5, 251.5, 252.5, 253.5, 254.5]
    assert np.isnan(series.low[[5, 7]]).all()
    assert len(recording.window("GPU-z", "power_watts", 0, 100).low) == 0
    assert recording.window("GPU-a", "power_watts", 2.5, 2.6).times_s.tolist() == [2.0, 3.0]


def test_that_a_recording_that_was_cut_off_keeps_what_it_has(recorded: Path) -> None:
    text = recorded.read_text(encoding="utf-8")
    recorded.write_text(text[: text.rindex("GPU-a") + 2], encoding="utf-8")
    assert len(read_recording(recorded).times_s) == 7


def test_that_columns_of_another_version_do_no_harm(recorded: Path) -> None:
    rows = lines(recorded)
    with recorded.open("w", encoding="utf-8", newline="") as file:
        kept = [name for name in COLUMNS if name != "fan_percent"]
        writer = csv.DictWriter(file, ["novel", *kept], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    one = read_recording(recorded).cards[0]
    assert one.values["power_watts"][0] == 250.5
    assert np.isnan(one.values["fan_percent"]).all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column time_utc"),
        (b"model,method\nQwen-7B,lora\n", "no column time_utc"),
        (b"\xff\xfe\x00binary", "not a recording"),
    ],
)
def test_that_what_is_no_recording_is_said_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_recording(path)


@pytest.mark.parametrize("column", ["elapsed_s", "power_watts", "time_utc"])
def test_that_a_spoilt_cell_is_told_with_its_line(recorded: Path, column: str) -> None:
    rows = lines(recorded)
    rows[0][column] = "many"
    with recorded.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(InputError, match="line 2"):
        read_recording(recorded)


def test_that_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(InputError):
            read_recording(path)
    with pytest.raises(InputError, match="choose another place"):
        Recorder(tmp_path / "no" / "folder.csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_that_a_full_disk_ends_the_recording_and_nothing_else(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    recorder = Recorder(Path("/dev/full"))
    for i in range(3):
        recorder.write(make_sample(i, make_card(power_watts=1)))
    assert "No space left" in recorder.problem
    recorder.close()


def test_that_series_and_the_readings_at_a_time_are_had_from_a_recording(recorded: Path) -> None:
    recording = read_recording(recorded)
    uuid = recording.cards[0].uuid
    first_s, last_s = recording.span
    assert (first_s, last_s) == (float(recording.times_s[0]), float(recording.times_s[-1]))
    used, power = recording.windows(uuid, ("memory_used_bytes", "power_watts"), first_s, last_s)
    assert used.times_s.tolist() == power.times_s.tolist()
    at = recording.at(-5.0)[uuid]["power_watts"]
    np.testing.assert_equal(at, recording.cards[0].values["power_watts"][0])
    assert recording.windows("another card", ("power_watts",), 0, 1)[0].times_s.tolist() == []


def test_that_a_recording_goes_into_a_document_and_back(
    tmp_path: Path, make_card: MakeCard, make_sample: MakeSample
) -> None:
    path = tmp_path / "run.csv"
    recorder = Recorder(path)
    for second in range(3):
        recorder.write(make_sample(float(second), make_card(power_watts=100.0 + second)))
    recorder.close()
    record = read_record(path)
    assert record.name == "run"
    assert len(record.lines) == 3
    kept, file = recording_of(record), read_recording(path)
    assert kept.begin_wall_s == file.begin_wall_s
    assert kept.times_s.tolist() == file.times_s.tolist()
    assert kept.cards[0].values["power_watts"].tolist() == [100.0, 101.0, 102.0]


def test_that_a_document_refuses_a_recording_that_is_too_long(
    tmp_path: Path, make_card: MakeCard, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpuplanner.monitor.recording.MOST_LINES", 2)
    path = tmp_path / "run.csv"
    recorder = Recorder(path)
    for second in range(3):
        recorder.write(make_sample(float(second), make_card()))
    recorder.close()
    with pytest.raises(InputError, match="at most 2 lines"):
        read_record(path)


def test_that_a_record_that_is_no_recordings_is_refused() -> None:
    with pytest.raises(InputError, match="not a recording"):
        recording_of(RecordingRecord("odd", "", ("kind",), (("sample",),)))
