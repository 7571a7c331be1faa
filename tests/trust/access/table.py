"""Who may what, written by hand from what the roles are for: one line a rule, and nothing here is read from the product.

``STANDINGS``: how each of the cast stands to Dina's course while she is treated at Bo's. ``PAGES``: what each address
that leads to a course asks of whoever opens it (``get``) or sends its form (``post``).
"""

from dataclasses import dataclass

CLINICIANS = frozenset({"general_practitioner", "physiotherapist", "chiropractor", "specialist", "hospital_clinician"})
WORKERS = CLINICIANS | {"municipal_worker"}
WHO = {
    "workers": WORKERS,
    "clinicians": CLINICIANS,
    "therapists": frozenset({"physiotherapist", "chiropractor"}),
    "doctors": CLINICIANS - {"physiotherapist"},  # those who may clarify a sign
    "gps": frozenset({"general_practitioner"}),
    "municipal": frozenset({"municipal_worker"}),
    "citizens": frozenset({"citizen"}),
    "relatives": frozenset({"relative"}),
    "workers+citizens": WORKERS | {"citizen"},
}
# who · role · what relation · what parts are seen · what is seen 31 days after the course ended
_STANDINGS = """
anna        general_practitioner own_gp        all              all    own GP now
agnes       general_practitioner own_gp        all              all    in the same unit as own GP
greta       general_practitioner care          all              -      a GP who had the course and has it no more
tom         general_practitioner -             -                -      a GP elsewhere
bo          physiotherapist      holder        all              -      the holder now
bente       physiotherapist      holder        all              -      in the same unit as the holder
carla       physiotherapist      -             -                -      in another unit
pia         physiotherapist      care          plan             -      with consent to the plan alone
karl        physiotherapist      -             -                -      whose emergency access is over
kirsten     chiropractor         care          all              -      a former holder
kim         chiropractor         -             -                -      in another unit
hanne       specialist           receiver      all              -      has a referral, and has not answered it
ib          specialist           -             -                -      refused the referral
ole         specialist           -             -                -      in another unit
rasmus      hospital_clinician   care          plan+work+scores -      accepted a referral; clinical blocked from hospitals
ea          hospital_clinician   care          all              -      in an emergency, the block notwithstanding
hans        hospital_clinician   -             -                -      in another unit
freja       municipal_worker     care          plan+work        -      municipality with a referral
mia         municipal_worker     care          plan             -      municipality with consent to the plan
mads        municipal_worker     care          work             -      … to work alone
mona        municipal_worker     care          plan+clinical    -      … to plan and clinical
morten      municipal_worker     care          plan+work+scores -      … to plan, work and scores
malene      municipal_worker     care          all              -      … to every part
maja        municipal_worker     -             -                -      municipality without any
dina        citizen              self          all              all    the citizen
lone        citizen              -             -                -      another citizen
erik        relative             shared        plan             plan   a relative who sees the plan
rel-work    relative             shared        plan+work        plan+work      … and work
rel-clinical relative            shared        plan+clinical    plan+clinical  … and what is written
rel-scores  relative             shared        plan+scores      plan+scores    … and the numbers
rel-all     relative             shared        all              all            … and everything
rel-last    relative             shared        all              -      on the last day
rel-after   relative             -             -                -      the day after
rel-stopped relative             -             -                -      whom Dina has stopped sharing with
rel-never   relative             -             -                -      with whom nothing was shared
gudrun      administrator        -             -                -      runs the site
mette       programme_manager    -             -                -      follows the programme
nobody      -                    -             -                -      not logged in
"""
_FROM_THE_FIRST_DAY = ("anna", "agnes", "greta", "bo", "bente", "kirsten", "dina")
# address · how (get: opened; post: its form sent; list: a form about a row of one's own list, which says of any other
# that it is not there) · role · parts that the page is made of (404 without) · relation · parts the act needs (403
# without) · in which stage of the course the form is really recorded (- : it records nothing)
_PAGES = """
course            get  workers          any              any          -         -
start             get  clinicians       clinical+scores  any          -         -
plan              get  clinicians       any              any          -         -
hand_over         get  clinicians       any              any          -         -
access            get  workers+citizens any              any          -         -
return            get  clinicians       clinical+scores  any          -         -
offers            get  clinicians       any              any          -         -
refer             get  clinicians       clinical+scores  any          -         -
referral          get  workers          plan             any          -         -
letter            get  workers          all              any          -         -
print_plan        get  workers          any              any          -         -
print_letter      get  workers          all              any          -         -
mine_course       get  citizens         any              self         -         -
question          get  citizens         any              self         -         -
sharing_of        get  citizens         any              self         -         -
as_relative       get  citizens         any              self         -         -
shared_course     get  relatives        any              shared       -         -
none_of_the_signs post clinicians       clinical+scores  care         -         opened
answer            post workers          any              care         work      treated
group             post clinicians       any              care         clinical  treated
plan              post clinicians       any              care         clinical  treated
information       post workers          any              care         -         treated
visit             post therapists       clinical+scores  care         clinical  treated
read              post clinicians       any              holder|own_gp -        treated
score             post clinicians       any              care         clinical  treated
reassessed        post clinicians       any              care         clinical  treated
effort            post gps              any              own_gp       clinical  returned
clarify           post doctors          any              care         clinical  treated
end               post clinicians       any              holder|own_gp -        treated
message           post workers          any              care         -         treated
hand_over         post clinicians       any              holder|own_gp -        treated
correct           post workers          any              holder       -         treated
return            post clinicians       clinical+scores  care         clinical  without_effect
refer             post clinicians       clinical+scores  care         clinical  treated
referral_step     post workers          any              receiver     -         treated
set_work          post municipal        any              care         work      treated
choose            list workers          any              holder       -         treated
bulk              list workers          any              holder       -         -
bulk_confirm      list workers          any              holder       -         treated
undo              post workers+citizens any              holder       -         treated
question_answer   post citizens         any              self         -         treated
read_information  post citizens         any              self         -         treated
invite_relative   post citizens         any              self         -         treated
stop_sharing      post citizens         any              self         -         treated
block_part        post citizens         any              self         -         treated
"""
# Lists: on which of them Dina's name stands, for whom. Nothing is said of her to anybody else.
_LISTS = """
worklist          holder|hanne|rasmus|freja  who is to do something: the holder, and the receivers of referrals
worklist_csv      holder|hanne|rasmus|freja  the same as a file
print_emergency   clinicians   every clinician with a care relationship
found             workers      found by name
mine              self         the citizen's own page
my_data_file      self         everything about oneself
my_data_page      self         … as a page
print_my_plan     self         … the plan on paper
shared_with_me    shared       whose course is shared with me
"""


@dataclass(frozen=True)
class Standing:
    """How one of the cast stands to the course."""

    who: str
    role: str
    relation: str
    sees: frozenset[str]
    later: frozenset[str]
    means: str

    def parts(self, stage: str) -> frozenset[str]:
        """What is seen in this stage."""
        if stage == "opened" and self.who not in _FROM_THE_FIRST_DAY:
            return frozenset()
        return self.later if stage == "ended" else self.sees

    def relations(self, stage: str) -> frozenset[str]:
        """What they are to the course in this stage: own GP holds it once it has come back."""
        if not self.parts(stage):
            return frozenset()
        more = {"own_gp": {"care"}, "holder": {"care"}, "receiver": {"care"}}.get(self.relation, set())
        held = {"holder"} if self.relation == "own_gp" and stage == "returned" else set()
        relations = {self.relation, *more, *held}
        return frozenset(relations - ({"holder"} if self.relation == "holder" and stage == "returned" else set()))


@dataclass(frozen=True)
class Rule:
    """What one address asks."""

    name: str
    how: str
    who: frozenset[str]
    shown_with: frozenset[str]
    relations: frozenset[str]
    acts_with: frozenset[str]
    stage: str


ALL = frozenset({"plan", "work", "clinical", "scores"})


def _parts(text: str) -> frozenset[str]:
    return ALL if text == "all" else frozenset(text.split("+")) - {"-", "any"}


def _standing(line: str) -> Standing:
    who, role, relation, sees, later, means = line.split(None, 5)
    return Standing(who, role, relation.replace("-", ""), _parts(sees), _parts(later), means)


def _rule(line: str) -> Rule:
    name, how, who, shown, relations, acting, stage = line.split()
    return Rule(name, how, WHO[who], _parts(shown), frozenset(relations.split("|")) - {"any"}, _parts(acting), stage)


STANDINGS = [_standing(line) for line in _STANDINGS.strip().splitlines()]
PAGES = [_rule(line) for line in _PAGES.strip().splitlines()]
LISTS = {line.split()[0]: line.split()[1] for line in _LISTS.strip().splitlines()}


def cell(rule: Rule, standing: Standing, stage: str, *, pages: bool = True) -> str:
    """``there`` · ``refused``: told that it is not theirs to do · ``hidden``: as if the course did not exist.

    A page is not there for a role that it is not for; a system with a token is told so, where the course is known.
    """
    parts, relations = standing.parts(stage), standing.relations(stage)
    if not parts or not rule.shown_with <= parts:
        return "hidden"
    if standing.role not in rule.who:
        return "hidden" if pages else "refused"
    if rule.relations and not (rule.relations & relations and rule.acts_with <= parts):
        return "refused" if rule.how == "post" else "hidden"
    return "there"


# FHIR, to those with a token, who are professionals: type · what of it is seen with which part (any: one of them is enough).
# A type is read by id, searched by citizen and by id, and its versions are read, all by the same rule. Then, who sees some
# of it without: the letter of a referral is read by whom it was sent to.
_TYPES = """
Patient               any
RelatedPerson         all
EpisodeOfCare         any
CareTeam              any
CarePlan              plan
Condition             clinical
Observation           any
QuestionnaireResponse clinical
ServiceRequest        plan
Task                  plan
Communication         clinical rasmus freja
Provenance            any
"""
# What is done through FHIR and CDS Hooks: how · role · parts (404 without) · relation · parts of the act (403 without)
_DONE = """
Observation           post workers    any              care     work
QuestionnaireResponse post workers    any              care     work
Communication         post workers    any              care     -
ServiceRequest        post clinicians clinical+scores  care     clinical
Task                  post workers    plan             receiver -
$everything           get  workers    any              care     -
$apply                get  workers    clinical         care     -
$apply                post clinicians any              care     clinical
$export               get  workers    any              care     -
"""
TYPES = {name: (needs, without) for name, needs, *without in map(str.split, _TYPES.strip().splitlines())}
DONE = [_rule(f"{line} -") for line in _DONE.strip().splitlines()]


def type_is_seen(name: str, standing: Standing) -> bool:
    """Whether there is one of this type for them, on Dina's course in treatment."""
    needs, without = TYPES[name]
    if standing.who in without:
        return True
    return bool(standing.sees) if needs == "any" else bool(standing.sees) and _parts(needs) <= standing.sees
