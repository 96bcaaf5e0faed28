import json
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.price import Price
from gpuplanner.data.settings import MAX_RECENT, Settings, load_settings, save_settings, settings_path

SOME = Settings(
    b"\x01\xd9\xff",
    b"state",
    "dark",
    "gib-total",
    1.25,
    ("/data/a.gpuplan", "b \udcff.csv"),
    strip_folded=True,
    pivot_shown=True,
    problems_shown=True,
    alerts=("memory 0.9", "lost"),
    language="zh_CN",
    trial=(("where", "ssh"), ("host", "gpu-box")),
    sampling_hz=5.0,
    reserve_gib=1.5,
    price_per_gpu_hour=Price(1500.0, "¥"),
    price_per_kwh=Price(0.3, "€"),
    update_address="https://example.org/v.json",
)


def test_that_settings_come_back_from_a_file_that_people_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "settings.json"
    save_settings(path, SOME)
    assert load_settings(path) == (SOME, ())
    written = json.loads(path.read_text())
    assert (written["theme"], written["price_per_gpu_hour"]) == ("dark", "¥1500")
    assert written["price_per_kwh"] == "€0.3"
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(("written", "price"), [(2.5, Price(2.5)), ("0", Price(0.0)), (None, None)])
def test_that_a_price_may_be_a_bare_number(tmp_path: Path, written: object, price: Price | None) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"price_per_gpu_hour": written}))
    assert load_settings(tmp_path / "settings.json") == (Settings(price_per_gpu_hour=price), ())


@pytest.mark.parametrize("written", ["cheap", "0.3 €/h", -1, "1e9", True])
def test_that_what_is_no_price_of_a_kwh_is_set_aside(tmp_path: Path, written: object) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"price_per_kwh": written}))
    settings, problems = load_settings(tmp_path / "settings.json")
    assert settings.price_per_kwh is None
    assert "price_per_kwh cannot be read" in problems[0].what


def test_that_a_first_start_has_the_defaults_and_writes_nothing(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == (Settings(), ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "environment", "place"),
    [
        ("linux", {"HOME": "/home/u"}, "/home/u/.config/gpuplanner"),
        ("linux", {"HOME": "/home/u", "XDG_CONFIG_HOME": "/cfg"}, "/cfg/gpuplanner"),
        ("linux", {"HOME": "/home/u", "XDG_CONFIG_HOME": "cfg"}, "/home/u/.config/gpuplanner"),
        ("darwin", {"HOME": "/Users/u"}, "/Users/u/Library/Application Support/GPU Planner"),
        ("win32", {"USERPROFILE": "/u", "APPDATA": "/u/Roaming"}, "/u/Roaming/GPU Planner"),
        ("win32", {"USERPROFILE": "/u"}, "/u/AppData/Roaming/GPU Planner"),
    ],
)
def test_that_settings_lie_in_the_platforms_folder(
    platform: str, environment: dict[str, str], place: str
) -> None:
    assert settings_path(environment, platform) == Path(place) / "settings.json"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"\0", b'{"theme": ' + b"9" * 5000 + b"}"],
)
def test_that_a_damaged_file_is_set_aside_and_not_lost(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, (problem,) = load_settings(path)
    assert settings == Settings()
    assert "settings.damaged-1.json" in problem.hint
    assert (tmp_path / "settings.damaged-1.json").read_bytes() == content
    assert not path.exists()


def test_that_each_damaged_file_gets_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in ("{", "["):
        path.write_text(content)
        load_settings(path)
    assert (tmp_path / "settings.damaged-1.json").read_text() == "{"
    assert (tmp_path / "settings.damaged-2.json").read_text() == "["


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window_geometry", "%%%"),
        ("window_state", 7),
        ("theme", ["dark"]),
        ("unit", None),
        ("user_scale", float("nan")),
        ("user_scale", True),
        ("user_scale", 1e9),
        ("recent_files", "a.csv"),
        ("recent_files", [1]),
        ("strip_folded", "yes"),
        ("alerts", [0.9]),
        ("trial", {"steps": 3}),
        ("trial", ["steps"]),
    ],
)
def test_that_one_bad_value_costs_only_itself(name: str, value: object, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, SOME)
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value, "of a later version": 1}))
    settings, (problem,) = load_settings(path)
    assert name in problem.what
    assert getattr(settings, name) == getattr(Settings(), name)
    assert (
        sum(getattr(settings, field) == getattr(SOME, field) for field in vars(SOME)) == len(vars(SOME)) - 1
    )
    assert (tmp_path / "settings.damaged-1.json").exists()


def test_that_recent_files_are_newest_first_once_each_and_few() -> None:
    settings = Settings()
    for name in [*(f"{i}.csv" for i in range(12)), "5.csv"]:
        settings = settings.with_recent(Path(name))
    assert settings.recent_files[:3] == ("5.csv", "11.csv", "10.csv")
    assert len(settings.recent_files) == len(set(settings.recent_files)) == MAX_RECENT


def test_that_settings_that_cannot_be_saved_are_said(read_only_folder: Path) -> None:
    with pytest.raises(InputError, match="the folder for settings could not be made"):
        save_settings(read_only_folder / "new" / "settings.json", SOME)
    with pytest.raises(InputError, match="was not saved"):
        save_settings(read_only_folder / "settings.json", SOME)


def test_that_settings_that_may_not_be_read_are_defaults(read_only_folder: Path) -> None:
    settings, (problem,) = load_settings(read_only_folder / "closed" / "settings.json")
    assert settings == Settings()
    assert "could not be read" in problem.what


def test_that_a_damaged_file_that_cannot_be_set_aside_stays(read_only_folder: Path) -> None:
    settings, (problem,) = load_settings(read_only_folder / "old.txt")
    assert settings == Settings()
    assert "it stays where it is" in problem.hint
    assert (read_only_folder / "old.txt").read_text() == "old"
