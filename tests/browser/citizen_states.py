"""The pages of the citizen, of the relative and of everybody, in the states they are looked at in."""

from tests.browser import situations
from tests.browser.person import Person
from tests.browser.states import Open, State, _at


def _own(more: str) -> Open:
    """An address below the citizen's own, with the course where the braces are."""
    return lambda person: person.opens(
        f"/mit-forloeb/{more.format(person.server.made.situations.course(situations.DINA))}"
    )


def _shared(person: Person) -> None:
    person.opens(f"/delt-med-mig/{person.server.made.situations.course(situations.DINA)}")


def _tried(person: Person) -> None:
    person.opens("/programmet/proev")
    person.page.locator("#f-onset_on").fill("2026-01-01")
    person.page.locator("#f-complex_surroundings").select_option("no")
    person.clicks(person.button("Vis afgørelsen", exact=True).or_(person.button("Show the decision", exact=True)))


def _card_shown(person: Person) -> None:
    person.opens("/integration")
    person.clicks(person.button("Vis kort", exact=True).or_(person.button("Show cards", exact=True)))


CITIZEN_STATES: dict[str, State] = {
    "citizen: my course": State("dina", _at("/mit-forloeb"), is_core=True),
    "citizen: the signs": State("dina", _own("spoergsmaal/{}/tegn"), is_core=True),
    "citizen: a number": State("dina", _own("spoergsmaal/{}/smerte")),
    "citizen: a choice": State("dina", _own("spoergsmaal/{}/arbejde")),
    "citizen: check the answers": State("dina", _own("spoergsmaal/{}/tjek")),
    "citizen: call now": State("dina", _own("spoergsmaal/{}/ring")),
    "citizen: no such course": State("dina", _at("/mit-forloeb/forloeb/c-ukendt")),
    "citizen: sharing": State("dina", _own("deling/{}"), is_core=True),
    "citizen: as the relative sees it": State("dina", _own("deling/{}/som/" + situations.ERIK)),
    "citizen: who has looked": State("dina", _own("hvem-har-set?mine=1")),
    "citizen: my data": State("dina", _own("mine-data")),
    "relative: shared with me": State("erik", _at("/delt-med-mig")),
    "relative: a course": State("erik", _shared, is_core=True),
    "programme": State("", _at("/programmet"), is_core=True),
    "programme: a group": State("", _at("/programmet/gruppe/long_lasting"), is_core=True),
    "programme: efforts": State("", _at("/programmet/indsatser?kommune=0259")),
    "programme: alarm signs": State("", _at("/programmet/alarmtegn")),
    "programme: guidelines": State("", _at("/programmet/retningslinjer")),
    "programme: readings": State("", _at("/programmet/laesninger")),
    "programme: versions": State("", _at("/programmet/versioner")),
    "programme: an error to report": State("", _at("/programmet/ret?linje=recurrent.efforts.imaging")),
    "programme: try it": State("", _at("/programmet/proev")),
    "programme: tried": State("", _tried),
    "for integrators": State("", _at("/integration")),
    "for integrators: a card": State("", _card_shown),
    "accessibility": State("", _at("/tilgaengelighed")),
    "paper: leaflet": State("", _at("/papir/pjece")),
    "paper: questionnaire": State("", _at("/papir/spoergeskema")),
}
