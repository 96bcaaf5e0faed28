"""The chart as a picture: what is shown, sharp as an image and real lines and texts as SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import Budget
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.render.chart_picture import chart_image, chart_png, chart_svg, plain_strokes
from gpuplanner.render.chart_view import ChartStyle, ChartView, ChartWords
from gpuplanner.render.paper_text import paper_font
from gpuplanner.render.tokens import DARK
from gpuplanner.report.plan_answer import answer_plan


def chart_view(qtbot: QtBot) -> ChartView:
    answer = answer_plan(load_catalog().resolve(Plan(model="Qwen-7B")), Budget(), None, ())
    view = ChartView(ChartStyle(DARK, paper_font(11), paper_font(11)))
    qtbot.addWidget(view)
    view.resize(400, 260)
    view.show()
    view.show_chart(answer.chart, ChartWords(GIB, "Fits to 8,192", lambda _p: "", lambda *_f: ""))
    view.setAccessibleName("Memory <of> it")
    return view


def test_that_the_image_is_the_chart_twice_as_sharp(qtbot: QtBot) -> None:
    view = chart_view(qtbot)
    image = chart_image(view)
    assert image.size() == view.plot.size() * 2
    assert image.pixelColor(1, 1) == QColor(DARK.surface)
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 20
    assert QImage.fromData(chart_png(view)).size() == image.size()


def test_that_the_svg_has_lines_and_texts_and_no_pixels(qtbot: QtBot) -> None:
    view = chart_view(qtbot)
    root = ET.fromstring(chart_svg(view).decode())
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("path") + tags.count("polyline") > 5
    assert "image" not in tags
    texts = {"".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("text")}
    assert "Fits to 8,192" in texts
    assert {"256", "4,096"} <= texts
    assert root.get("viewBox") == f"0 0 {view.plot.width()} {view.plot.height()}"


def test_that_the_mark_of_the_pointer_is_not_kept(qtbot: QtBot) -> None:
    view = chart_view(qtbot)
    without = chart_png(view)
    view.show_hair(1024, 10 * GIB)
    assert chart_png(view) == without


def test_that_no_stroke_depends_on_the_units_of_the_chart(qtbot: QtBot) -> None:
    view = chart_view(qtbot)
    svg = chart_svg(view).decode()
    assert "non-scaling-stroke" not in svg
    places = [tuple(map(float, point)) for point in re.findall(r"([-.\d]+),([-.\d]+)[ \"]", svg)]
    assert len(places) > 100
    inside = [-20 <= x <= view.plot.width() + 20 for x, _ in places]
    assert all(inside), "lines lie on the picture, in its own pixels"


def test_that_lines_are_written_out_and_other_groups_stay() -> None:
    line = '<g a="1" transform="matrix(2,0,0,-3,10,20)" b="2"\n>{0}</g>'
    path = '<path vector-effect="non-scaling-stroke" d="M1,1 L-2e1,0.5 "/>'
    said = plain_strokes(line.format(path) + line.format("<text>1,1</text>"))
    assert said == (
        '<g a="1"  b="2"\n><path d="M12.000,17.000 L-30.000,18.500 "/></g>' + line.format("<text>1,1</text>")
    )
