"""The advice cards: a state word, one sentence, one action, and where the why is found.

Composed once, here, from the content's words; page, letter, message and terminal only dress them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rygrad.decision import spoken
from rygrad.decision.decision import Decision
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

SENTENCE_LIMIT = 140


@dataclass(frozen=True, slots=True)
class AdviceCard:
    """Advice on one conclusion. ``title`` names it; ``why`` is the id of its reason."""

    why: str
    title: str
    state: str
    word: str
    sentence: str
    action: str


_TITLES = {
    "scope": Phrase("Programmet", "The programme"),
    "group": Phrase("Gruppe", "Group"),
    "reassessment": Phrase("Revurdering", "Reassessment"),
    "return_to_gp": Phrase("Tilbage til egen læge", "Return to own GP"),
}


def advise(pathway: Pathway, decision: Decision, language: str = "da") -> list[AdviceCard]:
    """One card for scope, group, reassessment, return and each effort, in that order."""
    composer = _Composer(pathway, decision, language)
    cards = [composer.card("scope", "scope", decision.scope)]
    if decision.scope != "outside":
        cards.append(composer.card("group", "group", composer.group_variant()))
    cards.append(composer.card("reassessment", "reassessment", composer.reassessment_variant()))
    cards.append(composer.card("return_to_gp", "return_to_gp", composer.return_variant()))
    cards += [composer.card("efforts", f"efforts.{name}", composer.effort_variant(name)) for name in decision.efforts]
    return cards


def worded_state(decision: Decision, state: str) -> str:
    """The state whose words are said: what is withheld from a citizen outside the programme does not apply at all."""
    return "outside" if state == "withheld" and decision.scope == "outside" else state


def next_question(pathway: Pathway, decision: Decision, why: str, language: str) -> str:
    """The question to a clinician that could settle this conclusion; empty when none is left.

    An alarm sign or an exclusion settles everything by withholding it; a question of the programme's own comes first.
    """
    safety = {*pathway.exclusions, *pathway.alarm_facts, *pathway.covers.facts}
    asked = [question for question in decision.ask if why in question.settles]
    if why == "group":
        asked += decision.ask
    own = [question for question in asked if why != "scope" and question.fact not in safety]
    chosen = next(iter(own or asked), None)
    return pathway.facts[chosen.fact].question.clinician.text(language) if chosen else ""


@dataclass(frozen=True, slots=True)
class _Composer:
    pathway: Pathway
    decision: Decision
    language: str

    def card(self, kind: str, why: str, state: str) -> AdviceCard:
        words = self.pathway.cards[kind][state]
        fields = self._fields(why)
        sentence = words.sentence.text(self.language).format_map(fields)
        return AdviceCard(
            why=why,
            title=self._title(why),
            state=self._state_of(why),
            word=words.word.text(self.language).format_map(fields),
            sentence=_short(sentence),
            action=words.action.text(self.language).format_map(fields).strip(),
        )

    def _state_of(self, why: str) -> str:
        """The conclusion's own state, whatever words say it."""
        decision = self.decision
        if why == "group":
            return "one" if decision.group else "several"
        plain = {
            "scope": decision.scope,
            "return_to_gp": decision.return_to_gp,
            "reassessment": decision.reassessment["state"],
        }
        return plain.get(why) or decision.efforts[why.removeprefix("efforts.")]

    def group_variant(self) -> str:
        """One group, one that must wait, or several."""
        if not self.decision.group:
            return "several"
        return "one_on_hold" if self.decision.scope == "hold" else "one"

    def reassessment_variant(self) -> str:
        """The state; said otherwise when it was done too early, or when "no effect" need not wait for it."""
        state = self.decision.reassessment["state"]
        if state in ("not_due", "due", "overdue") and self._fact("reassessment", "reassessed_on"):
            return "early"
        no_wait = state == "not_due" and self.decision.return_to_gp == "due"
        return "not_due_no_effect" if no_wait else worded_state(self.decision, state)

    def return_variant(self) -> str:
        """The state; half a return says which half is missing."""
        state = self.decision.return_to_gp
        if state != "due":
            return worded_state(self.decision, state)
        returned, assessed = (self._fact("return_to_gp", name) for name in self.pathway.return_done.facts)
        return "due_need_missing" if returned else "due_return_missing" if assessed else state

    def effort_variant(self, name: str) -> str:
        """The state; an open effort may be optional ("evt.") or have been done before where that closes nothing."""
        state = self.decision.efforts[name]
        groups = (self.pathway.groups[group] for group in self.decision.possible_groups)
        listed = [group.efforts[name] for group in groups if name in group.efforts]
        if state != "open" or not listed:
            return worded_state(self.decision, state)
        if any(self._fact(f"efforts.{name}", fact) == "yes" for effort in listed for fact in effort.noted):
            return "open_done_before"
        return "open_optional" if all(effort.optional for effort in listed) else state

    def _fact(self, why: str, name: str) -> object:
        """A fact as the conclusion's reason read it; None when unknown, or decided without reasons."""
        reason = self.decision.reasons.get(why)
        return reason["facts"].get(name) if reason else None

    def _title(self, why: str) -> str:
        name = why.removeprefix("efforts.")
        if name in _TITLES:
            return _TITLES[name].text(self.language)
        return self.pathway.words["efforts"][name].clinician.text(self.language)

    def _fields(self, why: str) -> Mapping[str, object]:
        group = self.pathway.groups.get(self.decision.group or "")
        question = next_question(self.pathway, self.decision, why, self.language)
        unknown = {"da": "Spørg borgeren.", "en": "Ask the citizen."}[self.language]
        return {
            "matters": self._matters(),
            "instead": self._instead(),
            "count": sum(1 for q in self.decision.ask if self._is_scope_fact(q.fact)),
            "question": question or unknown,
            "number": group.number if group else "",
            "group": group.words.clinician.text(self.language) if group else "",
            "groups": self._groups(),
            "window": self._window(),
        }

    def _is_scope_fact(self, fact: str) -> bool:
        return fact in self.pathway.covers.facts or fact in self.pathway.exclusions

    def _groups(self) -> str:
        names = (self.pathway.groups[g].words.clinician.text(self.language) for g in self.decision.possible_groups)
        return spoken.listed([f"»{name}«" for name in names], self.language, limit=4)

    def _window(self) -> str:
        first, last = self.decision.reassessment["from"], self.decision.reassessment["to"]
        return spoken.window(first, last, self.decision.as_of, self.language) if first and last else ""

    def _matters(self) -> str:
        """What puts the citizen outside, or what holds the plan back; nothing that is already clarified."""
        found = [e for e in self.decision.exclusions if "clarified" not in e]
        matters = [f"{self._named(e['fact'])} ({self._state(e['state'])})" for e in found]
        if self.decision.scope == "hold":
            named = {e["fact"] for e in found}
            alarms = [self.pathway.alarms[a["id"]] for a in self.decision.alarms if "clarified" not in a]
            holding = [alarm for alarm in alarms if alarm.urgency.holds and alarm.id not in named]
            matters += [_small(alarm.words.clinician.text(self.language)) for alarm in holding]
        not_back = {"da": "smerterne er ikke rygudløste", "en": "the pain is not back-triggered"}[self.language]
        return spoken.listed(matters, self.language, limit=2) or not_back

    def _named(self, exclusion: str) -> str:
        return _small(self.pathway.exclusions[exclusion].words.clinician.text(self.language))

    def _state(self, state: str) -> str:
        danish = {"confirmed": "bekræftet", "suspected": "mistænkt"}
        return danish[state] if self.language == "da" else state

    def _instead(self) -> str:
        """What to do instead: how soon, and the path of every exclusion that is not clarified."""
        exclusions = [e["fact"] for e in self.decision.exclusions if "clarified" not in e]
        paths = [self.pathway.exclusions[name].instead.text(self.language) for name in exclusions]
        urgency = self.pathway.urgencies.get(self.decision.urgency)
        if urgency and (urgency.must_be_asked or not paths):
            paths.insert(0, urgency.action.text(self.language))
        other = {"da": "Udred for anden årsag til smerterne.", "en": "Look for another cause of the pain."}[
            self.language
        ]
        return " ".join(dict.fromkeys(paths)) or other


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _short(sentence: str) -> str:
    return sentence if len(sentence) < SENTENCE_LIMIT else sentence[: SENTENCE_LIMIT - 2].rstrip() + "…"
