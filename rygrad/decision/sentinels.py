"""The sentinel citizens asked anew: which of the pinned answers has changed, and which answers none of them gives."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

import msgspec

from rygrad.decision.advice import advise
from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision, EffortState, ReturnState, ScopeState
from rygrad.decision.explanation import explain
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.sentinels import FILE, Sentinel
from rygrad.pathway.words import Phrase

Decide = Callable[[Mapping[str, Any], date], Decision]

_BYTES = msgspec.json.Encoder(order="sorted")
_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Answered:
    """What a sentinel is answered now."""

    answers: dict[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentinel that is answered otherwise. ``answers``: conclusion, pinned, now; empty when only words changed."""

    sentinel: str
    answers: tuple[tuple[str, str, str], ...]
    digest: str

    @property
    def said(self) -> Phrase:
        """Which sentinel, and which of its answers: from what to what."""
        answers = " · ".join(f"{name}: {pinned} → {now}" for name, pinned, now in self.answers)
        return Phrase(
            f"kontrolborgeren {self.sentinel} får et andet svar ({answers or 'kun ord eller begrundelse'})",
            f"the sentinel citizen {self.sentinel} is answered otherwise ({answers or 'words or reasons alone'})",
        )


def changed_sentinels(pathway: Pathway, by: Decide) -> list[Changed]:
    """Every sentinel of the content whose answer, decided as the caller decides, is not the pinned one."""
    found = (_changed(sentinel, answered(pathway, sentinel, by)) for sentinel in pathway.sentinels)
    return [changed for changed in found if changed]


def told(changed: Sequence[Changed]) -> list[Phrase]:
    """A line for each whose answers changed; then one that counts those of whom words or reasons alone did."""
    lines, worded = [one.said for one in changed if one.answers], sum(not one.answers for one in changed)
    if worded:
        da = f"kontrolborgere, hvis svar kun er ændret i ord eller begrundelse: {worded}"
        en = f"sentinel citizens whose answers differ in words or reasons alone: {worded}"
        lines.append(Phrase(da, en))
    return lines


def answered(pathway: Pathway, sentinel: Sentinel, by: Decide) -> Answered:
    """The answers to one sentinel; an engine that raises answers with the error's name, and nothing else."""
    try:
        decision = by(sentinel.given, sentinel.as_of)
        reasoned = replace(decision, reasons=decide(pathway, sentinel.given, sentinel.as_of).reasons)
        texts = [(advise(pathway, reasoned, lang), explain(pathway, reasoned, lang)) for lang in ("da", "en")]
        return Answered(answers_of(decision), _digest(reasoned, texts))
    except Exception as error:  # whatever an altered engine raises is an answer that changed
        return Answered({"error": type(error).__name__}, "")


def answers_of(decision: Decision) -> dict[str, str]:
    """What a decision comes to, by conclusion, for people to read."""
    found = {
        "scope": str(decision.scope),
        "group": " / ".join(decision.possible_groups) or "–",
        "urgency": str(decision.urgency),
        "alarms": ", ".join(alarm["id"] for alarm in decision.alarms) or "–",
        "exclusions": ", ".join(f"{one['fact']} {one['state']}" for one in decision.exclusions) or "–",
        "reassessment": str(decision.reassessment["state"]),
        "return_to_gp": str(decision.return_to_gp),
    }
    return found | {f"efforts.{name}": str(state) for name, state in decision.efforts.items()}


def _digest(decision: Decision, texts: list[Any]) -> str:
    """Of everything but which content and engine it was."""
    plain: dict[str, Any] = msgspec.to_builtins(decision)
    for which in ("pathway", "engine"):
        del plain[which]
    return hashlib.sha256(_BYTES.encode([plain, texts])).hexdigest()[:_LENGTH]


def _changed(sentinel: Sentinel, now: Answered) -> Changed | None:
    if now.digest == sentinel.digest and now.answers == sentinel.answers:
        return None
    names = dict.fromkeys((*sentinel.answers, *now.answers))
    pairs = ((name, sentinel.answers.get(name, "–"), now.answers.get(name, "–")) for name in names)
    return Changed(sentinel.id, tuple(pair for pair in pairs if pair[1] != pair[2]), now.digest)


def check_sentinels(pathway: Pathway) -> list[ContentError]:
    """Every pinned answer that the content does not give, and every answer of the programme that none of them has."""
    changed = changed_sentinels(pathway, lambda facts, day: decide(pathway, facts, day, with_reasons=False))
    return [*map(_problem, changed), *_never_answered(pathway)]


def _problem(changed: Changed) -> ContentError:
    """What to do is said as well: the answers are read by a clinician, and then written anew."""
    written = "rygrad content sentinels"
    return ContentError(FILE, f"{changed.said.da}: {written}", f"{changed.said.en}: {written}")


def _never_answered(pathway: Pathway) -> Iterator[ContentError]:
    given = {name: {s.answers.get(name, "") for s in pathway.sentinels} for name in ("scope", "group", "urgency")}
    given["return_to_gp"] = {sentinel.answers.get("return_to_gp", "") for sentinel in pathway.sentinels}
    given["efforts"] = {v for s in pathway.sentinels for name, v in s.answers.items() if name.startswith("efforts.")}
    for kind in ("alarms", "exclusions"):
        given[kind] = {part.split(" ")[0] for s in pathway.sentinels for part in s.answers.get(kind, "").split(", ")}
    for kind, wanted in _wanted(pathway).items():
        for answer in wanted:
            if answer not in given[kind]:
                da, en = f"ingen kontrolborger får svaret {kind} {answer}", f"no sentinel is answered {kind} {answer}"
                yield ContentError(FILE, da, en)


def _wanted(pathway: Pathway) -> dict[str, tuple[str, ...]]:
    return {
        "scope": get_args(ScopeState),
        "group": tuple(pathway.groups),
        "urgency": (*pathway.urgencies, "none"),
        "alarms": tuple(pathway.alarms),
        "exclusions": tuple(pathway.exclusions),
        "return_to_gp": get_args(ReturnState),
        "efforts": get_args(EffortState),
    }
