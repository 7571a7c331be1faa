"""The administration's pages, in every state that changes what they show."""

from tests.browser import situations
from tests.browser.person import Person
from tests.browser.states import Open, State

_UNIT = f"/administration/enheder/{situations.CLINIC}"


def _at(path: str) -> Open:
    return lambda person: person.opens(path)


def _follow(path: str, link: str) -> Open:
    """The first page that a page links to in this way."""

    def follow(person: Person) -> None:
        person.opens(path)
        address = person.page.locator(f"main a[href*='{link}']").first.get_attribute("href")
        assert address
        person.opens(address)

    return follow


def _sends(path: str) -> Open:
    """The page after its form was sent as it is."""

    def send(person: Person) -> None:
        person.opens(path)
        person.page.locator("main form").first.evaluate("form => { form.noValidate = true; }")
        person.clicks(person.page.locator("main form button.button-primary").first)

    return send


def _invitation(person: Person) -> None:
    person.opens(_UNIT)
    form = person.page.locator("main form[action$='/link']").first
    person.page.locator("details", has=form).evaluate_all("all => all.forEach(one => { one.open = true; })")
    person.clicks(form.get_by_role("button"))


def _chooses_password(person: Person) -> None:
    _invitation(person)
    found = person.page.locator("main").inner_text()
    address = next(word for word in found.split() if "/ny-adgangskode/" in word)
    person.opens(address[address.index("/ny-adgangskode/") :])


ADMIN_STATES: dict[str, State] = {
    "administration": State("gustav", _at("/administration"), is_core=True),
    "units": State("gustav", _at("/administration/enheder")),
    "units, none found": State("gustav", _at("/administration/enheder?ord=findes-ikke")),
    "a new unit": State("gustav", _at("/administration/enheder/ny")),
    "a new unit, refused": State("gustav", _sends("/administration/enheder/ny")),
    "a unit": State("gustav", _at(_UNIT)),
    "a unit with an invitation": State("gustav", _invitation),
    "choosing a password": State("gustav", _chooses_password),
    "a unit's new name": State("gustav", _at(f"{_UNIT}/navn")),
    "a new professional": State("gustav", _at(f"{_UNIT}/medarbejder")),
    "a new membership": State("gustav", _at(f"{_UNIT}/tilknytning")),
    "the end of a membership": State("gustav", _follow(_UNIT, "/afslut/")),
    "local offers": State("gustav", _at("/administration/tilbud")),
    "a new offer": State("gustav", _at("/administration/tilbud/nyt")),
    "a new offer, refused": State("gustav", _sends("/administration/tilbud/nyt")),
    "an offer": State("gustav", _at("/administration/tilbud/offer-demo-soft-01")),
    "an offer to be changed": State("gustav", _at("/administration/tilbud/offer-demo-soft-01/aendr")),
    "the end of an offer": State("gustav", _at("/administration/tilbud/offer-demo-soft-01/afslut")),
    "versions of the content": State("gustav", _at("/administration/indhold")),
    "a version of the content": State("gustav", _follow("/administration/indhold", "/administration/indhold/")),
    "handing in nothing": State("gustav", _sends("/administration/indhold")),
    "who may see what": State("gustav", _at("/administration/adgang")),
    "who has looked": State("gustav", _at("/administration/adgang/log"), is_core=True),
    "what administrators did": State("gustav", _at("/administration/adgang/aendringer")),
    "operations": State("gustav", _at("/administration/drift")),
    "own password": State("anna", _at("/adgangskode")),
    "an invitation grown old": State("", _at("/ny-adgangskode/x")),
}
