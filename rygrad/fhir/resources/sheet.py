"""What a referral sheet holds, field by field, so that a national referral message can be filled from it. Pure.

The fields are those of the MedCom referrals (REF01, REF02, REF06, REF07, XREF15). A field nobody has answered says so;
what the reader may not see is left out, as everywhere. https://medcom.dk/standarder/
"""

from collections.abc import Callable

from rygrad.decision import spoken
from rygrad.fhir.names import CANONICAL, DATA_ABSENT
from rygrad.fhir.resources.shown import Resource, Shown
from rygrad.pathway.words import Phrase
from rygrad.record import acts, blocks
from rygrad.record.coursefile import Recorded, Referral
from rygrad.record.matter import Matter, Who
from rygrad.record.words import VALUE_WORDS

_UNKNOWN = {"system": DATA_ABSENT, "code": "unknown", "display": "Unknown"}
_ANY, _CLINICAL, _WORK, _SCORES = "plan", "clinical", "work", "scores"


def sheet(shown: Shown, referral: Referral, sent: Recorded | None) -> Resource:
    """The sheet as a contained QuestionnaireResponse."""
    asked = sent.act if sent and isinstance(sent.act, acts.ReferralSent) else None
    matter = _matter(shown)
    items = []
    for name, (words, part, of) in FIELDS.items():
        if part in shown.view.parts and (part != _CLINICAL or matter is not None):
            value = of(_Sheet(shown, referral, asked, sent, matter))
            answer = {"valueString": value} if value else {"valueCoding": _UNKNOWN}
            items.append({"linkId": name, "text": shown.say(words), "answer": [answer]})
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "sheet",
        "questionnaire": f"{CANONICAL}/Questionnaire/referral-sheet",
        "status": "completed",
        "subject": shown.patient,
        "authored": referral.sent_on.isoformat(),
        "item": items,
    }


def _matter(shown: Shown) -> Matter | None:
    """What the house's own lines are made from; None for those who get no decision."""
    if shown.view.decision is None:
        return None
    who = Who(today=shown.today, places=shown.view.names)
    return Matter(
        pathway=shown.pathway, who=who, language=shown.language, file=shown.file, decision=shown.view.decision
    )


class _Sheet:
    """What the fields are filled from."""

    def __init__(
        self,
        shown: Shown,
        referral: Referral,
        asked: acts.ReferralSent | None,
        sent: Recorded | None,
        matter: Matter | None,
    ) -> None:
        self.shown, self.referral, self.asked, self.sent, self.matter = shown, referral, asked, sent, matter

    def name(self, id: str | None) -> str:
        """What an organisation or professional is called."""
        return self.shown.view.names.get(id or "", "")

    def line(self, of: Callable[[Matter], str]) -> str:
        """One of the lines of the house's letters; empty where it has nothing to say."""
        return of(self.matter) if self.matter else ""

    def fact(self, *names: str) -> str:
        """Answers with their questions; empty when none is given."""
        said = self.shown.file.facts_said
        told = [
            f"{self.shown.pathway.facts[name].question.clinician.text(self.shown.language)} {self._value(name)}"
            for name in names
            if name in said
        ]
        return " ".join(told)

    def _value(self, name: str) -> str:
        fact, value = self.shown.pathway.facts[name], self.shown.file.facts_said[name].value
        several = value if isinstance(value, list | tuple) else [value]
        return f"{', '.join(spoken.value(fact, one, self.shown.language) for one in several)}."

    def need(self) -> str:
        """The sender's assessment of the need for this effort."""
        need = self.shown.file.needs.get(self.referral.effort)
        return f"{self.shown.say(VALUE_WORDS[need.need])}. {need.why}".strip() if need else ""

    def information(self) -> str:
        """The items of information given."""
        words = self.shown.pathway.words["information"]
        given = [words[one].clinician.text(self.shown.language) for one in self.shown.file.information if one in words]
        return ", ".join(given)


def _urgency(s: _Sheet) -> str:
    return s.shown.say(VALUE_WORDS[s.asked.urgency]) if s.asked else ""


Field = tuple[Phrase, str, Callable[[_Sheet], str]]
FIELDS: dict[str, Field] = {
    "sender": (Phrase("Afsender", "Sender"), _ANY, lambda s: s.name(s.sent.organisation) if s.sent else ""),
    "sender-person": (Phrase("Henvist af", "Referred by"), _ANY, lambda s: s.name(s.sent.actor) if s.sent else ""),
    "sender-phone": (Phrase("Afsenders telefon", "Sender's phone"), _ANY, lambda s: ""),
    "receiver": (Phrase("Modtager", "Receiver"), _ANY, lambda s: s.name(s.referral.to)),
    "citizen": (Phrase("Borger", "Citizen"), _ANY, lambda s: s.shown.view.name),
    "number": (Phrase("Nummer", "Number"), _ANY, lambda s: s.shown.view.number),
    "relative": (
        Phrase("Pårørende", "Relative"),
        _ANY,
        lambda s: ", ".join(s.name(x.to) for x in s.shown.view.sharings),
    ),
    "interpreter": (Phrase("Tolk", "Interpreter"), _ANY, lambda s: ""),
    "date": (Phrase("Dato", "Date"), _ANY, lambda s: s.referral.sent_on.isoformat()),
    "urgency": (Phrase("Hast", "Urgency"), _ANY, _urgency),
    "diagnosis": (Phrase("Diagnose", "Diagnosis"), _CLINICAL, lambda s: s.line(blocks.group_line)),
    "question": (Phrase("Spørgsmål", "Question"), _ANY, lambda s: s.asked.question if s.asked else ""),
    "history": (Phrase("Behandling forsøgt", "Treatment tried"), _CLINICAL, lambda s: s.line(blocks.treatment_line)),
    "findings": (
        Phrase("Fund", "Findings"),
        _CLINICAL,
        lambda s: s.fact("paresis_grade", "paresis_worsening", "saddle_numbness", "radiation", "pain_sites"),
    ),
    "reflexes": (Phrase("Reflekser", "Reflexes"), _CLINICAL, lambda s: ""),
    "alarm-signs": (Phrase("Alarmtegn", "Alarm signs"), _CLINICAL, lambda s: s.line(blocks.alarm_line)),
    "scores": (Phrase("Målinger", "Scores"), _SCORES, lambda s: s.line(blocks.score_line)),
    "imaging": (Phrase("Billeddiagnostik", "Imaging"), _CLINICAL, lambda s: s.line(blocks.imaging_line)),
    "medicines": (Phrase("Medicin", "Medicines"), _CLINICAL, lambda s: s.fact("opioids_over_12_weeks")),
    "allergies": (Phrase("CAVE", "Allergies"), _CLINICAL, lambda s: ""),
    "work": (Phrase("Arbejde og sygemelding", "Work and sick leave"), _WORK, lambda s: s.fact("work", "sick_leave")),
    "information": (Phrase("Information givet", "Information given"), _ANY, lambda s: s.information()),
    "need": (Phrase("Vurdering af behov", "Assessment of need"), _CLINICAL, lambda s: s.need()),
    "follow-up": (Phrase("Følger op", "Follows up"), _ANY, lambda s: s.name(s.shown.view.holder)),
}
"""Every field, in the order of the sheet: its words, the part of the course it belongs to, and what fills it."""
