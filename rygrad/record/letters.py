"""What leaves the house: letters, messages and drafts, composed once; page, print and FHIR only dress them. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rygrad.pathway.words import Phrase
from rygrad.record import acts, blocks
from rygrad.record.act import PARTS
from rygrad.record.coursefile import Recorded
from rygrad.record.journaltext import ending_line, goals_line, plan_line, shared_plan_line
from rygrad.record.matter import Matter, Speech, closed, flat, large
from rygrad.record.words import FOOTER, VALUE_WORDS

_UNKNOWN_TREATMENT = Phrase("Behandling forsøgt: ikke oplyst.", "Treatment tried: not known.")
_UNKNOWN_WORK = Phrase("Arbejde: ikke oplyst.", "Work: not known.")
_BACK = Phrase(
    "Tilbage til egen læge med vurdering af behov for andre indsatser.",
    "Back to own GP with an assessment of the need for other efforts.",
)
_AFTER_NO_EFFECT = Phrase(
    "Tilbage til egen læge efter manglende effekt, med vurdering af behov for andre indsatser.",
    "Back to own GP after no effect, with an assessment of the need for other efforts.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``head``: from, to, about whom, day, and a line of purpose and urgency; the sender edits ``body``."""

    head: str
    body: str
    footer: str

    def text(self) -> str:
        """The whole letter, exactly as it is sent."""
        return f"{self.head}\n\n{self.body}\n\n{self.footer}"

    def with_body(self, text: str) -> "Letter":
        """The same letter with the body as the sender left it; a browser's line ends become plain ones."""
        return replace(self, body=text.replace("\r\n", "\n").replace("\r", "\n").strip())


def sha256(text: str) -> str:
    """The hash of a text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def frozen_letter(entry: Recorded) -> str:
    """The letter, message or answer that an entry carries, as it was sent; empty when it carries none."""
    match entry.act:
        case acts.ReferralSent(letter=text) | acts.ReturnedToGp(letter=text):
            return text
        case acts.MessageToGp(text=text) | acts.ReferralAnswered(answer=text):
            return text
    return ""


def return_letter(
    matter: Matter, needs: Mapping[str, acts.Need], *, urgency: str = "routine", wish: str = ""
) -> Letter:
    """The return to own GP with the sender's assessment of need, effort by effort, and what it stands on."""
    top = matter.say(_AFTER_NO_EFFECT if matter.file.is_without_effect else _BACK)
    about = [*_clinical(matter), *_life(matter, wish)]
    return _letter(matter, top, urgency, [_recommendation(matter, needs)], _needs(matter, needs), about)


def referral_letter(
    matter: Matter,
    effort: str,
    question: str,
    *,
    urgency: str = "routine",
    parts: Collection[str] = PARTS,
    wish: str = "",
) -> Letter:
    """A referral to an effort's receiver: the question, then only the parts of the course the receiver sees."""
    asked = matter.say(Phrase("Spørgsmål: {question}", "Question: {question}"), question=question.strip())
    need = matter.file.needs.get(effort)
    why = closed(need.why) if need and "clinical" in parts else ""
    phrase = Phrase("Vurdering af behov: {need}. {why}", "Assessment of need: {need}. {why}")
    needed = matter.say(phrase, need=matter.say(VALUE_WORDS[need.need]), why=why) if need and why else ""
    plan = [shared_plan_line(matter)] if "plan" in parts else []
    about = [needed, *_clinical(matter, parts), *plan, *_life(matter, wish, parts)]
    top = matter.say(Phrase("Henvisning: {name}.", "Referral: {name}."), name=large(matter.effort(effort)))
    return _letter(matter, top, urgency, [asked], about)


def _letter(matter: Matter, purpose: str, urgency: str, *sections: list[str]) -> Letter:
    """The letter with its head, and a blank line between the sections that say something."""
    who = matter.who
    age = matter.say(Phrase("{n} år", "{n} years"), n=who.age) if who.age is not None else ""
    head = (
        matter.say(Phrase("Fra: {name}", "From: {name}"), name=who.sender),
        matter.say(Phrase("Til: {name}", "To: {name}"), name=who.receiver),
        matter.say(
            Phrase("Vedrørende: {name}", "About: {name}"),
            name=", ".join(part for part in (who.citizen, age, who.identifier) if part),
        ),
        matter.say(Phrase("Dato: {day}", "Date: {day}"), day=matter.day(who.today)),
        "",
        f"{purpose} {matter.say(Phrase('Hast: {how}.', 'Urgency: {how}.'), how=matter.say(VALUE_WORDS[urgency]))}",
    )
    told = ("\n".join(line for line in section if line) for section in sections)
    return Letter("\n".join(head), "\n\n".join(section for section in told if section), matter.say(FOOTER))


def _recommendation(matter: Matter, needs: Mapping[str, acts.Need]) -> str:
    """One: the efforts that are needed; else those to talk over; else none."""
    by = {word: [matter.effort(name) for name in needs if needs[name].need == word] for word in ("needed", "unsure")}
    if by["needed"]:
        phrase = Phrase(
            "Anbefaling: {efforts}. Egen læge beslutter for hver indsats.",
            "Recommendation: {efforts}. Own GP decides for each effort.",
        )
        return matter.say(phrase, efforts=matter.listed(by["needed"]))
    if by["unsure"]:
        phrase = Phrase(
            "Anbefaling: drøft med borgeren, om der er behov for {efforts}.",
            "Recommendation: talk over with the citizen whether there is a need for {efforts}.",
        )
        return matter.say(phrase, efforts=matter.listed(by["unsure"]))
    phrase = Phrase(
        "Anbefaling: ingen andre indsatser nu. Den videre plan aftales hos egen læge.",
        "Recommendation: no other efforts now. What follows is agreed with own GP.",
    )
    return matter.say(phrase)


def _needs(matter: Matter, needs: Mapping[str, acts.Need]) -> list[str]:
    """A heading and a line per effort, in the programme's order; nothing without any."""
    known = [name for name in matter.pathway.words["efforts"] if name in needs]
    lines = []
    for name in known:
        line = f"- {large(matter.effort(name))}: {matter.say(VALUE_WORDS[needs[name].need])}."
        lines.append(f"{line} {closed(needs[name].why)}".strip())
    return [matter.say(Phrase("Vurdering af behov:", "Assessment of need:")), *lines] if lines else []


def _clinical(matter: Matter, parts: Collection[str] = PARTS) -> list[str]:
    """Group, treatment tried, scores, findings, alarm signs and imaging, as far as the reader sees them."""
    by_part = (
        ("clinical", blocks.group_line),
        ("clinical", lambda m: blocks.treatment_line(m) or m.say(_UNKNOWN_TREATMENT)),
        ("scores", blocks.score_line),
        ("clinical", blocks.told_line),
        ("clinical", blocks.alarm_line),
        ("clinical", blocks.imaging_line),
    )
    return [line(matter) for part, line in by_part if part in parts]


def _life(matter: Matter, wish: str, parts: Collection[str] = PARTS) -> list[str]:
    """Work, and what the citizen wants, which every receiver reads."""
    work = [blocks.work_line(matter, matter.work) or matter.say(_UNKNOWN_WORK)] if "work" in parts else []
    unknown = matter.say(Phrase("ikke oplyst.", "not known."))
    said = matter.say(Phrase("Borgerens ønske: {wish}", "The citizen's wish: {wish}"), wish=wish.strip() or unknown)
    return [*work, said]


def message_to_gp(about: str, matter: Matter, *, outcome: str = "") -> str:
    """A message of two to four lines to own GP on ``start``, ``plan`` or ``end``, to edit before it is sent."""
    composed = {"start": _on_start, "plan": _on_plan, "end": _on_end}.get(about)
    lines = composed(matter, outcome) if composed else []
    return "\n".join(line for line in lines if line)


def _on_start(matter: Matter, outcome: str) -> list[str]:
    words = matter.pathway.words["actors"]
    phrase = Phrase("Behandling begyndt {day}: {who}.", "Treatment started {day}: {who}.")
    begun = [
        matter.say(phrase, day=matter.day(treatment.started_on), who=matter.named(words[profession]))
        for profession, treatment in matter.file.treatments.items()
    ]
    opened = matter.say(Phrase("Forløb begyndt {day}.", "Course begun {day}."), day=matter.day(matter.file.opened_on))
    return [
        " ".join(begun) or opened,
        blocks.group_line(matter),
        blocks.alarm_line(matter, blocks.FEW),
        plan_line(matter),
    ]


def _on_plan(matter: Matter, outcome: str) -> list[str]:
    unknown = matter.say(Phrase("Plan: ikke bekræftet.", "Plan: not confirmed."))
    plan = plan_line(matter) or unknown
    return [plan, goals_line(matter), blocks.group_line(matter), blocks.alarm_line(matter, blocks.FEW)]


def _on_end(matter: Matter, outcome: str) -> list[str]:
    tried = blocks.treatment_line(matter) or matter.say(_UNKNOWN_TREATMENT)
    unknown = matter.say(Phrase("Videre plan: ikke oplyst.", "What follows: not known."))
    after = ending_line(matter, outcome) or plan_line(matter) or unknown
    return [tried, blocks.score_line(matter), after, blocks.work_line(matter, matter.work)]


def answer_template(speech: Speech, effort: str, sent_on: date, *, question: str = "", holder: str = "") -> str:
    """A draft of the receiver's answer; what is still to be written ends in a colon. ``holder`` has the course."""
    phrase = Phrase("Svar på henvisning af {day}: {effort}.", "Answer to the referral of {day}: {effort}.")
    asked = Phrase("Spørgsmål: {question}", "Question: {question}")
    after = Phrase("Ansvaret for forløbet: {holder}.", "Accountable for the course: {holder}.")
    lines = (
        speech.say(phrase, day=speech.day(sent_on), effort=speech.effort(effort)),
        speech.say(asked, question=" ".join(question.split())) if question.strip() else "",
        speech.say(Phrase("Vurdering:", "Assessment:")),
        speech.say(Phrase("Anbefaling:", "Recommendation:")),
        speech.say(after, holder=holder) if holder else "",
    )
    return "\n".join(line for line in lines if line)


def end_note(
    speech: Speech, effort: str, sent_on: date, *, offer: str = "", work: Mapping[str, Any] | None = None
) -> str:
    """A draft of the municipality's note to own GP at the end of an effort: what was given, how it went, work."""
    phrase = Phrase("Afsluttet {today}: {name} (henvist {day}).", "Ended {today}: {name} (referred {day}).")
    name = flat(offer) or speech.effort(effort)
    lines = (
        speech.say(phrase, today=speech.day(speech.who.today), name=name, day=speech.day(sent_on)),
        speech.say(Phrase("Deltagelse:", "Attendance:")),
        speech.say(Phrase("Udbytte, med borgerens egne ord:", "What came of it, in the citizen's own words:")),
        blocks.work_line(speech, work or {}) or speech.say(Phrase("Arbejde:", "Work:")),
        speech.say(Phrase("Videre plan:", "What follows:")),
    )
    return "\n".join(line for line in lines if line)
