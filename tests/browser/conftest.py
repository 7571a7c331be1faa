"""A demo region, a server and a browser for the tests, and an eye on everything the browser complains of."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

os.environ["DATABASE_URL"] = "sqlite:///nothing/at/all"  # nothing is ever written outside a test's own region
# The browser's driver keeps a loop in this thread; the tests' own look into the record is one statement at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
from rygrad.site.start import start

start(migrate=False)  # models can only be imported when Django is ready
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from tests.browser import server  # noqa: E402
from tests.browser.person import Person  # noqa: E402
from tests.browser.server import Made, Server  # noqa: E402
from tests.browser.watch import Watch  # noqa: E402
from tests.memory import memory  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
DESKTOP = {"width": 1280, "height": 800}
_PATIENCE_MS = 10_000


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where there is such a place, for a record waits for its disk."""
    made = Path(tempfile.mkdtemp(prefix="rygrad-browser-", dir=memory()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def region() -> Iterator[Made]:
    """The demo region, made once in each process of the tests; never written to."""
    with own_folder() as place:
        yield server.make_region(place / "template.sqlite3")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of the test's own."""
    with own_folder() as place:
        yield place


@pytest.fixture(scope="package")
def reading(region: Made) -> Iterator[Server]:
    """One server for all tests that record nothing."""
    with own_folder() as place, server.served(server.copied(region, place), place) as site:
        yield site


@pytest.fixture(scope="package")
def starter() -> Iterator[server.Starter]:
    """Starts the tests' own servers."""
    with own_folder() as place:
        made = server.Starter(place)
        yield made
        made.stop()


@pytest.fixture
def writing(region: Made, folder: Path, starter: server.Starter) -> Iterator[Server]:
    """A region and a server of the test's own."""
    with starter.served(server.copied(region, folder), folder) as site:
        yield site


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """No console error, no breach of the content policy, no failing script, no answer that is a bug: in any test."""
    eye = Watch()
    yield eye
    assert eye.troubles == []


Opened = Callable[..., Page]
SatDown = Callable[..., Person]


@pytest.fixture
def opened(chromium: Browser, watch: Watch) -> Iterator[Opened]:
    """A page in a browser of its own: its own cookies, its own tabs."""
    contexts: list[BrowserContext] = []

    def open_page(site: Server, lang: str = "da", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        context.set_default_timeout(_PATIENCE_MS)
        context.add_cookies([{"name": "sprog", "value": lang, "url": site.address}])
        watch.over(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def sits_down(opened: Opened) -> SatDown:
    """A user, logged in through the demo's link, on the first screen."""

    def sit_down(user: str, site: Server, lang: str = "da", **options: Any) -> Person:
        page = opened(site, lang, **options)
        page.goto(site.demo_link(user))
        return Person(page, site, user, has_scripts=options.get("java_script_enabled", True))

    return sit_down
