"""What the invented places offer: what they take and do not take, an invented phone number, how long one waits."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from rygrad.simulation.shapes import LocalOffer

OFFERED_SINCE = date(2024, 1, 1)
THE_MOVE = date(2027, 1, 1)


@dataclass(frozen=True, slots=True)
class Says:
    """What an offer says of itself; ``weeks`` is about how long one waits."""

    takes: str
    preconditions: str
    does_not_take: str
    weeks: int


SAYS: dict[str, Says] = {
    "imaging": Says(
        "MR og røntgen af ryg og nakke på henvisning. Akutte udfald efter aftale på telefon.",
        "Skriv, hvilket fund der vil ændre planen, og om borgeren har metal eller pacemaker i kroppen.",
        "Rygsmerter uden udfald, hvor svaret ikke ændrer behandlingen.",
        4,
    ),
    "back_unit": Says(
        "Voksne med rygsmerter, der trods behandling i praksissektoren ikke er bedre. Tværfaglig vurdering.",
        "Behandlingen er prøvet, og effekten er vurderet. Vedlæg, hvad der er prøvet, og seneste målinger.",
        "Akutte udfald (ring til vagthavende) og borgere, der allerede går på en smerteklinik.",
        6,
    ),
    "surgical_assessment": Says(
        "Vedvarende rygsmerter eller rodsmerter, hvor operation kan komme på tale.",
        "MR er højst 6 måneder gammel. Borgeren ønsker operation, hvis den tilbydes.",
        "Uspecifikke lændesmerter uden fund ved MR.",
        5,
    ),
    "pain_clinic": Says(
        "Langvarige smerter med stor påvirkning af hverdagen. Tværfaglig smertebehandling.",
        "Udredningen er afsluttet, og borgeren kan deltage i et forløb på flere måneder.",
        "Borgere med uafklarede alarmtegn eller igangværende udredning.",
        22,
    ),
    "occupational_medicine": Says(
        "Borgere, hvis rygsmerter kan hænge sammen med arbejdet. Vurdering og råd til arbejdspladsen.",
        "Beskriv arbejdsopgaverne: løft, stillinger og timer om ugen.",
        "Sager, der kun handler om erstatning.",
        8,
    ),
    "employment": Says(
        "Borgere i job eller uddannelse, der er sygemeldt eller ved at blive det på grund af ryggen.",
        "Borgeren bor i kommunen og er indforstået med, at arbejdspladsen eller skolen kontaktes.",
        "Selvstændige uden ansatte; de henvises til vurdering af forsørgelsesgrundlag.",
        2,
    ),
    "labour_market_and_income": Says(
        "Borgere, der har brug for en vurdering af arbejdsevne, skånehensyn eller forsørgelse.",
        "Borgeren bor i kommunen. Vedlæg, hvad borgeren kan klare i en almindelig uge.",
        "Borgere med et igangværende forløb i et andet jobcenter.",
        3,
    ),
}
# Three kinds of municipal prevention: a stem for the id, the name, and what it says.
PREVENTION: tuple[tuple[str, str, Says], ...] = (
    (
        "soft",
        "Ryghold og træningsvejledning",
        Says(
            "Voksne med rygsmerter, der kan træne på hold to gange om ugen i otte uger.",
            "Borgeren bor i kommunen og kan selv komme frem. Alarmtegn er afklaret.",
            "Borgere, der skal løftes eller følges, og borgere i de første uger efter en operation.",
            3,
        ),
    ),
    (
        "guidance",
        "Individuel vejledning om ryg og bevægelse",
        Says(
            "Borgere, der hellere vil tale med én end gå på hold: bevægelse, søvn, vægt og rygning.",
            "Borgeren bor i kommunen. Tolk bestilles af kommunen.",
            "Behandling med hænderne; det hører til hos fysioterapeut og kiropraktor.",
            1,
        ),
    ),
    (
        "course",
        "Ro på ryggen: kursus i en hverdag med smerter",
        Says(
            "Borgere, der har haft smerter længe og vil lære at leve bedre med dem. Syv eftermiddage.",
            "Borgeren bor i kommunen og kan følge undervisning på dansk. Pårørende er velkomne.",
            "Borgere med akutte smerter eller uafklarede alarmtegn.",
            7,
        ),
    ),
)


def described(offer: LocalOffer, says: Says, number: int, as_of: date) -> LocalOffer:
    """The offer with its texts, a phone number of its own, and a waiting time checked some days before ``as_of``."""
    return replace(
        offer,
        takes=says.takes,
        preconditions=says.preconditions,
        does_not_take=says.does_not_take,
        phone=f"00 00 {number // 100:02} {number % 100:02}",
        waiting_weeks=says.weeks + number % 3,
        waiting_checked_on=as_of - timedelta(days=3 + number * 5 % 25),
    )


def prevention(number: int, town: str, municipality: str, owner_from_the_move: str) -> list[tuple[LocalOffer, Says]]:
    """A municipality's two or three prevention offers; the first one's ryghold gets another owner at the move."""
    rows = []
    for stem, name, says in PREVENTION[: 2 if number % 3 == 0 else 3]:
        offer, called = f"offer-demo-{stem}-{number:02}", f"{name}, {town} (demo)"
        moves = (number, stem) == (1, "soft")
        until = THE_MOVE - timedelta(days=1) if moves else None
        made = LocalOffer(offer, "municipal_prevention", called, municipality, municipality, OFFERED_SINCE, until)
        rows.append((made, says))
        if moves:
            rows.append((replace(made, owner=owner_from_the_move, valid_from=THE_MOVE, valid_until=None), says))
    return rows
