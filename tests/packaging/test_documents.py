"""What the documents promise: links lead somewhere, commands parse, both languages of the guide agree."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from pathlib import Path

import bootstrap.commands
import bundle.commands
import pytest
import translate

from gpuplanner import __version__
from gpuplanner.cli import COMMANDS
from gpuplanner.cli import main as gpuplanner

CHECKOUT = Path(__file__).resolve().parents[2]
README = CHECKOUT / "README.md"
DEVELOPING = CHECKOUT / "packaging" / "DEVELOPING.md"
GUIDES = sorted((CHECKOUT / "resources" / "guide").glob("guide.*.md"))
NEWS = sorted((CHECKOUT / "resources" / "guide").glob("news.*.md"))
DOCUMENTS = [README, DEVELOPING, CHECKOUT / "packaging" / "README.md", *GUIDES]
NOT_IN_THE_WINDOW = {"bold", "粗体"}
"""Words in bold that explain the convention itself."""
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_PLACES = re.compile(r"`((?:gpuplanner|packaging|resources|tests)/[^`\s]*)`")


class Parsed(Exception):
    """The arguments were understood; what the command does is not what is tested."""


def command_lines(path: Path) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.split(" #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture
def stop_when_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every parser read its arguments, and stop there."""
    parse_known = argparse.ArgumentParser.parse_known_args

    def parse(
        parser: argparse.ArgumentParser, args: list[str] | None = None, namespace: object = None
    ) -> None:
        _, rest = parse_known(parser, args, namespace)  # type: ignore[call-overload]
        assert not rest or parser.prog == "packaging/go.py", rest
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_that_every_link_and_every_place_named_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in _LINK.findall(text)]
    links = [path.parent / target for target in targets if target and "://" not in target]
    places = [CHECKOUT / place for place in _PLACES.findall(text) if not set("*{…<>") & set(place)]
    missing = [str(place) for place in links + places if not place.exists()]
    assert not missing


@pytest.mark.parametrize("line", [line for line in command_lines(README) if line.startswith("gpuplanner ")])
@pytest.mark.usefixtures("stop_when_parsed")
def test_that_the_readmes_commands_parse(line: str) -> None:
    with pytest.raises(Parsed):
        gpuplanner(shlex.split(line)[1:])


def test_that_the_readme_shows_every_command() -> None:
    shown = {line.split()[1] for line in command_lines(README) if line.startswith("gpuplanner ")}
    assert shown == set(COMMANDS)


@pytest.mark.parametrize(
    "line", [line for line in command_lines(README) if line.startswith("python3 packaging/")]
)
def test_that_the_readmes_builds_and_starts_parse(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "FOLDER").mkdir()
    monkeypatch.chdir(tmp_path)
    _, script, *arguments = shlex.split(line)
    parser = {
        "packaging/go.py": bootstrap.commands._parser,
        "packaging/build.py": bundle.commands._parser,
    }[script]()
    _, rest = parser.parse_known_args(arguments)
    assert not rest
    assert (CHECKOUT / script).exists()


@pytest.mark.parametrize("path", [README, *GUIDES], ids=lambda path: path.name)
def test_that_options_named_in_running_text_exist(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = re.sub(r"^```\n.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`[^`]*?(--[a-z][a-z-]+)[^`]*`", text)) - {"--help", "--wheels"}
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            gpuplanner([*([command, "import"] if command == "table" else [command]), "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    assert named <= known


# --- the guide ----------------------------------------------------------------------------------------------


def test_that_every_language_of_the_window_has_a_guide_with_the_same_headings() -> None:
    spoken = {"en", *(path.stem.removeprefix(translate.STEM) for path in translate.I18N.glob("*.ts"))}
    assert {path.name for path in GUIDES} == {f"guide.{code}.md" for code in spoken}
    english, *others = [path.read_text(encoding="utf-8") for path in GUIDES]
    for other in others:
        assert _HEADING.findall(other) == _HEADING.findall(english)
        assert other.count("\n|") == english.count("\n|"), "lines of tables"
        assert re.findall(r"`[^`]+`", other) == re.findall(r"`[^`]+`", english), "paths and commands"
        assert re.findall(r"Ctrl\+[\w+]*\w|Alt\+\d|\bF\d", other) == re.findall(
            r"Ctrl\+[\w+]*\w|Alt\+\d|\bF\d", english
        )


def test_that_the_news_begin_with_this_version_in_every_language() -> None:
    spoken = {path.name.removeprefix("guide") for path in GUIDES}
    assert {path.name.removeprefix("news") for path in NEWS} == spoken
    version = ".".join(__version__.split(".")[:2])
    for path in NEWS:
        newest = next(
            line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("## ")
        )
        assert newest.split()[-1] == version, path.name


@pytest.mark.parametrize("path", [*GUIDES, *NEWS], ids=lambda path: path.name)
def test_that_words_in_bold_stand_in_the_window(path: Path) -> None:
    code = path.name.split(".")[1]
    texts = translate.messages(translate.I18N / f"{translate.STEM}zh_CN.ts").items()
    known = {text if code == "en" else message.findtext("translation", "") for (_, text), message in texts}
    words = tomllib.loads((translate.I18N / "report" / f"{code}.toml").read_text(encoding="utf-8"))
    known |= {str(word) for word in words.values()} | {"CSV", "HTML", "Markdown"}
    plain = "\n".join(re.sub(r"\(&\w\)", "", text).replace("&", "") for text in known)
    for word in re.findall(r"\*\*(.+?)\*\*", path.read_text(encoding="utf-8")):
        assert word in NOT_IN_THE_WINDOW or word in plain, word


# --- the pictures -------------------------------------------------------------------------------------------


def test_that_the_readmes_pictures_are_small_and_of_the_size_that_is_promised() -> None:
    pictures = sorted((CHECKOUT / "packaging" / "screenshots").glob("*.png"))
    assert [path.stem for path in pictures] == ["accuracy", "monitor", "plan", "report", "trial"]
    for path in pictures:
        head = path.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1440, 900)
        assert path.stat().st_size < 150_000
        assert f"packaging/screenshots/{path.name}" in README.read_text(encoding="utf-8")
