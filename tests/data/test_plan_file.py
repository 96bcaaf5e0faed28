import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.benchmark import ROW_FIELD, BenchmarkRow, MemoryKind, Origin
from gpuplanner.core.correction import Correction, Evidence, Observed
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import PLAN_FIELD, Method, Plan
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.core.trial import MeasuredPhase, TrialGpu, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data import guarded_sqlite, plan_file
from gpuplanner.data.benchmark_table import SURPLUS, BenchmarkTable, read_row
from gpuplanner.data.plan_file import (
    APPLICATION_ID,
    SCHEMA,
    NamedPlan,
    PlanDocument,
    document_bytes,
    read_document,
    write_document,
)
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows

FRAGMENT = "| model | 256 |\n| --- | --- |\n| 显存 | 5.8G / 1.0s/it |"
DOCUMENT = PlanDocument(
    BenchmarkTable(
        (
            read_row({"model": "Qwen-7B", "seq_len": "4k", "lora_rank": "", "peak_memory": "11.0"}),
            read_row({"seq_len": "long", "micro_batch_size_inferred": "2", "lab": "显存 ", "zone": "\x00\n"}),
            read_row({"model": "x", f"{SURPLUS} 9": "slipped"}),
            BenchmarkRow(Plan(model="Qwen-7B"), fragment=FRAGMENT),
            BenchmarkRow(Plan(model="Qwen-14B"), fragment=FRAGMENT),
        ),
        ("zone", "seq_len", "model"),
    ),
    (NamedPlan("What we have", Plan(model="Qwen-7B")), NamedPlan("", Plan(method=Method.FULL, seq_len=9))),
    (
        TrialRecord(
            Plan(model="Qwen-7B", seq_len=512),
            TrialKind.TRIAL,
            "2026-01-31",
            (PhaseEvent("train", 3.5), StepEvent(1, 0.25, 2.5, 7, phases={"loss": 7}), LogEvent("显存")),
            EndEvent(
                TrialStatus.OK,
                TrialResult("cuda", peak_allocated_bytes=7, phases=(MeasuredPhase("loss", 7),)),
                {"torch": "2.13.0"},
                TrialGpu("A100", capacity_bytes=9),
                "done",
            ),
        ),
        TrialRecord(Plan(), TrialKind.DRY_RUN, "", (), EndEvent(TrialStatus.FAILED)),
        TrialRecord(Plan(), TrialKind.TRIAL, "", (LogEvent("x"),), EndEvent(TrialStatus.OOM)),
    ),
    (
        Correction(
            "试跑",
            "2026-01-31",
            (
                Evidence("ab", "Qwen-7B lora", Origin.TRIAL, ("hf", "qwen"), 512.0, seconds=None),
                Evidence(
                    "cd",
                    "Qwen-7B lora",
                    Origin.PUBLISHED,
                    ("hf", "qwen"),
                    1024.0,
                    Observed(2e10, 2.1e10, 0.025, (0.1, 0.0), at_least=True),
                    MemoryKind.ALLOCATED,
                    Observed(1.0, 1.25, 0.03, (0.5,)),
                ),
            ),
            ("row 3: nothing was measured",),
            "1.0",
            active=False,
        ),
        Correction("", "", ()),
    ),
    (
        RecordingRecord(
            "gpus", "2026-01-31T10:00:00+00:00", ("kind", "uuid"), (("sample", "GPU-a"), ("gap", ""))
        ),
        RecordingRecord("显存", "", ("kind", "power_watts"), (("sample", "251.5"),)),
        RecordingRecord("empty", "", ("kind",), ()),
    ),
    (("report_paper", "letter"), ("report_title", "=1+1"), ("of a later version", "")),
)


def saved(tmp_path: Path, document: PlanDocument = DOCUMENT) -> Path:
    path = tmp_path / "a #1 100%?.gpuplan"
    write_document(path, document)
    return path


def changed_by(tmp_path: Path, *statements: str) -> Path:
    """A good document after somebody else's SQL."""
    path = saved(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def refusal(path: Path) -> str:
    before = path.read_bytes() if path.is_file() else b""
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert time.process_time() - started < 5
    (line,) = str(caught.value).splitlines()
    assert path.name in line
    assert line.isprintable()
    assert (path.read_bytes() if path.is_file() else b"") == before
    return line


def test_that_a_document_comes_back_as_it_was(tmp_path: Path) -> None:
    path = saved(tmp_path)
    document = read_document(path)
    assert document == DOCUMENT
    assert document.problems == ()
    assert document.table.rows[3].fragment is document.table.rows[4].fragment
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_that_an_empty_document_comes_back(tmp_path: Path) -> None:
    assert read_document(saved(tmp_path, PlanDocument())) == PlanDocument()


def test_that_equal_documents_are_equal_bytes(tmp_path: Path) -> None:
    assert document_bytes(DOCUMENT) == document_bytes(read_document(saved(tmp_path)))


def test_that_the_shipped_document_holds_the_rows_of_the_shipped_csv() -> None:
    """After a change of the CSV: packaging/remake_samples.py."""
    document = read_document(resource("samples", "qwen-profile.gpuplan"))
    assert document.table == read_rows(resource("samples", "qwen-profile.csv"))
    assert document == PlanDocument(document.table)
    assert len(document.table.rows) == 96


def test_that_any_sqlite_browser_finds_plain_columns(tmp_path: Path) -> None:
    with closing(sqlite3.connect(saved(tmp_path))) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute("SELECT model, seq_len, CAST(peak_memory AS REAL) FROM rows").fetchall()
        assert rows[:2] == [("Qwen-7B", "4k", 11.0), (None, "long", None)]
        more = connection.execute("SELECT more ->> 'lab' FROM rows WHERE position = 1").fetchone()
        assert more == ("显存 ",)
        assert connection.execute("SELECT text FROM fragments").fetchall() == [(FRAGMENT,)]
        assert connection.execute("SELECT name, method FROM plans").fetchall() == [
            ("What we have", "lora"),
            ("", "full"),
        ]
        trials = connection.execute(
            "SELECT kind, seq_len, end ->> '$.result.peak_allocated_bytes' FROM trials WHERE position = 0"
        ).fetchall()
        assert trials == [("trial", "512", 7)]
        samples = connection.execute("SELECT trial, line ->> '$.event' FROM trial_events").fetchall()
        assert samples == [(0, "phase"), (0, "step"), (0, "log"), (2, "log")]
        layers = connection.execute("SELECT name, active, left_out ->> 0 FROM corrections").fetchall()
        assert layers == [("试跑", "no", "row 3: nothing was measured"), ("", "yes", None)]
        learned = connection.execute(
            "SELECT correction, key, figures ->> '$.memory.measured' FROM correction_rows"
        ).fetchall()
        assert learned == [(0, "ab", None), (0, "cd", 2.1e10)]


def test_that_no_field_has_the_name_of_another_column() -> None:
    assert not {"position", "more", "fragment", "name", "kind", "date", "end", "correction"} & {*PLAN_FIELD}
    assert not {"position", "more", "fragment"} & {*ROW_FIELD, *PLAN_FIELD}


def test_that_a_change_by_an_sqlite_browser_is_read(tmp_path: Path) -> None:
    path = changed_by(
        tmp_path,
        "UPDATE rows SET seq_len = 512, note = 'ours' WHERE position = 0",
        "DELETE FROM rows WHERE position > 1",
        "CREATE INDEX by_model ON rows (model)",
    )
    rows = read_document(path).table.rows
    assert (rows[0].plan.seq_len, rows[0].provenance.note, len(rows)) == (512, "ours", 2)


def test_that_a_column_of_another_version_is_kept_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    path = changed_by(
        tmp_path, "ALTER TABLE rows ADD COLUMN magic TEXT DEFAULT 'm'", "ALTER TABLE rows DROP COLUMN date"
    )
    row = read_document(path).table.rows[0]
    assert row.extra == (("magic", "m"),)
    assert row.provenance.date == ""


def test_that_a_foreign_table_is_named_because_saving_drops_it(tmp_path: Path) -> None:
    document = read_document(changed_by(tmp_path, "CREATE TABLE mine (a)"))
    assert document == DOCUMENT
    assert [problem.what for problem in document.problems] == ["the table 'mine' is not GPU Planner's"]


def test_that_a_newer_schema_is_refused_and_the_file_left_untouched(tmp_path: Path) -> None:
    path = changed_by(tmp_path, f"PRAGMA user_version = {SCHEMA + 1}", "DROP TABLE rows")
    before = path.stat()
    assert "a newer GPU Planner made this" in refusal(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino, after.st_size) == (
        before.st_mtime_ns,
        before.st_ino,
        before.st_size,
    )
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


NO_SETTINGS = "DROP TABLE settings"
NO_RECORDINGS = (NO_SETTINGS, "DROP TABLE recording_samples", "DROP TABLE recordings")
NO_CORRECTIONS = (*NO_RECORDINGS, "DROP TABLE correction_rows", "DROP TABLE corrections")
NO_TRIALS = ("DROP TABLE trial_events", "DROP TABLE trials")


def test_that_schema_1_is_read_and_has_no_trials(tmp_path: Path) -> None:
    path = changed_by(tmp_path, *NO_CORRECTIONS, *NO_TRIALS, "PRAGMA user_version = 1")
    document = read_document(path)
    assert document == replace(DOCUMENT, trials=(), corrections=(), recordings=(), settings=())
    assert document.problems == ()
    write_document(path, document)
    assert read_document(path) == document


def test_that_schema_3_is_read_and_has_no_recordings(tmp_path: Path) -> None:
    path = changed_by(tmp_path, *NO_RECORDINGS, "PRAGMA user_version = 3")
    document = read_document(path)
    assert document == replace(DOCUMENT, recordings=(), settings=())
    assert document.problems == ()


def test_that_schema_4_is_read_and_has_no_settings(tmp_path: Path) -> None:
    path = changed_by(tmp_path, NO_SETTINGS, "PRAGMA user_version = 4")
    document = read_document(path)
    assert document == replace(DOCUMENT, settings=())
    assert document.problems == ()
    write_document(path, replace(document, settings=DOCUMENT.settings))
    assert read_document(path) == DOCUMENT
    assert path.read_bytes()[63] == SCHEMA


def test_that_more_settings_than_anybody_has_are_refused(tmp_path: Path) -> None:
    many = tuple((str(i), "") for i in range(1001))
    with pytest.raises(InputError, match="more than 1,000 settings"):
        read_document(saved(tmp_path, PlanDocument(settings=many)))
    with pytest.raises(InputError, match="settings: bytes where text belongs"):
        read_document(changed_by(tmp_path, "UPDATE settings SET value = x'00'"))


@pytest.mark.parametrize("columns", ["[", "{}", "[1]"])
def test_that_a_recording_with_damaged_columns_is_refused(tmp_path: Path, columns: str) -> None:
    path = changed_by(tmp_path, f"UPDATE recordings SET columns = '{columns}'")
    with pytest.raises(InputError, match="recording 1: its columns cannot be read"):
        read_document(path)


def test_that_columns_of_a_recording_that_are_no_plain_names_are_left_out(tmp_path: Path) -> None:
    odd = RecordingRecord("odd", "", ("kind", 'a"b', "position"), (("sample", "x", "7"),))
    path = saved(tmp_path, PlanDocument(recordings=(odd,)))
    assert read_document(path).recordings == (RecordingRecord("odd", "", ("kind",), (("sample",),)),)


def test_that_schema_2_is_read_and_has_no_corrections(tmp_path: Path) -> None:
    path = changed_by(tmp_path, *NO_CORRECTIONS, "PRAGMA user_version = 2")
    document = read_document(path)
    assert document == replace(DOCUMENT, corrections=(), recordings=(), settings=())
    assert document.problems == ()
    write_document(path, document)
    assert read_document(path) == document
    assert path.read_bytes()[63] == SCHEMA


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE corrections SET active = 'maybe'", "correction 1: it is neither on nor off"),
        ("UPDATE corrections SET left_out = '[1]'", "correction 1: what it leaves out cannot be read"),
        ("UPDATE corrections SET left_out = '['", "correction 1: what it leaves out cannot be read"),
        ("UPDATE correction_rows SET figures = '{'", "row 1 of the corrections: its figures cannot be read"),
        ("UPDATE correction_rows SET figures = '[]'", "row 1 of the corrections: its figures cannot be read"),
        ("UPDATE correction_rows SET origin = 'x'", "row 1 of the corrections: its figures cannot be read"),
        ("UPDATE correction_rows SET figures = '{\"tokens\": null}'", "its figures cannot be read"),
    ],
)
def test_that_a_correction_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, statement: str, words: str
) -> None:
    assert words in refusal(changed_by(tmp_path, statement))


def test_that_a_file_in_a_folder_that_may_not_be_written_is_read(read_only_folder: Path) -> None:
    assert len(read_document(read_only_folder / "profile.gpuplan").table.rows) == 96


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_that_a_file_that_another_program_has_half_written_is_refused(journal: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("UPDATE rows SET note = printf('%.*c', 90000, 'x')")
        if journal == "WAL":
            connection.execute("COMMIT")
        assert "another program has the file open" in refusal(path)
    assert len(read_document(path).table.rows) == 5


def write(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def cut(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def overwrite(offset: int, content: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(content)

    return change


def replace_bytes(old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_bytes(path.read_bytes().replace(old, new))

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (write(b""), "is not a GPU Planner document"),
        (write(b"model,seq_len\nQwen-7B,256\n" * 9), "is not a GPU Planner document"),
        (write(b"SQLite format 3\0"), "is not a GPU Planner document"),
        (write(b"\0" * 5000), "is not a GPU Planner document"),
        (cut(0.5), "the file is cut off"),
        (cut(0.99), "the file is cut off"),
        (overwrite(68, b"XXXX"), "is not a GPU Planner document"),
        (overwrite(60, b"\0\0\0\0"), "its schema has no number"),
        (overwrite(16, b"\0\3"), "damaged"),
        (overwrite(100, b"\xff" * 400), "damaged"),
        (overwrite(4096, b"\xff" * 4096), "damaged"),
        (replace_bytes(b"CREATE TABLE", b"CREATE TABL\xf6"), "damaged"),  # a find of fuzzing
    ],
)
def test_that_a_damaged_file_is_refused(change: Callable[[Path], None], words: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path)
    assert words in refusal(path)


def test_that_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "none.gpuplan")
    assert "this is a folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        read_document(tmp_path / "pipe")


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS position FROM n"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DROP TABLE rows"], "the table 'rows' is missing"),
        (["DROP TABLE fragments"], "the table 'fragments' is missing"),
        (["ALTER TABLE rows DROP COLUMN more"], "has no column 'more'"),
        (["DROP TABLE rows", f"CREATE VIEW rows AS {ENDLESS}"], "more than plain tables: 'rows'"),
        ([f"CREATE VIEW unused AS {ENDLESS}"], "more than plain tables: 'unused'"),
        (
            ["CREATE TRIGGER t AFTER INSERT ON rows BEGIN DELETE FROM rows; END"],
            "more than plain tables: 't'",
        ),
        (
            ["DROP TABLE rows", "CREATE VIRTUAL TABLE rows USING fts5(position)"],
            "more than plain tables: 'rows'",
        ),
        (["ALTER TABLE rows ADD COLUMN x AS (model || model)"], "has a computed column"),
        (["UPDATE rows SET model = x'00ff'"], "row 1: bytes where text belongs"),
        (["UPDATE rows SET model = CAST(x'ff' AS TEXT)"], "damaged (Could not decode to UTF-8"),
        (["UPDATE rows SET more = '[1]'"], "row 1: its further cells cannot be read"),
        (["UPDATE rows SET more = '{'"], "row 1: its further cells cannot be read"),
        (["UPDATE rows SET more = '{\"a\": 1}'"], "row 1: int where text belongs"),
        ([f"UPDATE rows SET more = '{'[' * 200_000}'"], "row 1: its further cells cannot be read"),
        ([f"UPDATE rows SET more = '{'9' * 9_000}'"], "row 1: its further cells cannot be read"),
        (["UPDATE rows SET fragment = 7"], "row 1: the text that it was taken from is missing"),
        (["UPDATE rows SET fragment = 'x'"], "row 1: the text that it was taken from is missing"),
        (["UPDATE columns SET name = 'model'"], "a column is there twice"),
        (["UPDATE plans SET seq_len = 'long'"], "plan 'What we have': seq_len cannot be read"),
        (["ALTER TABLE plans ADD COLUMN magic TEXT DEFAULT 'm'"], "does not know its 'magic'"),
        (["UPDATE fragments SET text = zeroblob(40000000)"], "too big"),
        (["DROP TABLE trials"], "the table 'trials' is missing"),
        (["DROP TABLE trial_events"], "the table 'trial_events' is missing"),
        (["UPDATE trials SET kind = 'x'"], "trial 1: it is neither a trial nor a dry run"),
        (["UPDATE trials SET seq_len = 'long'"], "trial 1: seq_len cannot be read"),
        (["UPDATE trials SET end = '{'"], "trial 1: a sample cannot be read"),
        (["UPDATE trials SET end = '{\"event\": []}'"], "trial 1: a sample cannot be read"),
        (['UPDATE trials SET end = \'{"event": "log", "text": "x"}\''], "trial 1: its end is missing"),
        ([f"UPDATE trial_events SET line = '{'[' * 200_000}'"], "trial_events: a sample cannot be read"),
        (["UPDATE trial_events SET line = x'00ff'"], "trial_events: bytes where text belongs"),
        (
            ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = 'CREATE TABLE rows (('"],
            "malformed",
        ),
        (
            ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 999 WHERE name = 'rows'"],
            "damaged",
        ),
    ],
)
def test_that_a_hostile_file_is_refused_in_one_line(
    statements: list[str], words: str, tmp_path: Path
) -> None:
    path = changed_by(tmp_path, *statements)
    assert words in refusal(path)


def test_that_reading_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, PlanDocument(BenchmarkTable((read_row({"model": "x"}),) * 2000)))
    monkeypatch.setattr(guarded_sqlite, "_MAX_CALLS", 0)
    monkeypatch.setattr(guarded_sqlite, "_STEPS_PER_CALL", 1000)
    assert "reading it takes too long" in refusal(path)


def test_that_more_rows_or_text_than_the_file_has_room_for_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)
    monkeypatch.setattr(guarded_sqlite, "MAX_ROWS", 3)
    assert "more than the file has room for" in refusal(path)


@pytest.mark.parametrize(
    "document",
    [
        PlanDocument(BenchmarkTable((read_row({"note": "\ud800"}),))),
        PlanDocument(BenchmarkTable((read_row({"lab": "\ud800"}),))),
        PlanDocument(BenchmarkTable((read_row({"note": "x" * (33 * 2**20)}),))),
        PlanDocument(plans=(NamedPlan("\ud800", Plan()),)),
    ],
)
def test_that_what_cannot_be_saved_is_said_and_the_old_file_stays(
    document: PlanDocument, tmp_path: Path
) -> None:
    path = saved(tmp_path)
    with pytest.raises(InputError, match=r"cannot be saved|larger than 32 MiB"):
        write_document(path, document)
    assert read_document(path) == DOCUMENT


def test_that_a_save_that_fails_leaves_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)

    def fails(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(InputError, match="the disk is full"):
        write_document(path, PlanDocument())
    monkeypatch.undo()
    assert read_document(path) == DOCUMENT
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_that_saving_needs_a_folder_that_may_be_written(read_only_folder: Path) -> None:
    with pytest.raises(InputError, match="may not be written"):
        write_document(read_only_folder / "new.gpuplan", DOCUMENT)
    with pytest.raises(InputError, match="the folder is gone"):
        write_document(read_only_folder / "gone" / "new.gpuplan", DOCUMENT)


def test_that_an_older_schema_has_its_reader() -> None:
    assert set(plan_file._READERS) == set(range(1, SCHEMA + 1))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(100, 60_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4)
)
def test_that_any_damage_gives_a_document_or_one_clear_line(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, bytes]]
) -> None:
    content = bytearray(document_bytes(DOCUMENT))
    for offset, some in damage:
        place = offset % len(content)
        content[place : place + len(some)] = some
    path = tmp_path_factory.mktemp("damaged") / "x.gpuplan"
    path.write_bytes(content)
    lines = []
    try:
        read_document(path)
    except InputError as error:
        lines = str(error).splitlines()
    assert len(lines) <= 1
    assert path.read_bytes() == content
    assert stat.S_ISREG(path.stat().st_mode)
