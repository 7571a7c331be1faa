"""Where a battery writes down what it counted, before it judges it."""

import fcntl
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docs.trust_page import FIGURES, PAGE, PROMISES, trust


def write_figures(
    name: str, *, promise: str, says: str, test: str, counts: Mapping[str, int | float | str], full: bool
) -> None:
    """Keep what a battery found in ``docs/figures/<name>.json``, and write the page anew.

    ``says``: what it does, in half a sentence. ``test``: ``tests/…/test_x.py::test_y``. ``counts``: words for people and what
    was counted. The short run's counts must be the same in every run (no seconds, nothing that chance decides): it writes
    into a checked-out tree. The full run's may be anything; its day and machine are added. Called before the assertions.
    """
    assert promise in PROMISES, promise
    FIGURES.mkdir(exist_ok=True)
    with (FIGURES / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = FIGURES / f"{name}.json"
        before = json.loads(path.read_text("utf-8")) if path.exists() else {}
        after: dict[str, Any] = {"promise": promise, "says": says, "test": test}
        after["short"] = before.get("short", {}) if full else dict(counts)
        after["full"] = {**counts, **_here()} if full else before.get("full", {})
        if after != before:
            path.write_text(json.dumps(after, indent=2, ensure_ascii=False) + "\n", "utf-8")
        if not PAGE.exists() or PAGE.read_text("utf-8") != trust():
            PAGE.write_text(trust(), "utf-8")


def _here() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}",
    }
