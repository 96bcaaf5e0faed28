"""The window in other languages: complete, up to date, without leftovers of English, and nothing clipped."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import translate
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot
from scripted_nvml import ScriptedNvml

from gpuplanner.core.errors import InputProblem
from gpuplanner.data.settings import Settings, load_settings, save_settings
from gpuplanner.ui.plan.form_fields import read_budget
from gpuplanner.ui.told import as_sentence, told, told_advice, told_error, told_problem
from gpuplanner.ui.translation import Translation, desktop_language, languages
from gpuplanner.ui.words import value_words

SOURCES = sorted(translate.I18N.glob("gpuplanner_*.ts"))
SCENES = Path(__file__).with_name("language_scenes.py")
PLACES = re.compile(r"\{\w*\}")
Play = Callable[..., Any]


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[Translation]:
    locale, translation = QLocale(), Translation(qapp)
    translation.use("zh_CN")
    yield translation
    translation.use("en")
    QLocale.setDefault(locale)


@pytest.fixture
def play(scripted_nvml: ScriptedNvml, tmp_path: Path) -> Play:
    def run(name: str, language: str) -> Any:
        done = scripted_nvml.command(sys.executable, str(SCENES), name, str(tmp_path), language)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


# --- the files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_that_every_text_is_translated_with_the_same_places(source: Path) -> None:
    assert translate.unfinished(source) == []
    for (context, text), message in translate.messages(source).items():
        translation = message.findtext("translation", "")
        assert sorted(PLACES.findall(translation)) == sorted(PLACES.findall(text)), (context, text)
        assert ("&" in text) == ("&" in translation), f"a key to press belongs to both: {context}: {text}"


def test_that_the_translations_are_up_to_date_with_the_sources() -> None:
    """Takes a second or two: lupdate and lrelease run over the whole package."""
    found = translate.check([source.stem.removeprefix(translate.STEM) for source in SOURCES])
    assert not found, "run: python packaging/translate.py update\n" + "\n".join(found)


def test_that_lupdate_misses_no_text_of_the_sources() -> None:
    """It does not look into f-strings, for one."""
    known = translate.messages(SOURCES[0])
    missed = [
        f"{path.name}:{call.lineno}: {text}"
        for path in (translate.PACKAGE / "ui").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "tr"
        for text in [call.args[0].value if isinstance(call.args[0], ast.Constant) else None]
        if not any(text == english for _context, english in known)
    ]
    assert not missed


def test_that_a_planted_text_is_found_new_and_a_stale_qm_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, folder = tmp_path / "gpuplanner", tmp_path / "i18n"
    (package / "ui").mkdir(parents=True)
    folder.mkdir()
    monkeypatch.setattr(translate, "PACKAGE", package)
    monkeypatch.setattr(translate, "I18N", folder)
    (package / "core").mkdir()
    (package / "core" / "x.py").write_text('raise ValueError(f"{text!r} is not a number")\n')
    assert translate.main(["update", "de"]) == 0
    assert ("core", "{0} is not a number") in translate.messages(folder / "gpuplanner_de.ts")
    (package / "ui" / "page.py").write_text(
        'class Page(QWidget):\n    def f(self): self.tr("Good morning")\n'
    )
    (folder / "gpuplanner_de.qm").write_bytes(b"old")
    found = translate.check(["de"])
    assert any("new: Page: Good morning" in line for line in found)
    assert any("unfinished" in line for line in found)
    assert any("gpuplanner_de.qm is not built" in line for line in found)


# --- choosing a language ------------------------------------------------------------------------------------


def test_that_a_language_is_one_file_and_says_its_own_name() -> None:
    assert languages() == {"en": "English", "zh_CN": "简体中文"}


@pytest.mark.parametrize(
    ("desktop", "expected"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh-SG"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["en-US", "zh-CN"], "en"),
        (["fr-FR", "zh-CN", "en"], "zh_CN"),
        (["de-DE"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_that_the_desktops_first_language_that_we_speak_is_taken(desktop: list[str], expected: str) -> None:
    assert desktop_language(desktop) == expected


def test_that_an_unknown_choice_means_as_the_desktop(qapp: QApplication) -> None:
    assert Translation(qapp).wanted("tlh") == desktop_language()


def test_that_languages_that_are_left_leave_nothing_behind(qapp: QApplication) -> None:
    translation = Translation(qapp)
    for code in ("zh_CN", "en", "zh_CN", "en"):
        translation.use(code)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not qapp.findChildren(QTranslator)


def test_that_the_choice_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings(language="zh_CN"))
    assert load_settings(path) == (Settings(language="zh_CN"), ())


def test_that_qts_own_buttons_speak_it_too_and_stop(
    qtbot: QtBot, qapp: QApplication, chinese: Translation
) -> None:
    standard = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(standard.Cancel | standard.Discard)
    qtbot.addWidget(box)
    assert [box.button(kind).text() for kind in (standard.Cancel, standard.Discard)] == ["取消", "丢弃"]
    chinese.use("en")
    other = QDialogButtonBox(standard.Cancel)
    qtbot.addWidget(other)
    assert "ancel" in other.button(standard.Cancel).text()


# --- what the packages below the window say ---------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("the GPU is not there", "GPU 不在"),
        ("'4k6' is not a whole number", "'4k6' 不是整数"),
        ("more than 1,000 rows", "超过 1,000 行数据"),
        ("physics + 1 trial + 81 rows", "物理模型 + 1 次试跑 + 81 行"),
        ("3 trials and 81 rows", "3 次试跑、81 行"),
        ("fp32 matmuls are taken at an eighth of the fp16 rate", "fp32 矩阵乘按 fp16 速率的八分之一"),
        ("Qwen-7B lora, 256 tokens: more than 500 rows", "Qwen-7B lora, 256 tokens：超过 500 行"),
        ("a text that nobody listed", "a text that nobody listed"),
        ("", ""),
    ],
)
def test_that_texts_of_the_core_are_recognised(chinese: Translation, english: str, expected: str) -> None:
    assert told(english) == expected
    chinese.use("en")
    assert told(english) == english


def test_that_a_problem_is_put_together_with_the_languages_own_signs(chinese: Translation) -> None:
    problem = InputProblem(
        "qlora needs a quantized base", "quantization", "choose nf4-dq, or the method lora"
    )
    expected = "quantization：qlora 需要量化基座；请选择 nf4-dq，或方法 lora"
    assert told_problem(problem) == expected
    assert told_advice("the GPU is not there", "") == "GPU 不在"
    assert as_sentence(told("the GPU is not there")) == "GPU 不在。"
    assert told_error(ValueError("'x' is not a whole number")) == "'x' 不是整数"
    chinese.use("en")
    assert told_problem(problem) == problem.line()


def test_that_words_of_values_follow_the_language(chinese: Translation) -> None:
    assert (value_words(True), value_words(None), value_words(12345)) == ("是", "–", "12,345")
    assert read_budget("总容量") == read_budget("capacity") == "总容量"
    chinese.use("en")
    assert value_words(True) == "yes"
    assert read_budget("capacity") == "capacity"


# --- the window -------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="the scripted NVML library is built for Linux")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_nothing_stays_english_and_nothing_is_clipped(play: Play, language: str) -> None:
    """Takes half a minute: all pages at two sizes and the dialogs, with usual and with large text."""
    found = play("walk", language)
    assert found["texts"] > 5_000
    assert found["english"] == {}
    assert found["clipped"] == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the scripted NVML library is built for Linux")
def test_that_windows_reopen_in_the_chosen_language_with_all_they_hold(play: Play) -> None:
    found = play("switch", "zh_CN")
    assert found["said"] == "简体中文 is spoken from the next start, or now in reopened windows."
    assert found["still"] == "accuracy"
    assert "is not cut off" in found["said while busy"]
    assert found["reopened while busy"] is False
    assert found["windows"] == 1
    assert found["title"] == "Qwen profile[*] – GPU Planner", "the name that the document was given"
    assert found["modified"]
    assert (found["length"], found["rows"], found["page"]) == (300, 96, "accuracy")
    assert found["undo"] == "切换语言前的更改"
    assert found["remembered"] == "zh_CN"
    assert found["qt"] == "取消"
