"""What leaves the house: what stands where, what is left out, what is never said, and that it cannot change afterwards."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rygrad.decision.decide import decide
from rygrad.decision.facts import clarifiable
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts, door, letters
from rygrad.record.act import PARTS
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.fold import fold
from rygrad.record.journaltext import journal_text
from rygrad.record.letters import Letter, frozen_letter, sha256
from rygrad.record.matter import Matter, Who
from rygrad.record.refusals import KeyReused, Refused
from rygrad.record.words import FOOTER
from rygrad.simulation.region import region
from tests.people import COVERED
from tests.record.cast import GROUP_2, NEEDS, cast
from tests.record.courses import DAY, GP, PLAN, Walk, opened

AS_OF = date(2026, 11, 24)
LANGUAGES = ("da", "en")
MUNICIPAL = ("employment", "municipal_prevention", "labour_market_and_income")
PLACES = {"o-gp": "Lægerne på Demovej", "o-physio": "Demo Fysioterapi", "o-surgeon": "Demo Rygkirurgi"}
WHO = Who(AS_OF, "Bo Demo, Demo Fysioterapi", "Lægerne på Demovej", "Dina Demosen", "demo-1", 45, PLACES)
SECRET = "hemmeligord"


def matter_of(pathway: Pathway, file: CourseFile, day: date, language: str = "da", who: Who = WHO) -> Matter:
    """The matter of a course as it stands that day."""
    decision = decide(pathway, file.facts(), day)
    return Matter(pathway=pathway, who=replace(who, today=day), language=language, file=file, decision=decision)


def walked(pathway: Pathway, *steps: tuple[acts.Act, int]) -> Walk:
    """A course after these steps, each some days after the one before."""
    walk = opened(pathway)
    for act, days in steps:
        after = walk.taking(act, days)
        assert after, act
        walk = after
    return walk


GROUPED = ((acts.FactsRecorded(GROUP_2, "professional"), 0), (acts.GroupConfirmed("recurrent"), 0), (PLAN, 0))
TREATED = (
    *GROUPED,
    (acts.HolderChanged("o-physio", "behandling"), 0),
    (acts.TreatmentStarted("physiotherapist"), 1),
    (acts.Visit("physiotherapist", SECRET), 0),
    (acts.ScoresRecorded("nrs_pain", 7.5, "professional"), 0),
    (acts.Visit("physiotherapist", SECRET), 41),
    (acts.ScoresRecorded("nrs_pain", 7, "professional"), 0),
    (acts.EffectJudged("physiotherapist", "no_effect", SECRET), 0),
    (acts.TreatmentEnded("physiotherapist", 2), 0),
)
NEED = {**NEEDS, "imaging": acts.Need("not_needed", "Ingen udfald"), "back_unit": acts.Need("unsure", "Afventer")}
RETURNED = (*TREATED, (acts.FactsRecorded({"work": "employed", "sick_leave": "yes"}, "professional"), 0))


def test_the_journal_text_says_the_course_in_six_lines(pathway: Pathway) -> None:
    decided = acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")})
    sent = acts.ReferralSent("r1", "surgical_assessment", "o-surgeon", "Vurdering?", parts=PARTS)
    walk = walked(pathway, *RETURNED, (acts.ReturnedToGp(NEED), 1), (decided, 1), (sent, 0))
    assert journal_text(matter_of(pathway, walk.file, walk.day)) == "\n".join(
        (
            "Rygsmerter siden 10. februar 2026 (9 uger). Gruppe 2, gentagne tilfælde.",
            "Behandling forsøgt: 2 besøg hos fysioterapeut, fra 3. marts til 13. april 2026, manglende effekt.",
            "Ingen udstråling, tilbagevendende rygproblemer, ikke bekymret ift. diagnosen. Spurgt til alarmtegn: ingen.",
            "Egen læge 15. april 2026: ja til kirurgisk vurdering. "
            "Kirurgisk vurdering, Demo Rygkirurgi: sendt 15. april 2026.",
            "Plan: fysioterapi og kiropraktik iht. NKR. Revurdering mellem 14. og 28. april.",
            "Arbejde: i arbejde, sygemeldt på grund af ryggen.",
        )
    )


def test_nothing_known_is_one_line_that_says_the_signs_were_not_asked(pathway: Pathway) -> None:
    walk = opened(pathway)
    assert journal_text(matter_of(pathway, walk.file, DAY)) == "Alarmtegn: ikke spurgt."
    assert journal_text(matter_of(pathway, walk.file, DAY, "en")) == "Alarm signs: not asked."


def test_signs_that_were_not_asked_are_never_none(pathway: Pathway) -> None:
    some = {**COVERED, "saddle_numbness": "no", "paresis_grade": 4}
    asked = acts.FactsRecorded(some, "professional", not_known=("previous_cancer",))
    text = letters.return_letter(matter_of(pathway, walked(pathway, (asked, 0)).file, DAY), NEED).text()
    assert "Alarmtegn: parese (grad 4). Spurgt til nogle af de øvrige: ingen af dem." in text
    assert "Svaret »ved ikke«: tidligere kræftsygdom." in text
    assert "Ikke spurgt: nyopstået vandladnings- eller afføringsforstyrrelse, " in text
    assert "Spurgt til alarmtegn: ingen" not in text


def test_a_clarified_sign_stays_with_what_was_found(pathway: Pathway) -> None:
    finding = "MR uden\ncauda equina."
    raised = acts.AlarmRaised({"saddle_numbness": "yes"}, "professional")
    held = walked(pathway, *GROUPED, (raised, 0))
    text = journal_text(matter_of(pathway, held.file, DAY))
    assert "Plan og indsatser holdes tilbage: nedsat følesans i ridebukseområdet." in text
    after = held.taking(acts.AlarmClarified(("saddle_numbness",), finding))
    assert after
    text = journal_text(matter_of(pathway, after.file, DAY))
    assert "nedsat følesans i ridebukseområdet (afklaret 2. marts 2026: MR uden cauda equina). " in text


def test_the_plan_has_a_window_and_no_single_date(pathway: Pathway) -> None:
    walk = walked(pathway, *TREATED[:5])
    text = journal_text(matter_of(pathway, walk.file, DAY + timedelta(days=9)))
    assert "Revurdering mellem 14. og 28. april." in text
    assert "14. april" not in text


def test_a_return_letter_has_its_blocks_in_order(pathway: Pathway) -> None:
    walk = walked(pathway, *RETURNED)
    letter = letters.return_letter(matter_of(pathway, walk.file, walk.day), NEED, urgency="soon", wish="Passe haven")
    found = [
        letter.text().index(block)
        for block in (
            "Fra: Bo Demo, Demo Fysioterapi\nTil: Lægerne på Demovej\nVedrørende: Dina Demosen, 45 år, demo-1\n"
            "Dato: 13. april 2026\n\nTilbage til egen læge efter manglende effekt, ",
            "Hast: hurtigst muligt.",
            "Anbefaling: kirurgisk vurdering og vurdering ift. arbejdsmarkedstilknytning",
            "- Billeddiagnostik/MR: ikke behov. Ingen udfald.\n- Rygenheden i Køge: usikkert. Afventer.\n",
            "Behandling forsøgt: 2 besøg hos fysioterapeut, fra 3. marts til 13. april 2026, manglende effekt.",
            "Målinger: smerte, NRS 0–10: 7,5 (3. marts 2026) → 7 (13. april 2026), uændret.",
            "Ingen udstråling, ",
            "Spurgt til alarmtegn: ingen.",
            "Billeddiagnostik/MR: ikke oplyst.",
            "Arbejde: i arbejde",
            "Borgerens ønske: Passe haven",
            FOOTER.da,
        )
    ]
    assert found == sorted(found)
    assert letter.text().count("Anbefaling:") == 1


def test_what_is_not_known_is_said_in_a_letter(pathway: Pathway) -> None:
    matter = matter_of(pathway, walked(pathway, *GROUPED).file, DAY)
    text = letters.referral_letter(matter, "back_unit", "Plan?").text()
    for line in ("Behandling forsøgt: ikke oplyst.", "Arbejde: ikke oplyst.", "Borgerens ønske: ikke oplyst."):
        assert line in text
    only_unsure = letters.return_letter(matter, {"back_unit": acts.Need("unsure", "Bør\ndrøftes?")}).body
    assert "Anbefaling: drøft med borgeren" in only_unsure
    assert "- Rygenheden i Køge: usikkert. Bør drøftes?\n" in only_unsure
    assert "Anbefaling: ingen andre indsatser nu." in letters.return_letter(matter, {}).body


CLINICAL = (
    *(SECRET, "cancer", "kræft", "nrs", "7,5", "7.5", "alarm", "spurgt", "asked", "besøg", "visit", "effekt", "effect"),
    *("smerter", "pain ", "comorbid", "opioid", "lumbal", "lænd", "udstråling", "mr:", "gruppe", "group", "imaging"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_to_those_who_see_plan_and_work_holds_nothing_clinical(pathway: Pathway, language: str) -> None:
    told = {
        "pain_sites": ["lumbar"],
        "comorbidity": "yes",
        "opioids_over_12_weeks": "yes",
        "radiation": "both_legs",
        "imaging_done": "yes",
    }
    goals = {"health_condition": (SECRET,), "activity_and_participation": ("Passe haven",)}
    steps = (
        *RETURNED,
        (acts.FactsRecorded(told, "professional"), 0),
        (acts.AlarmRaised({"previous_cancer": "yes"}, "professional", SECRET), 0),
        (acts.AlarmClarified(("previous_cancer",), SECRET), 0),
        (acts.ReturnedToGp({**NEED, "labour_market_and_income": acts.Need("needed", SECRET)}), 0),
        (acts.PlanConfirmed(PLAN.interventions, goals=goals, note=SECRET), 0),
    )
    walk = walked(pathway, *steps)
    for parts in (("plan", "work"), PARTS):
        matter = matter_of(pathway, walk.file, walk.day, language)
        letter = letters.referral_letter(matter, "labour_market_and_income", "Hjælp?", parts=parts, wish="Arbejde")
        text = letter.text().lower()
        clinical = [word for word in CLINICAL if word in text]
        assert bool(clinical) == (parts == PARTS), clinical
        assert "passe haven" in text
    assert "Plan: " in letter.text()


def _entries(made_acts: Iterator[tuple[acts.Act, date, str, str, str | None]]) -> list[Recorded]:
    return [
        Recorded(n, f"e{n}", n, acts.NAMES[type(act)], act, day, DAY_AT, who, role, place, "sha")
        for n, (act, day, who, role, place) in enumerate(made_acts, start=1)
    ]


DAY_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def courses(pathway: Pathway) -> list[tuple[CourseFile, dict[str, str]]]:
    """Sixty courses of the invented region, with the names of its places."""
    made = region(pathway, 60, 2, AS_OF)
    workers = {worker.id: worker for worker in made.workers}
    places = {place.id: place.name for place in made.places}
    by_course: dict[str, list[tuple[acts.Act, date, str, str, str | None]]] = {}
    for write in made.writes:
        worker = workers.get(write.by)
        role, place = (worker.role, worker.organisation) if worker else ("citizen", None)
        for name, body in write.acts:
            told = (acts.read(name, body), write.valid_on or write.at.date(), write.by, role, place)
            by_course.setdefault(write.course, []).append(told)
    signs = frozenset(clarifiable(pathway))
    return [(fold(_entries(iter(told)), signs), places) for told in by_course.values()]


def _texts(matter: Matter) -> Iterator[str]:
    """Every text there can be of one course."""
    file = matter.file
    yield journal_text(matter)
    for about in ("start", "plan", "end"):
        yield letters.message_to_gp(about, matter)
    yield letters.message_to_gp("end", matter, outcome="managing_alone")
    yield letters.return_letter(matter, file.needs or NEED).text()
    for effort in matter.pathway.words["efforts"]:
        parts = ("plan", "work") if effort in MUNICIPAL else PARTS
        yield letters.referral_letter(matter, effort, "Vurdering ønskes", parts=parts).text()
        yield letters.answer_template(matter, effort, file.opened_on, question="Plan?", holder="Demo Fysioterapi")
        yield letters.end_note(matter, effort, file.opened_on, work=matter.work)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_a_code_an_id_or_an_empty_value(
    pathway: Pathway, courses: list[tuple[CourseFile, dict[str, str]]], language: str
) -> None:
    code = re.compile(r"[a-z]+_[a-z]+|\bo-\w+|\br\d+\b|[GR]\d-|\bNone\b|[{}\[\]]|\d{4}-\d{2}|\.\.| ,|: \.|  ")
    for file, places in courses:
        matter = matter_of(pathway, file, AS_OF, language, replace(WHO, places=places))
        for text in _texts(matter):
            assert not code.search(text), code.search(text)
        assert 1 <= len(journal_text(matter).splitlines()) <= 6
        for about in ("start", "plan", "end"):
            assert 2 <= len(letters.message_to_gp(about, matter).splitlines()) <= 4


def test_the_programme_recommends_and_never_commands(
    pathway: Pathway, courses: list[tuple[CourseFile, dict[str, str]]]
) -> None:
    words = re.compile(r"\b(skal|must|sandsynlig\w*|formentlig|risiko|probabl\w*|likely|risk)\b", re.IGNORECASE)
    for language in LANGUAGES:
        for file, places in courses:
            matter = matter_of(pathway, file, AS_OF, language, replace(WHO, places=places))
            if matter.decision.scope in ("inside", "ask"):  # an alarm is the safety layer's, and commands
                for text in _texts(matter):
                    assert not words.search(text), words.search(text)


def test_a_place_nobody_named_is_left_out(pathway: Pathway) -> None:
    decided = acts.GpDecided({"surgical_assessment": acts.EffortDecision("accepted")})
    sent = acts.ReferralSent("r1", "surgical_assessment", "o-surgeon", "Vurdering?", parts=PARTS)
    walk = walked(pathway, *RETURNED, (acts.ReturnedToGp(NEED), 1), (decided, 1), (sent, 0))
    text = journal_text(matter_of(pathway, walk.file, walk.day, who=Who(walk.day)))
    assert "Kirurgisk vurdering: sendt 15. april 2026." in text


def test_drafts_are_ready_to_fill_in(pathway: Pathway) -> None:
    matter = matter_of(pathway, walked(pathway, *GROUPED).file, DAY)
    answer = letters.answer_template(matter, "pain_clinic", DAY, question="Hvad\nnu?", holder="Demo Fysioterapi")
    assert answer.splitlines() == [
        "Svar på henvisning af 2. marts 2026: smerteklinik.",
        "Spørgsmål: Hvad nu?",
        "Vurdering:",
        "Anbefaling:",
        "Ansvaret for forløbet: Demo Fysioterapi.",
    ]
    note = letters.end_note(matter, "municipal_prevention", DAY, offer="Ryghold", work={"work": "employed"})
    assert note.splitlines() == [
        "Afsluttet 2. marts 2026: Ryghold (henvist 2. marts 2026).",
        "Deltagelse:",
        "Udbytte, med borgerens egne ord:",
        "Arbejde: i arbejde.",
        "Videre plan:",
    ]


def test_an_edited_letter_keeps_its_head_and_any_byte_changes_its_hash() -> None:
    letter = Letter("Fra: A", "Krop", "Fod")
    edited = letter.with_body("Ny\r\nkrop\r\n")
    assert edited.text() == "Fra: A\n\nNy\nkrop\n\nFod"
    assert sha256("æ") == "889be819e24eaa58cd98ff071bc5aa9d9d6b3fea8d62c6cd43778c7370d2bf60"
    text = edited.text()
    changed = {sha256(text[:n] + chr(ord(text[n]) ^ 1) + text[n + 1 :]) for n in range(len(text))}
    assert len(changed | {sha256(text)}) == len(text) + 1


@pytest.mark.usefixtures("database")
def test_a_sent_letter_is_frozen_in_its_entry_and_read_only_by_those_it_is_for() -> None:
    c = cast()
    c.returned()
    decided = acts.GpDecided({"labour_market_and_income": acts.EffortDecision("accepted")})
    sent = acts.ReferralSent(
        "r1", "labour_market_and_income", c.freja.organisation or "", "Hjælp?", letter="Kære kommune"
    )
    surgical = acts.ReferralSent("r2", "surgical_assessment", c.hanne.organisation or "", "V?", letter=SECRET)
    receipt = c.write(c.anna, decided, sent, surgical, key="once")
    again = c.write(c.anna, decided, sent, surgical, key="once", expected_version=receipt.version)
    assert again.again
    with pytest.raises(KeyReused):
        c.write(c.anna, decided, acts.ReferralSent("r1", sent.effort, sent.to, "Hjælp?", letter="Andet"), key="once")
    with pytest.raises(Refused, match="characters not kept"):
        c.write(c.anna, acts.ReferralSent("r3", sent.effort, sent.to, "Hjælp?", letter="a\0b"))
    with pytest.raises(Refused, match="too long"):
        c.write(c.anna, acts.ReferralSent("r3", sent.effort, sent.to, "Hjælp?", letter="a" * 2 * acts.LONGEST_TEXT))
    seen = {who.name: _letters_seen(c, who) for who in (c.anna, c.freja, c.hanne)}
    assert seen == {
        "Anna Demo": ["Kære kommune", SECRET],
        "Freja Demo": ["Kære kommune"],
        "Hanne Demo": [sent.letter, SECRET],
    }


def _letters_seen(c: object, who: object) -> list[str]:
    entries = door.see_course(who, c.course, at=c.at).entries  # type: ignore[attr-defined,arg-type]
    return [text for text in map(frozen_letter, entries) if text]


@pytest.mark.usefixtures("database")
def test_a_letter_holds_every_part_so_whoever_sees_some_does_not_read_it() -> None:
    c = cast()
    c.without_effect()
    c.write(c.bo, acts.ReturnedToGp(NEEDS, letter=SECRET))
    c.write(c.dina, acts.AccessGranted(c.erik.id, "sharing", ("plan", "clinical"), c.today + timedelta(days=9)))
    assert _letters_seen(c, c.erik) == []
    assert _letters_seen(c, c.anna) == [SECRET]


def test_an_entry_from_before_there_were_letters_is_still_read() -> None:
    old = acts.read("returned_to_gp", '{"needs":{},"note":"x"}')
    assert isinstance(old, acts.ReturnedToGp)
    assert old.letter == ""


def test_messages_and_answers_are_letters_too() -> None:
    at = Recorded(1, "e1", 1, "", acts.ReferralReceived("r1"), DAY, DAY_AT, GP.id, GP.role, "o-gp", "sha")
    assert frozen_letter(at) == ""
    assert frozen_letter(replace(at, act=acts.MessageToGp("start", "Begyndt"))) == "Begyndt"
    assert frozen_letter(replace(at, act=acts.ReferralAnswered("r1", "Ingen operation"))) == "Ingen operation"
