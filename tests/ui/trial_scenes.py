"""Trials with scripted GPUs in the whole program's window, each in a process of its own; see gpu_scenes.py.

``python trial_scenes.py NAME FOLDER`` plays one and prints what the test looks at, as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from gpu_scenes import GIB, Stage, spin

from gpuplanner.core.plan import Method, Plan, Sharding
from gpuplanner.core.trial import TrialKind
from gpuplanner.trial.local import LocalBackend
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.theme import Mode
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.trial.trial_picture import TrialState

WORKERS = Path(__file__).resolve().parents[1] / "trial" / "window_workers.py"
TWO = Plan(model="Qwen-1.8B", method=Method.LORA, seq_len=256, gpus_per_node=2, sharding=Sharding.DDP)


def opened(stage: Stage, plan: Plan = TWO) -> tuple[TrialLink, TrialPage]:
    """The Trial page with a plan, once the cards are seen."""
    link: TrialLink = stage.link(TrialLink)
    command = [sys.executable, "-S", "-E", str(WORKERS), "several"]
    link._desk.backend_of = lambda _place: LocalBackend(command=command)
    stage.planner.set_plan(plan)
    stage.until(lambda: stage.planner.outcome.answered and stage.planner.outcome.answered.plan == plan)
    stage.window.show_page("trial")
    own = link.python._environment
    assert own is not None
    # A torch for cards, which no machine without one has.
    link.python._environment = replace(own, versions={**own.versions, "torch": "2.7.1+cu128", "cuda": "12.8"})
    link.python.changed.emit()
    page = link.page
    assert page is not None
    stage.until(lambda: stage.program.monitor.sample is not None)
    stage.until(lambda: page.picture is not None and page.picture.checks)
    return link, page


def checks(page: TrialPage) -> dict[str, list[str]]:
    """What was looked at before the start."""
    assert page.picture is not None
    return {line.name: [line.text, line.level] for line in page.picture.checks}


def several(stage: Stage, shots: str = "") -> dict[str, Any]:
    """Two ranks on two cards: checks, ten samples a second meanwhile, a table of ranks, a row."""
    stage.scene.process(1, 4242, 2 * GIB)
    stage.scene.set("gpu.0.throttle", 0x40)
    link, page = opened(stage)
    # The first checks may stand there before the cards have been sampled.
    stage.until(lambda: "Other processes" in checks(page) and checks(page)["Other processes"][0] != "none")
    stage.until(lambda: checks(page)["Clock"][1] == "note")
    source = stage.program.monitor
    found: dict[str, Any] = {"checks": checks(page), "plan": page.picture.plan, "rate": [source.rate_hz]}  # type: ignore[union-attr]
    take(stage, shots, "ready")
    link.start(TrialKind.TRIAL)
    stage.until(lambda: link.state is TrialState.RUNNING)
    bridge = link.series.bridge
    assert bridge is not None
    stage.until(lambda: bridge.pid)
    stage.scene.process(0, bridge.pid or 0, 5 * GIB, slot=1)
    stage.scene.process(1, bridge.pid or 0, 6 * GIB, slot=1)
    stage.until(lambda: len(link.series.device_course) > 10 and link.series.device_course[-1][1] == 6 * GIB)
    found["rate"].append(source.rate_hz)
    course = [at for at, _ in link.series.device_course]
    found["course"] = sorted(later - earlier for earlier, later in pairwise(course))
    found["aside"] = page.picture.figures_aside  # type: ignore[union-attr]
    take(stage, shots, "running")
    link.stop()
    stage.until(lambda: link.state is TrialState.STOPPED)
    stage.until(lambda: page.picture is not None and page.picture.state is link.state and page.picture.ranks)
    found["rate"].append(source.rate_hz)
    assert page.picture is not None
    found["ranks"] = [[r.rank, r.allocated, r.reserved, r.device, r.strong] for r in page.picture.ranks]
    found["figures"] = [line.measured for line in page.picture.figures]
    found["row"] = stage.window.document.rows[-1].provenance.note
    found["end aside"] = page.picture.figures_aside
    take(stage, shots, "done")
    return found


def too_few(stage: Stage, shots: str = "") -> dict[str, Any]:
    """Two ranks want two cards where there is one; on the CPU they run all the same."""
    link, page = opened(stage)
    link.start(TrialKind.TRIAL, anyway=True)
    stage.until(lambda: link.state is TrialState.ADVISED_AGAINST)
    assert page.picture is not None
    found: dict[str, Any] = {"reason": page.picture.reason, "checks": checks(page)}
    found["offers"] = [offer.value for offer in page.picture.offers]
    take(stage, shots, "too-few")
    page.side.options.device.set_value("cpu")
    page.side.options.changed.emit()
    found["on the cpu"] = checks(page)["Ranks"]
    return found


def take(stage: Stage, folder: str, name: str) -> None:
    """For people who look at it: the window in two sizes."""
    for width, height in ((1440, 900), (1280, 800)) if folder else ():
        stage.window.resize(width, height)
        spin(0.6)
        stage.window.grab().save(f"{folder}/cards-{name}-{stage.program.theme.mode.value}-{width}.png")


if __name__ == "__main__":
    playing = Stage(Path(sys.argv[2]))
    if sys.argv[4:]:
        playing.program.theme.set_mode(Mode(sys.argv[4]))
    result = {"several": several, "too_few": too_few}[sys.argv[1]](playing, *sys.argv[3:4])
    playing.end()
    print(json.dumps(result))
