"""Takes the README's pictures of the main screens, on a desktop and on a phone: `make screens`.

Starts a demo region of its own in a temporary folder, and drives the system's Chromium.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parent / "pictures"
RYGRAD = Path(sys.executable).with_name("rygrad")
CHROMIUM = "/usr/bin/chromium"
# name, the role's word in the list of links, the reason on the list to open (empty: the list), on a phone too
SHOTS = (
    ("worklist", "praktiserende læge", "", True),
    ("course", "praktiserende læge", "return_received", True),
    ("start", "praktiserende læge", "answer_missing", True),
    ("return", "fysioterapeut", "no_effect_return", False),
    ("treatment", "fysioterapeut", "due", True),
    ("triage", "sygehuskliniker", "referral_to_triage", False),
    ("municipality", "kommunal medarbejder", "", False),
    ("administration", "administrator", "", False),
    ("citizen", "borger", "", True),
    ("programme", "alle, uden login", "", True),
)
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@contextmanager
def demo_site() -> Iterator[dict[str, str]]:
    """A demo site while it is needed: its links by the role's word."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(RYGRAD), "demo", "--seed", "1", "--port", "0"]
        served = subprocess.Popen(
            command, env={"TMPDIR": folder, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
        )
        try:
            yield _links(served)
        finally:
            served.terminate()
            served.wait()


def _links(served: "subprocess.Popen[str]") -> dict[str, str]:
    found: dict[str, str] = {}
    role = ""
    assert served.stdout is not None
    for line in served.stdout:
        if line.startswith("  http"):
            found[role] = line.strip()
        elif ": " in line:
            role = line.partition(": ")[0]
        if line.startswith("Stop"):
            return found
    raise SystemExit("the demo did not start")


def main() -> None:
    """Every picture, and the wide one of the course again with its why open."""
    with demo_site() as links, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
            for name, role, why, on_phone in SHOTS:
                if suffix and not on_phone:
                    continue
                page = browser.new_context(viewport=size, locale="da-DK").new_page()  # type: ignore[arg-type]
                _open(page, links[role], why)
                page.screenshot(path=PICTURES / f"{name}{suffix}.png")
                print(name + suffix)
        browser.close()


def _open(page: Page, link: str, why: str) -> None:
    page.goto(link)
    if why:
        page.goto(f"{page.url.split('/liste')[0]}/liste?hvorfor={why}")
        page.locator("td.go a").first.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
