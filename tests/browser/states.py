"""Every page in every state that changes what it shows: who opens it, and how."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.person import Person

Open = Callable[[Person], None]


@dataclass(frozen=True)
class State:
    """A page as somebody sees it. ``user`` empty: nobody is logged in. ``is_core``: looked at in every run, in full."""

    user: str
    open: Open
    is_core: bool = False


def _at(path: str) -> Open:
    return lambda person: person.opens(path)


def _course(name: str, more: str = "") -> Open:
    return lambda person: person.opens(person.server.course(name) + more)


def _referral(name: str) -> Open:
    return lambda person: person.opens(person.server.referral(name))


def _finds(words: str) -> Open:
    def find(person: Person) -> None:
        person.opens("/liste")
        person.types(person.page.locator("#words"), words)
        person.clicks(person.page.locator(".find .button-secondary"))

    return find


def _begins(words: str) -> Open:
    def begin(person: Person) -> None:
        person.opens("/liste")
        person.types(person.page.locator("#words"), words)
        person.clicks(person.page.locator(".find .button-primary"))

    return begin


def _bulk(person: Person) -> None:
    person.opens("/liste?hvorfor=due")
    boxes = person.page.locator("input[type=checkbox][name=row]")
    for number in range(min(3, boxes.count())):
        boxes.nth(number).check()
    person.page.locator("details", has=person.page.locator("#bulk-outcome")).evaluate("one => { one.open = true; }")
    person.page.locator("#bulk-outcome").select_option("reassessed")
    person.clicks(person.page.locator("button[form=bulk]"))


def _writes_to_gp(person: Person, text: str) -> None:
    person.opens(person.server.course("Effie Effekt"))
    person.page.locator("details", has=person.page.locator("#m-text")).evaluate("one => { one.open = true; }")
    person.types(person.page.locator("#m-text"), text)


def sends_to_gp(person: Person) -> None:
    """Presses the button under the message."""
    person.clicks(person.page.locator("form", has=person.page.locator("#m-text")).get_by_role("button"))


def _stale(person: Person) -> None:
    _writes_to_gp(person, "En besked, der blev skrevet, mens en anden også skrev.")
    form = person.page.locator("form", has=person.page.locator("#m-text"))
    form.locator("input[name=version]").evaluate("one => { one.value = '2'; }")
    sends_to_gp(person)


def _carried(person: Person) -> None:
    _writes_to_gp(person, "En besked, der blev skrevet, mens brugeren blev logget ud.")
    person.page.context.clear_cookies(name="sessionid")
    sends_to_gp(person)


def _nothing_chosen(person: Person) -> None:
    person.opens("/liste?hvorfor=due")
    person.page.locator("details", has=person.page.locator("#bulk-outcome")).evaluate("one => { one.open = true; }")
    person.clicks(person.page.locator("button[form=bulk]"))


def _wrong_password(person: Person) -> None:
    person.opens("/log-ind")
    person.types(person.page.locator("#username"), "findes-ikke")
    person.types(person.page.locator("#password"), "ikke-det-rigtige-kodeord")
    person.clicks(person.page.locator("main form button"))


def _letter(person: Person) -> None:
    person.opens(person.server.course("Sonja Sendtkirurg"))
    address = person.page.locator("a[href*='/brev/']").first.get_attribute("href")
    assert address
    person.opens(address)


def _refer(name: str, effort: str) -> Open:
    return _course(name, f"/henvis/{effort}")


STATES: dict[str, State] = {
    "login": State("", _at("/log-ind"), is_core=True),
    "login, wrong password": State("", _wrong_password),
    "login with the text that was typed": State("bo", _carried),
    "the programme": State("", _at("/programmet/kilden")),
    "the programme, a sentence marked": State("anna", _at("/programmet/kilden?linjer=26-30#linje-26")),
    "worklist of a GP": State("anna", _at("/liste"), is_core=True),
    "worklist of a physiotherapist, with saved lists": State("bo", _at("/liste")),
    "worklist of a chiropractor": State("kirsten", _at("/liste")),
    "worklist of a specialist": State("hanne", _at("/liste")),
    "worklist of a hospital unit": State("rasmus", _at("/liste")),
    "worklist of a municipality": State("freja", _at("/liste"), is_core=True),
    "worklist, filtered": State("bo", _at("/liste?hvorfor=due&hvorfor=overdue")),
    "worklist, no rows with that choice": State("bo", _at("/liste?hvorfor=outside")),
    "worklist, nobody waits": State("tom", _at("/liste")),
    "search, several found": State("anna", _finds("demosen")),
    "search, nobody found by name": State("anna", _finds("ukendt navn")),
    "search, nobody found by number": State("bo", _finds("demo-990999")),
    "search by a municipality": State("freja", _finds("ukendt navn")),
    "start by a physiotherapist: own GP?": State("bo", _begins("demo-990999")),
    "start: the citizen is not known": State("anna", _begins("demo-990999")),
    "start: alarm signs to ask": State("anna", _course("Signe Spørgalarm", "/start"), is_core=True),
    "start: signs to ask, answered at home": State("anna", _course("Hjemme Harsvaret", "/start")),
    "start: questions": State("anna", _course("Halvor Halvspurgt", "/start")),
    "start: confirm": State("anna", _course("Bente Bekræftes", "/start")),
    "start: an acute alarm": State("anna", _course("Akut Alarmsen", "/start"), is_core=True),
    "start: not covered": State("anna", _course("Ude Udenfor", "/start")),
    "start: confirmed already": State("anna", _course("Plan Planlagt", "/start")),
    "course: signs not asked": State("anna", _course("Signe Spørgalarm")),
    "course: half asked": State("anna", _course("Halvor Halvspurgt")),
    "course: group to confirm": State("anna", _course("Bente Bekræftes")),
    "course: an acute alarm": State("anna", _course("Akut Alarmsen"), is_core=True),
    "course: not covered": State("anna", _course("Ude Udenfor")),
    "course: planned, to the one who treats": State("bo", _course("Plan Planlagt")),
    "course: to be reassessed": State("bo", _course("Effie Effekt")),
    "course: to be reassessed by a chiropractor": State("kirsten", _course("Kim Kiropraktik")),
    "course: with scores": State("bo", _course("Maja Målt")),
    "course: without effect": State("bo", _course("Rita Returneres")),
    "course: back at own GP": State("anna", _course("Tilde Tilbage"), is_core=True),
    "course: referred, to own GP": State("anna", _course("Sonja Sendtkirurg")),
    "course: referred, to the specialist": State("hanne", _course("Booket Demosen")),
    "course: referred, to the hospital unit": State("rasmus", _course("Rasmine Sendtryg")),
    "course: a referral is silent": State("anna", _course("Tavs Demosen")),
    "course: to the municipality": State("freja", _course("Kommunal Igang"), is_core=True),
    "course: ended": State("anna", _course("Afsluttet Demosen")),
    "hand over": State("anna", _course("Bente Bekræftes", "/overdrag")),
    "plan": State("anna", _course("Bente Bekræftes", "/plan")),
    "plan, to be changed": State("bo", _course("Effie Effekt", "/plan"), is_core=True),
    "return": State("bo", _course("Rita Returneres", "/tilbage"), is_core=True),
    "return, not due": State("bo", _course("Effie Effekt", "/tilbage")),
    "refer to a back unit": State("anna", _refer("Henny Henvises", "back_unit"), is_core=True),
    "refer to the municipality": State("anna", _refer("Henny Henvises", "municipal_prevention")),
    "refer outside the programme": State("bo", _refer("Effie Effekt", "pain_clinic")),
    "refer, one is under way": State("anna", _refer("Sonja Sendtkirurg", "surgical_assessment")),
    "offers": State("anna", _course("Henny Henvises", "/kommunen")),
    "referral to triage": State("hanne", _referral("Sonja Sendtkirurg")),
    "referral to triage, late": State("rasmus", _referral("Tavs Demosen")),
    "referral to triage by a municipality": State("freja", _referral("Karla Sendtkommune")),
    "referral received": State("hanne", _referral("Modtaget Demosen")),
    "referral accepted": State("hanne", _referral("Accepteret Demosen")),
    "referral booked": State("hanne", _referral("Booket Demosen")),
    "referral booked by a municipality": State("freja", _referral("Kommunal Igang")),
    "referral done": State("hanne", _referral("Udført Demosen")),
    "referral answered": State("hanne", _referral("Besvaret Demosen")),
    "referral refused": State("hanne", _referral("Afvist Demosen")),
    "referral sent, to the sender": State("anna", _referral("Sonja Sendtkirurg")),
    "referral silent, to the sender": State("anna", _referral("Tavs Demosen")),
    "referral booked, to the sender": State("anna", _referral("Booket Demosen")),
    "referral answered, to the sender": State("anna", _referral("Besvaret Demosen")),
    "referral refused, to the sender": State("anna", _referral("Afvist Demosen")),
    "letter": State("anna", _letter),
    "who may see": State("anna", _course("Delt Demosen", "/hvem")),
    "several at once: what will change": State("bo", _bulk),
    "several at once: nothing chosen": State("bo", _nothing_chosen),
    "kept: somebody wrote in between": State("bo", _stale, is_core=True),
    "no such page": State("anna", _at("/findes-ikke")),
    "no such course": State("anna", _at("/forloeb/findes-ikke")),
    "no such page, nobody logged in": State("", _at("/findes-ikke")),
    "not for this role": State("gustav", _at("/liste")),
    "acting on a number that is none": State("anna", _begins("ikke et nummer")),
}
