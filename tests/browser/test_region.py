"""A programme manager's two tasks in the interactions they may take, and the page before there are numbers."""

import pytest

from tests.browser import looks
from tests.browser.conftest import SatDown
from tests.browser.server import Server


@pytest.mark.long
def test_a_manager_sees_which_municipality_differs_in_2(reading: Server, sits_down: SatDown) -> None:
    mette = sits_down("mette", reading)
    mette.clicks(mette.link("Q2 Revurderet til tiden"))
    mette.sees("Uden for grænserne (hele perioden):")
    assert "Køge" in mette.page.locator(".differs").inner_text()
    assert mette.page.locator(".differs").bounding_box()["y"] < mette.page.viewport_size["height"]  # type: ignore[index]
    assert mette.interactions <= 2
    assert mette.below_the_fold == []


@pytest.mark.long
def test_a_manager_has_the_report_as_pdf_in_1(reading: Server, sits_down: SatDown) -> None:
    mette = sits_down("mette", reading)
    address = mette.link("Rapport som PDF").get_attribute("href")
    answer = mette.page.request.get(reading.address + str(address))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


@pytest.mark.long
def test_a_phone_is_shown_the_narrow_picture_alone(reading: Server, sits_down: SatDown) -> None:
    mette = sits_down("mette", reading)
    mette.opens("/region/Q2")
    wide, narrow = (mette.page.locator(f".{kind} .chart").first for kind in ("on-wide", "on-narrow"))
    assert (wide.is_visible(), narrow.is_visible()) == (True, False)
    mette.page.set_viewport_size(looks.PHONE)  # type: ignore[arg-type]
    assert (wide.is_visible(), narrow.is_visible()) == (False, True)
    smallest = narrow.locator("text").evaluate_all("all => Math.min(...all.map(t => t.getBoundingClientRect().height))")
    assert smallest >= 11


@pytest.mark.long
def test_without_numbers_the_page_is_accessible_too(writing: Server, sits_down: SatDown) -> None:
    mette = sits_down("mette", writing)
    mette.sees("rygrad record export-columns")
    assert looks.axe_finds(mette.page) == []
    assert looks.at_320_px(mette.page) == []
    assert looks.at_200_percent(mette.page) == []
    assert looks.by_keyboard(mette.page) == []
