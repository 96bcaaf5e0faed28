"""Keep the translations of the window: ``python packaging/translate.py update`` (or ``release``, ``check``).

``update`` reads every text of the sources into ``resources/i18n/gpuplanner_LANGUAGE.ts``, keeps what is
translated and builds the ``.qm`` files, which are committed beside them.  ``release`` only builds.  ``check``
says what is unfinished or out of date, changes nothing, and exits 1 if there is anything.  Another language
is another file: ``update de`` begins it.  How to translate, and the words to use, is in
``resources/i18n/README.md``.

Run it by the Python of an environment that has PySide6: lupdate and lrelease come with it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gpuplanner"
I18N = ROOT / "resources" / "i18n"
STEM = "gpuplanner_"
CORE_TEXTS = Path("ui") / "core_texts.py"
"""In the package: the texts of the packages below the window, which know nothing of Qt."""

# Calls whose texts a window shows as they are, in every package below it.
_TELLING = frozenset({"InputProblem", "of", "Missing", "ValueError", "State", "Symbol", "UnreadableCell"})
# Declarations, and where among their arguments stand texts that a window shows.
_DECLARED = {
    "declare": (2, 3),
    "FieldSpec": (3, 4),
    "Metric": (1, 2, 3, 4, 5, 6),
    "MemoryTerm": (0, 3),
    "TimeTerm": (0, 1),
    "Symbol": (1,),
    "_count": (1,),
}
# Modules whose sentences are shown, whatever call they stand in.
_TOLD_MODULES = (
    "data/recipes/*.py",
    "data/table_import/*.py",
    "estimator/assumptions.py",
    "estimator/correction.py",
    "monitor/alerts.py",
    "monitor/cards.py",
    "monitor/metrics.py",
    "monitor/readings.py",
    "monitor/states.py",
    "report/oom.py",
    "report/oom_tensors.py",
    "report/row_checks/*.py",
    "trial/deaths.py",
    "trial/environment_facts.py",
    "trial/environment_make.py",
    "trial/environment_probe.py",
    "trial/launcher.py",
    "trial/local_run.py",
    "trial/pip_output.py",
    "trial/slurm.py",
    "trial/ssh.py",
    "trial/torchrun.py",
)
_BELOW_THE_WINDOW = ("core", "data", "estimator", "monitor", "render", "report", "trial")
# Seen on the command line or by nobody only.
_NOT_SHOWN = (
    "core/json_fields.py",
    "core/trial_events.py",
    "data/exports.py",
    "data/one_plan.py",
    "estimator/largest.py",
    "report/material.py",
    "report/words.py",
    "trial/replay.py",
)
_ALSO = ("memory {0} %, time {1} %",)
"""Texts that read like none."""
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z(]{2,}|[a-z]{3,}: |^is [a-z]")
_NO_TEXT = re.compile(r"^(PRAGMA|SELECT|CREATE|INSERT|DROP|--|from) |^--|[\\^$|]|</|\"\"\"|\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 where ``check`` finds something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("what", choices=("update", "release", "check"))
    parser.add_argument("languages", nargs="*", help="such as zh_CN; default: all that there are")
    options = parser.parse_args(arguments)
    languages = options.languages or [path.stem.removeprefix(STEM) for path in I18N.glob(f"{STEM}*.ts")]
    if options.what == "check":
        found = check(languages)
        print("\n".join(found) or "translations are complete and up to date")
        return 1 if found else 0
    if options.what == "update":
        (PACKAGE / CORE_TEXTS).write_text(core_texts(PACKAGE), encoding="utf-8")
        extract(PACKAGE, [I18N / f"{STEM}{language}.ts" for language in languages])
    for language in languages:
        source = I18N / f"{STEM}{language}.ts"
        release(source, source.with_suffix(".qm"))
        left = len(unfinished(source))
        print(f"{source.name}: {len(messages(source)):,} texts, {left:,} unfinished")
    return 0


def check(languages: Sequence[str]) -> list[str]:
    """What is not finished or not up to date; nothing is changed."""
    found = []
    if (PACKAGE / CORE_TEXTS).read_text(encoding="utf-8") != core_texts(PACKAGE):
        found.append(f"{CORE_TEXTS}: texts below the window have changed; run update")
    with tempfile.TemporaryDirectory() as folder:
        for language in languages:
            source = I18N / f"{STEM}{language}.ts"
            copy = Path(shutil.copy(source, folder))
            extract(PACKAGE, [copy])
            old, new = messages(source), messages(copy)
            found += [
                f"{source.name}: new: {context}: {text}" for context, text in sorted(new.keys() - old.keys())
            ]
            found += [
                f"{source.name}: gone: {context}: {text}" for context, text in sorted(old.keys() - new.keys())
            ]
            found += [f"{source.name}: unfinished: {context}: {text}" for context, text in unfinished(source)]
            built = copy.with_suffix(".qm")
            release(source, built)
            if built.read_bytes() != source.with_suffix(".qm").read_bytes():
                found.append(f"{source.stem}.qm is not built from {source.name}; run release")
    return found


def extract(package: Path, targets: Sequence[Path]) -> None:
    """Bring the ``.ts`` files up to the sources; texts that are gone are dropped."""
    names = [str(target) for target in targets]
    _run(
        "lupdate",
        "-silent",
        "-no-obsolete",
        "-locations",
        "none",
        "-extensions",
        "py",
        str(package),
        "-ts",
        *names,
    )


def release(source: Path, target: Path) -> None:
    """Build a ``.qm`` from a ``.ts``; unfinished texts stay English."""
    _run("lrelease", "-silent", "-nounfinished", str(source), "-qm", str(target))


def messages(source: Path) -> dict[tuple[str, str], ElementTree.Element]:
    """The messages of a ``.ts`` by (context, English text)."""
    contexts = ElementTree.parse(source).getroot().iter("context")
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in contexts
        for message in context.iter("message")
    }


def unfinished(source: Path) -> list[tuple[str, str]]:
    """(context, English text) of what has no translation yet, or one that nobody has looked at."""
    return [
        key
        for key, message in messages(source).items()
        if (found := message.find("translation")) is None
        or found.get("type")
        or not "".join(found.itertext())
    ]


# --- texts below the window ----------------------------------------------------------------------------


def core_texts(package: Path) -> str:
    """The module that lists the texts of the packages below the window for lupdate and for `ui.told`."""
    fields: dict[str, None] = {}
    texts = dict.fromkeys(_ALSO)
    for path in _sources(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        fields |= dict.fromkeys(_field_texts(tree))
        name = path.relative_to(package)
        if name.as_posix() in _NOT_SHOWN:
            continue
        told = any(name.match(pattern) for pattern in _TOLD_MODULES)
        texts |= dict.fromkeys(_sentences(tree) if told else _told_texts(tree))
    plain = [text for text in texts if "{0}" not in text and text not in fields]
    places = [text for text in texts if "{0}" in text]
    return "\n".join(
        [
            '"""Texts of the packages below the window.  Written by packaging/translate.py: do not edit."""',
            "",
            "# fmt: off",
            "# ruff: noqa: E501",
            "",
            "from PySide6.QtCore import QT_TRANSLATE_NOOP",
            "",
            *_listing("FIELDS", "fields", sorted(fields)),
            *_listing("TEXTS", "core", sorted(plain)),
            *_listing("TEMPLATES", "core", sorted(places)),
        ]
    )


def _listing(name: str, context: str, texts: Sequence[str]) -> Iterator[str]:
    yield f"{name} = ("
    for text in texts:
        yield f'    QT_TRANSLATE_NOOP("{context}", {json.dumps(text, ensure_ascii=False)}),'
    yield ")"
    yield ""


def _sources(package: Path) -> list[Path]:
    below = [path for name in _BELOW_THE_WINDOW for path in (package / name).rglob("*.py")]
    return sorted([*below, *(package / "ui").rglob("*.py")])


def _field_texts(tree: ast.AST) -> Iterator[str]:
    """Labels, helps, units of declared fields and readings, names of terms: single words count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (places := _DECLARED.get(_name(node.func))):
            for keyword in node.keywords:
                if keyword.arg in ("label", "help", "unit", "unset"):
                    yield from filter(None, _texts(keyword.value))
            for argument in (node.args[place] for place in places if place < len(node.args)):
                yield from (text for text in _texts(argument) if _is_label(text))


def _is_label(text: str) -> bool:
    is_name = re.fullmatch(r"[a-z]+_[a-z_]+|[A-Z][a-z]+([A-Z]\w*)+", text)
    return re.search("[A-Za-z]", text) is not None and not is_name


def _told_texts(tree: ast.AST) -> Iterator[str]:
    """What the telling calls of a module say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _TELLING:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from (
                    text for text in _texts(argument) if _SENTENCE.search(text) and not _NO_TEXT.search(text)
                )


def _sentences(tree: ast.AST) -> Iterator[str]:
    """Every text of a module that reads like one; not its docstrings, nor what is asserted."""
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.JoinedStr)
        ):
            passed |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            passed |= {id(inner) for inner in node.values if isinstance(inner, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in passed:
            yield from (text for text in _texts(node) if _SENTENCE.search(text) and not _NO_TEXT.search(text))


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression can be; ``{0}``, ``{1}`` stand where an f-string has a value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        places = iter(range(len(node.values)))
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(places)}}}"
            for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _name(function: ast.AST) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _run(tool: str, *arguments: str) -> None:
    import PySide6  # here, so that the texts can be listed without it

    program = Path(PySide6.__file__).parent / (f"{tool}.exe" if os.name == "nt" else tool)
    if sys.platform == "darwin" or not program.exists():
        program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
