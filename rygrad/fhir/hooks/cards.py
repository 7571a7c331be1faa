"""From a decision to cards: the programme's own words, why, where it stands, and what can be done with one press."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from rygrad.decision.advice import AdviceCard, advise
from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.decision.explanation import NOT_SIGNED, Explanation, explain
from rygrad.fhir.hooks import addresses, suggested
from rygrad.fhir.hooks.asked import Asked
from rygrad.fhir.hooks.gaps import Gaps
from rygrad.fhir.orders import effort_of
from rygrad.fhir.understood import Understood, facts_from
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

LIMIT = 140
"""A summary is shorter than this, always; the whole sentence stands in the detail."""

_ACUTE = ("acute", "same_day")
_DUE = ("due", "overdue")


@dataclass(frozen=True, slots=True)
class Told:
    """A card, and what of it is kept beside its id: the conclusion it is about, and its state. Nothing about whom."""

    about: str
    state: str
    card: dict[str, Any]


@dataclass(frozen=True)
class Composer:
    """The cards of one call."""

    pathway: Pathway
    asked: Asked
    understood: Understood
    decision: Decision
    language: str

    def all(self) -> list[Told]:
        """The cards the service gives, the most pressing first."""
        makers = {
            "scope": self._scope,
            "group": self._group,
            "reassessment": self._reassessment,
            "return_to_gp": self._return,
            "open": self._open,
            "orders": self._orders,
            "missing": self._missing,
        }
        found = [one for kind in self.asked.service.cards for one in makers[kind]()]
        places = ("critical", "warning", "info")
        return sorted(found, key=lambda told: places.index(told.card["indicator"]))

    @cached_property
    def _advices(self) -> dict[str, AdviceCard]:
        return {one.why: one for one in advise(self.pathway, self.decision, self.language)}

    @cached_property
    def _explained(self) -> dict[str, Explanation]:
        return {one.why: one for one in explain(self.pathway, self.decision, self.language)}

    @cached_property
    def _gaps(self) -> Gaps:
        return Gaps(
            pathway=self.pathway,
            language=self.language,
            problems=self.asked.problems,
            facts=tuple(question.fact for question in self.decision.ask),
            not_known=self.understood.not_known,
            old=self.understood.old,
            not_understood=self.understood.not_understood,
        )

    def _say(self, phrase: Phrase) -> str:
        return phrase.text(self.language)

    def _scope(self) -> Iterator[Told]:
        decision = self.decision
        if decision.scope in ("hold", "outside"):
            is_critical = decision.scope == "hold" or decision.urgency in _ACUTE
            more = [one for why, one in self._explained.items() if why.startswith(("exclusions.", "alarms."))]
            yield self._advice("scope", "critical" if is_critical else "info", more=more)

    def _group(self) -> Iterator[Told]:
        if self.decision.scope == "outside" or (self.decision.scope == "ask" and not self.decision.group):
            return
        noted = ("mismatches.", "contradictions.", "alarms.")
        more = [one for why, one in self._explained.items() if why.startswith(noted)]
        yield self._advice("group", "info", more=more if self.decision.scope != "hold" else [])

    def _reassessment(self) -> Iterator[Told]:
        if self.decision.reassessment["state"] in _DUE:
            yield self._advice("reassessment", "warning")

    def _return(self) -> Iterator[Told]:
        if self.decision.return_to_gp == "due":
            yield self._advice("return_to_gp", "warning")

    def _open(self) -> Iterator[Told]:
        """One card for all that is open, with a draft order for each."""
        efforts = [name for name, state in self.decision.efforts.items() if state == "open"]
        if not efforts:
            return
        named = [self._advices[f"efforts.{name}"] for name in efforts]
        said = ", ".join(one.title for one in named)
        lines = [f"- **{one.title}**: {one.word}. {one.sentence} {one.action}" for one in named]
        sources = (source for name in efforts for source in self._sources(f"efforts.{name}"))
        told = self._card(
            "efforts",
            _short(f"{self._say(_OPEN)} ({len(named)}): {said}"),
            "\n".join([*lines, *_quoted(sources)]),
            "info",
            f"efforts.{efforts[0]}",
        )
        drafts = [suggested.order(self.pathway, self.asked, name, self.language) for name in efforts]
        yield Told("efforts", "open", told | suggested.offered(drafts, "any"))

    def _orders(self) -> Iterator[Told]:
        """A card for each effort that is ordered and not open; and what is missing, when that is the reason."""
        ordered: dict[str, list[Any]] = {}
        for order in self.asked.orders:
            effort = effort_of(order)
            if effort in self.decision.efforts:
                ordered.setdefault(str(effort), []).append(order)
        if not ordered:
            return
        yield from self._scope()
        for effort, orders in ordered.items():
            yield from self._order(effort, orders)
        if self._gaps.bear_on_facts or any(self.decision.efforts[one] == "ask" for one in ordered):
            yield from self._missing()

    def _order(self, effort: str, orders: Sequence[Any]) -> Iterator[Told]:
        why, state = f"efforts.{effort}", self.decision.efforts[effort]
        done_before = self._say(self.pathway.cards["efforts"]["open_done_before"].word)
        if state == "open" and self._advices[why].word != done_before:
            return
        told = self._advice(why, "info" if state == "open" else "warning")
        removal = suggested.removal(orders, self._advices[why].title, self.language)
        removals = [removal] if removal["actions"] and state not in ("open", "ask") else []
        yield Told(why, state, told.card | suggested.offered(removals, "at-most-one"))

    def _missing(self) -> Iterator[Told]:
        """One card on all that is missing, old or not understood; silent when there is nothing."""
        gaps = self._gaps
        if not gaps:
            return
        told = self._card("missing", _short(gaps.summary()), gaps.detail(), "info", "scope")
        tasks = [suggested.collection(self.pathway, self.asked, gaps.facts, self.language)] if gaps.facts else []
        yield Told("missing", "ask", told | suggested.offered(tasks, "at-most-one"))

    def _advice(self, why: str, indicator: str, *, more: Sequence[Explanation] = ()) -> Told:
        one = self._advices[why]
        sources = dict.fromkeys((*self._sources(why), *(source for other in more for source in other.sources)))
        lines = [f"{one.sentence} **{one.action}**", ""]
        if self.decision.provisional and why != "scope":
            lines += [self._say(_PROVISIONAL), ""]
        lines += [f"- {other.title}: {other.answer}" for other in more]
        facts = self._explained[why].facts if why in self._explained else ()
        lines += [f"- {question} {answer}" for question, answer in facts]
        card = self._card(why, self._summary(one), "\n".join([*lines, *_quoted(sources)]), indicator, why)
        return Told(why, one.state, card)

    def _summary(self, one: AdviceCard) -> str:
        """``title: word. sentence``; without the title or the word where the sentence says it."""
        if one.sentence.startswith(one.word):
            return _short(one.sentence)
        says_itself = one.why in ("scope", "group", "reassessment")
        return _short(f"{one.word}: {one.sentence}" if says_itself else f"{one.title}: {one.word}. {one.sentence}")

    def _sources(self, why: str) -> tuple[str, ...]:
        if why == "group" and not self.decision.group:
            return tuple(
                source
                for name in self.decision.possible_groups
                for source in self._explained[f"possible_groups.{name}"].sources
            )
        return self._explained[why].sources if why in self._explained else ()

    def _card(self, about: str, summary: str, detail: str, indicator: str, why: str) -> dict[str, Any]:
        identity = self.pathway.identity
        signed = "" if identity.signed_by else f" · {self._say(NOT_SIGNED)}"
        line = addresses.line(self.pathway, self.decision, why)
        return {
            "summary": summary,
            "detail": f"{detail}\n\n{self._say(identity.title)} {identity.version}{signed}",
            "indicator": indicator,
            "source": {"label": f"{self._say(identity.title)} {identity.version}", "url": line},
            "links": [
                {"label": self._say(_LINE), "url": line, "type": "absolute"},
                {"label": self._say(_COURSE), "url": addresses.course(self.asked.course), "type": "absolute"},
            ],
            "overrideReasons": suggested.override_reasons(self.language),
        }


_OPEN = Phrase("Åbne indsatser", "Open efforts")
_LINE = Phrase("Linjen i programmet", "The line of the programme")
_COURSE = Phrase("Forløbet i Rygrad", "The course in Rygrad")
_PROVISIONAL = Phrase(
    "Foreløbigt: det er ikke afgjort, om borgeren er omfattet.",
    "Provisional: it is not settled whether the citizen is covered.",
)


def composed(pathway: Pathway, call: Asked, as_of: date, language: str) -> list[Told]:
    """The cards of a call on a local day, from what came with it alone."""
    understood = facts_from(pathway, call.resources, as_of, patient=call.patient)
    decision = decide(pathway, understood.facts, as_of)
    return Composer(pathway, call, understood, decision, language).all()


def _quoted(sources: Any) -> list[str]:
    """Each source as a line of a quotation, the same one once."""
    found = list(dict.fromkeys(sources))
    return ["", *[line for source in found for line in (f"> {source}", ">")][:-1]] if found else []


def _short(text: str) -> str:
    """The text, cut between words when it is as long as the limit."""
    if len(text) < LIMIT:
        return text
    kept = text[: LIMIT - 2]
    return f"{kept.rpartition(' ')[0] or kept}…"
