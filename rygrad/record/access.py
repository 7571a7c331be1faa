"""Who may do and see what: one table of roles, relations and actions; everything else is denied.

A cell names the relations that are enough: ``care`` a care relationship in force · ``holder`` and ``own_gp`` being that
for this course · ``receiver`` the referral's receiver · ``self`` the citizen · ``shared`` a relative, until a date ·
``any`` the role alone. What ``care`` and ``shared`` see is further cut down to the parts of the relationship.
"""

from dataclasses import dataclass
from datetime import date

from rygrad.pathway.words import Phrase
from rygrad.record.act import PARTS
from rygrad.record.actor import ROLES, Actor
from rygrad.record.acts import Act
from rygrad.record.coursefile import CourseFile, Relationship
from rygrad.record.words import VALUE_WORDS

_TABLE = """
                   general_practitioner physiotherapist chiropractor specialist hospital_clinician municipal_worker citizen relative administrator programme_manager
course_opened      any                  any             any          any        any                .                .       .        .             .
facts_recorded     care                 care            care         care       care               care             self    .        .             .
alarm_raised       care                 care            care         care       care               care             self    .        .             .
alarm_clarified    care                 .               care         care       care               .                .       .        .             .
group_confirmed    care                 care            care         care       care               .                .       .        .             .
group_declined     care                 care            care         care       care               .                .       .        .             .
plan_confirmed     care                 care            care         care       care               .                .       .        .             .
history_received   care                 care            care         care       care               .                .       .        .             .
information_given  care                 care            care         care       care               care             .       .        .             .
information_read   .                    .               .            .          .                  .                self    .        .             .
treatment_started  .                    care            care         .          .                  .                .       .        .             .
visit              .                    care            care         .          .                  .                .       .        .             .
treatment_ended    .                    care            care         .          .                  .                .       .        .             .
scores_recorded    care                 care            care         care       care               .                self    .        .             .
effect_judged      care                 care            care         care       care               .                .       .        .             .
effect_felt        .                    .               .            .          .                  .                self    .        .             .
reassessed         care                 care            care         care       care               .                .       .        .             .
returned_to_gp     care                 care            care         care       care               .                .       .        .             .
gp_decided         own_gp               .               .            .          .                  .                .       .        .             .
referral_sent      care                 care            care         care       care               .                .       .        .             .
referral_received  receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_accepted  receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_refused   receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_booked    receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_done      receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_answered  receiver             receiver        receiver     receiver   receiver           receiver         .       .        .             .
referral_settled   holder|own_gp        holder          holder       holder     holder             .                .       .        .             .
message_to_gp      care                 care            care         care       care               care             .       .        .             .
holder_changed     holder|own_gp        holder          holder       holder     holder             .                .       .        .             .
course_ended       holder|own_gp        holder          holder       holder     holder             .                .       .        .             .
correction         care                 care            care         care       care               care             self    .        .             .
persons_linked     care                 .               .            .          .                  .                .       .        .             .
persons_unlinked   care                 .               .            .          .                  .                .       .        .             .
access_granted     care                 care            care         care       care               .                self    .        .             .
access_revoked     care                 .               .            .          .                  .                self    .        .             .
part_blocked       .                    .               .            .          .                  .                self    .        .             .
part_unblocked     .                    .               .            .          .                  .                self    .        .             .
emergency_access   any                  any             any          any        any                .                .       .        .             .
see_plan           care                 care            care         care       care               care             self    shared   .             .
see_work           care                 care            care         care       care               care             self    shared   .             .
see_clinical       care                 care            care         care       care               care             self    shared   .             .
see_scores         care                 care            care         care       care               care             self    shared   .             .
see_access_log     .                    .               .            .          .                  .                self    .        .             .
export_everything  .                    .               .            .          .                  .                self    .        .             .
administer         .                    .               .            .          .                  .                .       .        any           .
"""


def _read(text: str) -> dict[str, dict[str, frozenset[str]]]:
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {
        row[0]: {role: frozenset(cell.split("|")) - {"."} for role, cell in zip(head, row[1:], strict=True)}
        for row in rows
    }


TABLE = _read(_TABLE)
assert all(tuple(cells) == ROLES for cells in TABLE.values())  # noqa: S101
BASIS_WORDS = {
    "holder": Phrase("har haft ansvaret for forløbet", "has been accountable for the course"),
    "own_gp": Phrase("er egen læge", "is own GP"),
    "referral": Phrase("har fået en henvisning", "has received a referral"),
    "consent": Phrase("har borgerens samtykke", "has the citizen's consent"),
    "emergency": Phrase("har taget nødadgang med begrundelse", "took emergency access with a reason"),
    "sharing": Phrase("har fået adgang af borgeren", "was given access by the citizen"),
    "self": Phrase("er borgeren selv", "is the citizen"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to a course on a day: relations, the parts within reach, and on which bases.

    ``blocked`` are the parts that would be within reach, had the citizen not blocked them.
    """

    relations: frozenset[str]
    parts: frozenset[str]
    bases: tuple[str, ...]
    blocked: frozenset[str] = frozenset()

    @property
    def is_stranger(self) -> bool:
        """No relation at all: the course does not exist for them."""
        return not self.relations


def standing(actor: Actor, person_ids: frozenset[str], file: CourseFile, day: date) -> Standing:
    """How this actor stands to the course; ``person_ids`` are the course's citizen and those linked as the same."""
    if actor.role == "citizen":
        own = actor.person in person_ids
        return Standing(frozenset({"self"} if own else ()), frozenset(PARTS if own else ()), ("self",) if own else ())
    if actor.role == "relative":
        shares = [s for s in file.sharings if s.to == actor.person and s.holds_on(day)]
        return _from(shares, "shared")
    found = _from(file.relationship(actor.organisation, day) if actor.organisation else [], "care")
    more = {name for name, at in (("holder", file.holder), ("own_gp", file.own_gp)) if at == actor.organisation}
    if not found.relations:
        return Standing(frozenset(), frozenset(), ())
    blocked = frozenset() if more or "emergency" in found.bases else _blocked(actor, file) & found.parts
    return Standing(found.relations | more, found.parts - blocked, found.bases, blocked)


def sector_of(role: str) -> str:
    """The sector a professional works in: practice, hospital or municipality."""
    return {"municipal_worker": "municipality", "hospital_clinician": "hospital"}.get(role, "practice")


def _blocked(actor: Actor, file: CourseFile) -> frozenset[str]:
    return frozenset(part for part, sector in file.blocked if sector == sector_of(actor.role))


def _from(relationships: list[Relationship], relation: str) -> Standing:
    parts = frozenset(part for r in relationships for part in r.parts)
    bases = tuple(dict.fromkeys(r.basis for r in relationships))
    return Standing(frozenset({relation} if relationships else ()), parts, bases)


def relations_for(act: Act, actor: Actor, stands: Standing, file: CourseFile) -> frozenset[str]:
    """The standing's relations, with ``any``, and ``receiver`` when the act's referral was sent here."""
    referral = file.referrals.get(getattr(act, "referral", ""))
    receives = referral is not None and referral.to == actor.organisation and "care" in stands.relations
    return stands.relations | {"any"} | ({"receiver"} if receives else set())


def may(actor: Actor, action: str, relations: frozenset[str]) -> bool:
    """The table's word."""
    return bool(TABLE[action][actor.role] & relations)


def sees(actor: Actor, stands: Standing) -> frozenset[str]:
    """The parts this actor may see: by the table, and within the relationship's parts."""
    return frozenset(p for p in PARTS if p in stands.parts and may(actor, f"see_{p}", stands.relations))


def why_may(actor: Actor, stands: Standing) -> Phrase:
    """In words: why this actor may see the course."""
    if stands.is_stranger:
        return Phrase(f"{actor.name} har ingen adgang.", f"{actor.name} has no access.")
    bases = [BASIS_WORDS[basis] for basis in stands.bases]
    parts = [PART_WORDS[part] for part in PARTS if part in sees(actor, stands)]
    return Phrase(
        f"{actor.name} {' og '.join(w.da for w in bases)}. Ser: {', '.join(w.da for w in parts)}.",
        f"{actor.name} {' and '.join(w.en for w in bases)}. Sees: {', '.join(w.en for w in parts)}.",
    )


PART_WORDS = {part: VALUE_WORDS[part] for part in PARTS} | {
    "plan": Phrase("plan og næste skridt", "plan and next step")
}
