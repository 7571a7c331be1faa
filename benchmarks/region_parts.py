"""The parts of `benchmarks.region` that run in a process of their own; each prints one row a line, as JSON.

Nothing heavy is imported before it is needed: DuckDB is to be measured alone, and OpenFisca's Python has none of our
libraries.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

AS_OF = date(2026, 10, 31)
"""The day that `rygrad synth` tells of."""
_CITIZENS, _USER = 200, "mette"
_FACTS = ("onset_on", "recurring_back_problems", "worried_about_diagnosis", "complex_surroundings")
_KNOWN = " AND ".join(f"{name} IS NOT NULL" for name in _FACTS) + " AND onset_on_latest IS NULL"


def duckdb(*queries: str) -> None:
    """DuckDB and nothing else."""
    con = import_module("duckdb").connect()
    con.execute("SET enable_progress_bar = false")
    for query in queries:
        con.execute(query).fetchall()


def count(made: str) -> None:
    """The counts of every indicator, level, unit and month, before any is hidden."""
    from rygrad.quality.counting import count as counted
    from rygrad.quality.read import load_indicators

    print(len(counted(load_indicators(), Path(made))))


def report(numbers: str, out: str) -> None:
    """The region's report from the written table, as `rygrad indicators --report html` writes it."""
    from rygrad.quality.report import html
    from rygrad.quality.table import IndicatorTable

    Path(out).write_text(html(IndicatorTable.load(numbers)), "utf-8")


def pages(url: str) -> None:
    """Every address of the region's pages on this empty database; the numbers are those of RYGRAD_INDICATORS."""
    from django.conf import settings

    from benchmarks.pages import timed
    from benchmarks.site import Site, logged_in
    from rygrad.pathway.read import load_pathway
    from rygrad.simulation.region import region
    from rygrad.site.start import start

    start(url)
    from rygrad.cli.region import load
    from rygrad.record import clocks
    from rygrad.web.region.read import table_of_the_site

    load(region(load_pathway(), 20, 1, clocks.local_day(clocks.now())), "rygsmerter", lambda done: None)
    began = perf_counter()
    table = table_of_the_site()
    _print("reading the table, once for each time it is written", f"{(perf_counter() - began) * 1000:.0f} ms", "–")
    site, cookie = Site(), logged_in(_USER)
    for name, paths in _addresses(table).items():
        shown = [partial(site.get, path, cookie) for path in paths]
        page, login = timed(shown, [partial(site.get, settings.LOGIN_URL)])
        reached = f"p50 {page.p50:.0f} ms, p99 {page.p99:.0f} ms; {1000 / page.core:.0f} pages/s of one core"
        _print(
            f"{name}, of {len(paths):,} addresses",
            reached,
            f"{page.p50 / login.p50:.0f} × the login page ({login.p50:.1f} ms)",
        )
    took = statistics.median(_milliseconds(partial(site.get, "/region/rapport", cookie)) for _ in range(10))
    _print(
        "the report (a document, not a page)", f"p50 {took:.0f} ms of ten", f"{took / login.p50:.0f} × the login page"
    )


def _addresses(table: Any) -> dict[str, list[str]]:
    """Every address there are numbers behind, by kind, in an order drawn the same way each time."""
    from random import Random

    municipalities, clinics = (table.units(level) for level in ("municipality", "clinic"))
    regions = [("", "region", unit) for unit in table.units("region")[:1]]
    within = [(f"?kommune={unit.id}", "municipality", unit) for unit in municipalities]
    within += [(f"?klinik={unit.id}", "clinic", unit) for unit in clinics]
    here = [(q, n) for q, level, unit in regions + within for n in table.indicators if table.whole(n, level, unit.id)]
    found = {
        "S9, the overview": ["/region", *(f"/region{query}" for query, _, _ in within)],
        "S9, an indicator": [f"/region/{name}{query}" for query, name in here],
        "S10, the flow": ["/region/flow", *(f"/region/flow?kommune={unit.id}" for unit in municipalities)],
        "CSV of an indicator": [f"/region/{name}/csv?tabel=steder" for name in table.indicators],
    }
    for paths in found.values():
        Random(1).shuffle(paths)
    return found


def _milliseconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


def cql(decided: str, core: str) -> None:
    """cql-execution on some of the decided courses, against the processor time that `population run` took for each."""
    from rygrad.fhir.artefacts.cql import RULES, libraries
    from rygrad.pathway.read import load_pathway
    from tests.engines.columnar import from_row
    from tests.fhir.artefacts.cql.engine import run, said

    pathway = load_pathway()
    query = f"FROM read_parquet('{decided}/**/*.parquet') ORDER BY hash(course) LIMIT {_CITIZENS}"
    rows = import_module("duckdb").sql(query).to_arrow_table().to_pylist()
    ran = run(libraries(pathway), RULES, [(said(pathway, _facts(pathway, one), AS_OF), AS_OF) for one in rows])
    for one, found in zip(rows, ran.found, strict=True):
        if from_row(pathway, one) != _concluded(pathway, found):
            raise RuntimeError(f"{one['course']}: {from_row(pathway, one)} is not {_concluded(pathway, found)}")
    ours = float(core) * 1000
    _print(
        f"cql-execution, every conclusion, one course ({len(rows)} of them, all equal)",
        f"{ran.milliseconds:.1f} ms",
        f"{ran.milliseconds / ours:,.0f} × `population run`'s share of one ({ours * 1000:.1f} µs)",
    )


def _facts(pathway: Any, one: dict[str, Any]) -> dict[str, Any]:
    """A row's facts as a decision is given them."""
    facts: dict[str, Any] = {name: one[name] for name in pathway.facts if one.get(name) is not None}
    spans = {name: one.get(f"{name}_latest") for name in facts}
    return facts | {n: {"earliest": facts[n], "latest": latest} for n, latest in spans.items() if latest}


def _concluded(pathway: Any, found: dict[str, Any]) -> dict[str, Any]:
    """What CQL found, in the shape of a row's conclusions."""
    same = {name: found[name] for name in ("scope", "urgency", "provisional", "group", "mismatches", "contradictions")}
    window = {name: found[f"reassessment {name}"] for name in ("from", "to", "state")}
    return same | {
        "return_to_gp": found["return to own GP state"],
        "over_3_months_from": _day(found["over 3 months from"]),
        "alarms": [alarm["id"] for alarm in found["alarms"]],
        "not_asked": len(found["alarm signs not asked"]),
        "possible": found["possible groups"],
        "reassessment": window | {name: _day(window[name]) for name in ("from", "to")},
        "efforts": {name: found[f"effort {name}"] for name in pathway.words["efforts"]},
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def groups(decided: str, python: str) -> None:
    """The group rules by OpenFisca, in its own Python, and by the columnar expression over the same four columns."""
    import numpy as np

    from rygrad.decision.columns import evaluate
    from rygrad.pathway.read import load_pathway

    pathway, folder = load_pathway(), Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    con = import_module("ibis").duckdb.connect()
    source = f"read_parquet('{decided}/**/*.parquet')"
    con.raw_sql(
        f"COPY (SELECT {', '.join(_FACTS)}, scope, \"group\" AS found FROM {source} WHERE {_KNOWN}) TO '{folder}/part.parquet'"
    )
    part = con.read_parquet(folder / "part.parquet")
    for name, values in con.raw_sql(f"SELECT {', '.join(_FACTS)} FROM '{folder}/part.parquet'").fetchnumpy().items():
        np.save(folder / name, np.asarray(values).astype("M8[D]" if name == "onset_on" else bool))
    number = import_module("ibis").to_sql(
        evaluate(pathway, part.select(*_FACTS), AS_OF).select("group"), dialect="duckdb"
    )
    query = f'SELECT coalesce(list_position({list(pathway.groups)}, "group"), 0) AS n FROM ({number})'
    times = [_processor_time(lambda: con.raw_sql(query).fetchnumpy()["n"]) for _ in range(3)]
    ours, answers = min(took for took, _ in times), times[0][1]
    done = subprocess.run([python, __file__, "openfisca", folder], check=True, capture_output=True, text=True)
    theirs, answered = float(done.stdout), np.load(folder / "answers.npy")
    decided_as = con.raw_sql(
        f"SELECT coalesce(list_position({list(pathway.groups)}, found), 0) AS n, scope = 'outside' AS o FROM '{folder}/part.parquet'"
    ).fetchnumpy()
    if not (np.array_equal(answers, answered) and (decided_as["o"] | (decided_as["n"] == answered)).all()):
        raise RuntimeError("OpenFisca finds other groups")
    everybody = con.raw_sql(f"SELECT count(*) FROM {source}").fetchone()[0]
    shutil.rmtree(folder)
    _print(
        f"OpenFisca, the group rules, {len(answered):,} of {everybody:,} courses, all equal; the others it cannot express",
        f"{theirs:.2f} s of processor time, {theirs / len(answered) * 1e6:.2f} µs a course",
        f"{theirs / ours:.1f} × the same rules by the columnar expression ({ours:.2f} s)",
    )


def _processor_time(act: Callable[[], Any]) -> tuple[float, Any]:
    began = process_time()
    answer = act()
    return process_time() - began, answer


def openfisca(folder: str) -> None:
    """In OpenFisca's Python: the number of each course's group; prints the processor time of the best of three."""
    np, system = import_module("numpy"), _rules()
    given = {name: np.load(Path(folder) / f"{name}.npy") for name in _FACTS}

    def calculated() -> Any:
        builder = import_module("openfisca_core.simulations").SimulationBuilder()
        simulation = builder.build_default_simulation(system, len(given["onset_on"]))
        for name, values in given.items():
            simulation.set_input(name, AS_OF.isoformat(), values)
        return simulation.calculate("group", AS_OF.isoformat())

    times = [_processor_time(calculated) for _ in range(3)]
    np.save(Path(folder) / "answers.npy", times[0][1])
    print(min(took for took, _ in times))


def _rules() -> Any:
    """The titles of the four groups as OpenFisca's variables, written by hand."""
    np = import_module("numpy")
    citizen = import_module("openfisca_core.entities").build_entity("citizen", "citizens", "", is_person=True)
    daily, base = (
        import_module("openfisca_core.periods").DateUnit.DAY,
        import_module("openfisca_core.variables").Variable,
    )

    def variable(name: str, kind: type, formula: Any = None) -> type:
        body = {"value_type": kind, "entity": citizen, "definition_period": daily, "label": name}
        return type(name, (base,), body | ({"formula": formula} if formula else {}))

    def over(who: Any, day: Any) -> Any:
        """From the day after the same day three months later, or after that month's last day."""
        onset = who("onset_on", day)
        month = onset.astype("M8[M]")
        last = (month + 4).astype("M8[D]") - 1
        same = (month + 3).astype("M8[D]") + (onset - month.astype("M8[D]"))
        return np.datetime64(str(day.start), "D") > np.minimum(same, last)

    def group(who: Any, day: Any) -> Any:
        back = who("recurring_back_problems", day) | who("worried_about_diagnosis", day)
        return np.where(who("over", day), np.where(who("complex_surroundings", day), 4, 3), np.where(back, 2, 1))

    system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([citizen])
    given = [variable(name, date if name == "onset_on" else bool) for name in _FACTS]
    system.add_variables(*given, variable("over", bool, over), variable("group", int, group))
    return system


def _print(what: str, reached: str, against: str) -> None:
    print(json.dumps([what, reached, against]), flush=True)


PARTS: dict[str, Callable[..., None]] = {
    "duckdb": duckdb, "count": count, "report": report, "pages": pages, "cql": cql, "groups": groups, "openfisca": openfisca,
}  # fmt: skip

if __name__ == "__main__":
    PARTS[sys.argv[1]](*sys.argv[2:])
