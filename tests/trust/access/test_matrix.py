"""The full matrix, run against the table that is written apart: pages, FHIR, CDS Hooks; on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rygrad.fhir.api.kinds import KINDS, OF_A_PERSON
from rygrad.record import access, door
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from tests.figures import write_figures
from tests.record.databases import Databases
from tests.trust.access import neighbours, pages
from tests.trust.access.asking import browser
from tests.trust.access.matrix import Asked, Tally
from tests.trust.access.table import DONE, LISTS, PAGES, STANDINGS, TYPES
from tests.trust.access.world import NOW, STAGES, frozen, made

_FEW = ("pia",)
_HERE = "tests/trust/access/test_matrix.py::test_every_cell_of_the_matrix_is_as_the_table_says"
_SAYS = "every page, form, type and interaction × every way to stand to the course"


def test_every_address_that_leads_to_a_course_has_its_rule() -> None:
    to_a_course = {name for name, pattern in pages.addresses().items() if pages.leads_to_a_course(pattern)}
    written = {rule.name for rule in PAGES}
    assert to_a_course <= written, "an address without a rule"
    assert written - to_a_course <= set(pages.BY_FORM), "a rule without an address"
    assert set(LISTS) - {"found"} <= set(pages.addresses())


def test_every_type_and_everything_other_systems_write_has_its_rule() -> None:
    assert set(TYPES) == set(OF_A_PERSON)
    assert {name for name, kind in KINDS.items() if kind.writes} <= {rule.name for rule in DONE}


def test_a_few_of_the_cast_are_answered_as_the_table_says(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(monkeypatch)
    with databases.fresh("sqlite"):
        tally, w = Tally(), made("treated")
        Asked(w, "treated", tally).all_of([one for one in STANDINGS if one.who in _FEW])
        neighbours.hook_about(w, tally)
    write_figures("access-matrix", promise="T7", says=_SAYS, test=_HERE, counts=tally.counts(), full=False)
    assert tally.wrong == []


@pytest.mark.long
@pytest.mark.xdist_group("matrix")
def test_every_cell_of_the_matrix_is_as_the_table_says(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    move, whole, cells = frozen(monkeypatch), Tally(), {}
    for engine in ("sqlite", "postgresql"):
        tally = Tally()
        for stage in STAGES:
            move(NOW)
            with databases.fresh(engine):
                _run(stage, tally, move)
        whole.cells += tally.cells
        cells[engine] = sum(tally.cells.values())
        whole.wrong += [f"{engine} {one}" for one in tally.wrong]
        never = {f"{rule.name} {rule.how}" for rule in PAGES if rule.stage != "-"} - tally.recorded
        whole.wrong += [f"{engine}: {one} was recorded for nobody" for one in sorted(never)]
    move(NOW)
    with databases.fresh("sqlite"):
        found = planted(monkeypatch)
    write_figures("access-matrix", promise="T7", says=_SAYS, test=_HERE, counts=counted(whole, cells, found), full=True)
    assert found > 0
    assert whole.wrong == []


def counted(whole: Tally, cells: dict[str, int], found: int) -> dict[str, Any]:
    """The figures of the full run."""
    of_each = {f"of them on {engine}": number for engine, number in cells.items()}
    apart = {"ways to stand to the course": len(STANDINGS), **whole.counts(), **of_each}
    return apart | {"planted: another unit's access given to Carla, cells found": found}


def planted(monkeypatch: pytest.MonkeyPatch) -> int:
    """The negative control: how many cells are found wrong when the door takes Carla for Bo."""
    w, tally = made("treated"), Tally()
    carla, bo, judged = w.who["carla"], w.who["bo"], access.standing

    def taken_for_bo(actor: Actor, *more: Any) -> access.Standing:
        return judged(replace(actor, organisation=bo.organisation) if actor.id == carla.id else actor, *more)

    with monkeypatch.context() as patch:
        patch.setattr(door, "is_near", lambda *_: True)
        patch.setattr(access, "standing", taken_for_bo)
        Asked(w, "treated", tally).all_of([one for one in STANDINGS if one.who == "carla"])
    return len(tally.wrong)


def _run(stage: str, tally: Tally, move: Any) -> None:
    w = made(stage)
    if stage == "ended":
        move(NOW + timedelta(days=31))
    Asked(w, stage, tally).all_of(STANDINGS)
    if stage == "treated":
        systems = neighbours.Asked(w, tally)
        for standing in STANDINGS:
            if w.who.get(standing.who) and w.who[standing.who].organisation:
                systems.all_of(standing)
        neighbours.hooks(tally)
        neighbours.hook_about(w, tally)


@pytest.mark.long
@pytest.mark.parametrize("who", ["kim", "ole", "hans"])
def test_the_clinicians_who_are_not_in_the_table_of_everybody_are_answered_as_those_who_are(
    who: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chiropractor, a specialist and a hospital's clinician elsewhere: as a GP elsewhere, who stands in that table."""
    from tests.browser.test_everybody import EXPECTED

    frozen(monkeypatch)
    wrong = []
    with databases.fresh("sqlite"):
        w = made("treated")
        client, ids = browser(w.who[who]), w.ids | {"sha256": active().sha256, "indicator": "Q2"}
        for name, pattern in pages.addresses().items():
            if name not in EXPECTED or pages.leads_to_a_course(pattern) or name in _NOT_HERE:
                continue
            at = pages.address(name, ids)
            answers = client.get(at).status_code, client.post(at).status_code
            if answers != EXPECTED[name]["tom"]:
                wrong.append(f"{name}: {answers} and not {EXPECTED[name]['tom']}")
    assert wrong == []


# Public, or needing what this record does not hold (a region's numbers); and the one that ends the session.
_NOT_HERE = frozenset(
    {
        "logout",
        "demo",
        "new_password",
        "integration",
        "integration_example",
        "health",
        "programme_group",
        "change_password",
    }
    | {f"region{more}" for more in ("", "_csv", "_report", "_flow", "_flow_csv", "_indicator", "_indicator_csv")}
)
