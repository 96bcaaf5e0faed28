"""Desktop entry, MIME type, AppStream, man page and the other systems' files say the same as the program."""

from __future__ import annotations

import configparser
import plistlib
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from bundle import icons
from bundle.commands import TARGETS, main
from bundle.debian import CONTROL
from bundle.desktop_files import APPSTREAM_ID, LINUX, desktop_files
from bundle.desktop_install import entry_for, put, take_away
from bundle.freeze import version
from bundle.libraries import debian_depends
from bundle.man_page import man_page
from bundle.version_resource import version_resource

from gpuplanner import __version__
from gpuplanner.cli import COMMANDS
from gpuplanner.data.plan_file import APPLICATION_ID
from gpuplanner.data.resources import resource

CHECKOUT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
PACKAGING = CHECKOUT / "packaging"


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((LINUX / "gpuplanner.desktop").read_text("utf-8"))
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]


def appstream() -> ElementTree.Element:
    return ElementTree.parse(LINUX / f"{APPSTREAM_ID}.metainfo.xml").getroot()


def mime_type() -> ElementTree.Element:
    (found,) = ElementTree.parse(LINUX / "gpuplanner.xml").getroot().findall(f"{MIME}mime-type")
    return found


def test_that_the_desktop_entry_starts_the_installed_command_without_a_terminal() -> None:
    (script,) = PYPROJECT["project"]["scripts"]
    assert entry()["Exec"] == f"{script} %f"
    assert entry()["Terminal"] == "false"
    assert entry()["Icon"] == script
    assert f"icons/hicolor/48x48/apps/{entry()['Icon']}.png" in desktop_files()


def test_that_the_window_is_recognised_as_that_of_the_entry() -> None:
    program = (CHECKOUT / "gpuplanner" / "ui" / "program.py").read_text("utf-8")
    assert 'setDesktopFileName("gpuplanner")' in program
    assert "applications/gpuplanner.desktop" in desktop_files()
    assert entry()["StartupWMClass"] == "gpuplanner"


def test_that_every_desktop_names_one_mime_type() -> None:
    name = mime_type().get("type")
    assert name is not None
    assert entry()["MimeType"] == f"{name};"
    assert appstream().findtext("provides/mediatype") == name
    assert name in (PACKAGING / "windows" / "gpuplanner.iss").read_text("utf-8")
    assert name.encode() in (PACKAGING / "macos" / "Info.plist").read_bytes()


def test_that_the_mime_type_knows_a_document_by_its_content() -> None:
    content = resource("samples", "qwen-profile.gpuplan").read_bytes()
    (outer,) = mime_type().findall(f"{MIME}magic/{MIME}match")
    (inner,) = outer.findall(f"{MIME}match")
    for match in (outer, inner):
        value, offset = match.attrib["value"].encode(), int(match.attrib["offset"])
        assert content[offset : offset + len(value)] == value
    assert int.from_bytes(inner.attrib["value"].encode(), "big") == APPLICATION_ID
    assert mime_type().find(f"{MIME}glob[@pattern='*.gpuplan']") is not None


def test_that_appstream_names_the_entry_the_command_and_this_version() -> None:
    root = appstream()
    assert root.findtext("id") == APPSTREAM_ID
    assert root.findtext("launchable") == "gpuplanner.desktop"
    assert root.findtext("provides/binary") in PYPROJECT["project"]["scripts"]
    assert root.findtext("project_license") == PYPROJECT["project"]["license"]
    releases = [release.get("version") for release in root.findall("releases/release")]
    assert releases[0] == version() == __version__


def test_that_the_man_page_has_every_command_and_this_version() -> None:
    page = man_page()
    assert f"GPU Planner {__version__}" in page.splitlines()[0]
    section = page.partition(".SH COMMANDS")[2].partition(".SH OPTIONS")[0]
    named = re.findall(r"^\.TP\n\.B (\S+)$", section, re.MULTILINE)
    assert [name.replace("\\-", "-") for name in named] == list(COMMANDS)
    assert "@" not in page


def test_that_texts_for_people_are_in_chinese_too() -> None:
    assert {"Comment[zh_CN]", "GenericName[zh_CN]", "Keywords[zh_CN]"} <= set(entry())
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert mime_type().find(f"{MIME}comment[@{lang}='zh_CN']") is not None


def test_that_the_pictures_are_those_of_the_drawings(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QImage

    icons.render(tmp_path)
    for size in icons.SIZES:
        drawn, kept = (QImage(str(icons.picture(size, folder))) for folder in (tmp_path, icons.FOLDER))
        assert drawn.size() == kept.size()
        for x, y in ((0, 0), (size // 2, size // 2), (size // 2, size // 8), (size // 4, size * 5 // 8)):
            one, other = drawn.pixelColor(x, y), kept.pixelColor(x, y)
            assert max(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True)) < 24


def test_that_the_windows_icon_is_read_by_qt(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QImageReader

    path = tmp_path / "gpuplanner.ico"
    path.write_bytes(icons.ico())
    reader = QImageReader(str(path))
    sizes = []
    for number in range(reader.imageCount()):
        assert reader.jumpToImage(number)
        sizes.append(reader.read().width())
    assert sizes == [16, 24, 32, 48, 64, 128, 256]


def test_that_the_macos_icon_holds_the_pictures() -> None:
    content = icons.icns()
    assert content[:4] == b"icns"
    assert int.from_bytes(content[4:8], "big") == len(content)
    at, kinds = 8, []
    while at < len(content):
        kinds.append(content[at : at + 4].decode())
        assert content[at + 8 : at + 12] == b"\x89PNG"
        at += int.from_bytes(content[at + 4 : at + 8], "big")
    assert at == len(content)
    assert {"ic07", "ic08", "ic09"} <= set(kinds)


def test_that_the_window_has_the_icon(qapp: object) -> None:
    from gpuplanner.ui.app_icon import app_icon

    assert [app_icon().pixmap(size, size).width() for size in (16, 32, 256)] == [16, 32, 256]


def test_that_an_unpacked_tarball_joins_the_users_desktop_and_leaves_it(tmp_path: Path) -> None:
    share, home = tmp_path / "my apps" / "share", tmp_path / "home" / ".local" / "share"
    for place, content in desktop_files().items():
        target = share / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (home / "applications").mkdir(parents=True)
    (home / "applications" / "other.desktop").touch()
    before = set(home.rglob("*"))
    assert put(share, home, tmp_path / "my apps" / "gpuplanner") == len(desktop_files()) - 1  # no man page
    text = (home / "applications" / "gpuplanner.desktop").read_text("utf-8")
    assert f'Exec="{tmp_path / "my apps" / "gpuplanner"}" %f\n' in text
    assert take_away(share, home) == len(desktop_files()) - 1
    assert set(home.rglob("*")) == before
    assert take_away(share, home) == 0


def test_that_a_strange_place_is_quoted_in_the_entry() -> None:
    line = entry_for("Exec=gpuplanner %f\n", Path('/home/a "b" $c 100%'))
    assert line == 'Exec="/home/a \\\\"b\\\\" \\\\$c 100%%" %f\n'


def test_that_a_library_without_a_known_package_stops_the_build() -> None:
    from bootstrap.console import SetupProblem

    assert debian_depends(["libX11.so.6", "libglib-2.0.so.0"], 36) == [
        *("libc6 (>= 2.36)", "libglib2.0-0t64 | libglib2.0-0", "libx11-6"),
    ]
    with pytest.raises(SetupProblem, match=r"libnew\.so\.1"):
        debian_depends(["libnew.so.1"], 36)


def test_that_the_control_file_describes_the_program() -> None:
    lines = CONTROL.splitlines()
    synopsis = next(line for line in lines if line.startswith("Description:")).partition(": ")[2]
    assert 10 < len(synopsis) < 80
    assert all(len(line) <= 80 for line in lines[lines.index(f"Description: {synopsis}") :])


def test_that_the_inno_script_names_files_that_the_spec_makes() -> None:
    text = (PACKAGING / "windows" / "gpuplanner.iss").read_text("utf-8")
    sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    assert {"Setup", "Files", "Icons", "Registry", "Run"} <= set(sections)
    assert len(sections) == len(set(sections))
    spec = (PACKAGING / "windows" / "gpuplanner.spec").read_text("utf-8")
    for program in set(re.findall(r"\{app\}\\([\w ]+)\.exe", text)):
        assert f'"{program}"' in spec
    given = (PACKAGING / "bundle" / "windows.py").read_text("utf-8")
    assert all(f'"{name}"' in given for name in set(re.findall(r"\{#(\w+)\}", text)))
    assert ".gpuplan" in text.partition("[Registry]")[2]


def test_that_the_windows_manifest_asks_for_dpi_per_monitor() -> None:
    root = ElementTree.parse(PACKAGING / "windows" / "gpuplanner.manifest").getroot()
    found = [element.text for element in root.iter() if element.tag.endswith("}dpiAwareness")]
    assert found == ["PerMonitorV2, PerMonitor"]


def test_that_windows_gets_four_numbers_of_the_version() -> None:
    assert "filevers=(1, 2, 0, 0)" in version_resource("1.2.0")
    assert "filevers=(1, 2, 3, 0)" in version_resource("1.2.3.dev4")
    compile(version_resource(), "version.txt", "eval")


def test_that_macos_owns_the_documents() -> None:
    properties = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert properties["CFBundleIdentifier"] == APPSTREAM_ID
    (document,) = properties["CFBundleDocumentTypes"]
    (kind,) = properties["UTExportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert kind["UTTypeTagSpecification"]["public.filename-extension"] == ["gpuplan"]


def test_that_every_spec_is_python_and_names_an_entry_that_is_there() -> None:
    for spec in sorted(PACKAGING.glob("*/gpuplanner.spec")):
        text = spec.read_text("utf-8")
        compile(text, str(spec), "exec")
        for name in re.findall(r'"(entry\w*\.py)"', text):
            assert (PACKAGING / "bundle" / name).is_file()


def test_that_the_disk_image_script_is_correct_bash() -> None:
    script = PACKAGING / "macos" / "make_dmg.sh"
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_that_a_package_of_another_system_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    other = next(name for name, target in TARGETS.items() if target.platform != sys.platform)
    assert main([other]) == 2
    assert "can only be built on" in capsys.readouterr().err
