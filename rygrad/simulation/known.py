"""What the acts of one course let everybody know: the facts its decision is made of, so that a story stays legal."""

from datetime import date
from typing import Any

_EFFECT_OF = {"physiotherapist": "effect_of_physiotherapy", "chiropractor": "effect_of_chiropractic"}
_DONE = {"imaging": "imaging_done", "surgical_assessment": "surgical_assessment_done"}


class Known:
    """The facts as they stand; add the acts in the order they are recorded."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[date, Any]] = {}
        self.derived: dict[str, Any] = {}
        self.clarified: set[str] = set()
        self.efforts: dict[str, str] = {}
        self.group: str | None = None
        self.visits: dict[str, int] = {}

    def facts(self) -> dict[str, Any]:
        """As ``decide`` takes them."""
        found = {name: value for name, (_, value) in self.said.items()} | self.derived
        return {**found, "clarified_alarms": sorted(self.clarified)} if self.clarified else found

    def add(self, name: str, body: dict[str, Any], day: date) -> None:
        """One more act, true of this day."""
        match name:
            case "facts_recorded" | "alarm_raised":
                for fact, value in body["facts"].items():
                    self._say(fact, value, day)
            case "alarm_clarified":
                self.clarified |= set(body["facts"])
            case "group_confirmed":
                self.group = body["group"]
            case "plan_confirmed":
                self.derived.setdefault("plan_confirmed_on", day)
            case "treatment_started" | "visit":
                self._treated(body["profession"], day, is_visit=name == "visit")
            case "effect_judged":
                self._judged(body)
            case "reassessed":
                self.derived["reassessed_on"] = max(day, self.derived.get("reassessed_on", day))
            case "returned_to_gp":
                self.derived |= {"returned_to_gp_on": day, "need_assessed_on": day}
            case "referral_sent":
                self.efforts[body["referral"]] = body["effort"]
            case "referral_done":
                done = _DONE.get(self.efforts[body["referral"]])
                if done:
                    self._say(done, "yes", day)

    def _say(self, fact: str, value: Any, day: date) -> None:
        if fact not in self.said or self.said[fact][0] <= day:
            self.said[fact] = (day, value)
            self.clarified.discard(fact)

    def _treated(self, profession: str, day: date, *, is_visit: bool) -> None:
        self.derived["first_treatment_on"] = min(day, self.derived.get("first_treatment_on", day))
        self.visits[profession] = self.visits.get(profession, 0) + is_visit

    def _judged(self, body: dict[str, Any]) -> None:
        self.derived[_EFFECT_OF[body["profession"]]] = body["effect"]
        if body["effect"] == "no_effect":
            self.derived.pop("returned_to_gp_on", None)
            self.derived.pop("need_assessed_on", None)
