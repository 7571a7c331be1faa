"""The FHIR server and CDS Hooks, measured as other systems call them; writes docs/reference/performance-neighbours.md.

`python -m benchmarks.neighbours URL SIZE ...` measures one empty database, at each of these sizes, and prints one row a
line, as JSON. `python -m benchmarks.neighbours URL` measures the decision against CQL on the citizens of that database.
"""

import io
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from wsgiref.util import setup_testing_defaults

from benchmarks.pages import grow, timed
from benchmarks.run import machine
from rygrad.decision.decide import decide
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from rygrad.simulation.region import region
from rygrad.site.start import start

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance-neighbours.md"
_HEAD = """# Performance for the neighbours

Written by `make bench` on {day}: {machine}. Shared machines are noisy, so the ratio (against something run in the same minute)
is what to compare; no test depends on a time. Request and comparison take turns; of three rounds the calmest counts.

Everything is called through the whole application with a token, without a network: the server's own time, over the courses of
one physiotherapy clinic in turn. Each look is written to the access log, durably, before the answer is made. "Requests/s of one
core" is by processor time, which neighbours do not take from. CDS Hooks is called unsigned, as on a demo; a signature to check,
and to remember, is what "a token" costs.

A demo region of 200 courses goes in through the journal; for the large size it is copied inside the database under other names.

Aims: a card within 100 ms at p95; a read or a search of one citizen as fast as the course's page."""
_CQL = """## The decision of `$apply` against CQL

The exported CQL, translated by `@cqframework/cql` and run by `cql-execution` in Node, and `decide`, on the same citizens in the
same minute. Both find every conclusion of the programme; that they are equal is tested. cql-execution's time includes reading
the citizen's Observations, and leaves the translation out; `decide` is given plain facts, and says its reasons as well.

| what | reached | against |
|---|---|---|
"""
_COURSES, _SIZES = 200, ("200", "100000")
_USER, _FHIR, _FORM = "bo", "application/fhir+json", "application/x-www-form-urlencoded"


class Api:
    """The application as a server would call it, without one, asked by a system where a physiotherapist acts."""

    def __init__(self) -> None:
        from rygrad.record import clocks, people
        from rygrad.site.server import application

        self.application = application()
        self.actor = people.professional_actor(_USER, clocks.local_day(clocks.now()))
        self.token = ""

    def renew(self) -> None:
        """A new token: they last five minutes."""
        from tests.fhir.tokens import bearer

        self.token = bearer(self.actor)["Authorization"]

    def send(self, path: str, body: bytes = b"", kind: str = _FHIR) -> bytes:
        """The body of a 200 answer; a POST when there is something to send."""
        address, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        if self.token:
            environ["HTTP_AUTHORIZATION"] = self.token
        answered: list[str] = []
        response = self.application(environ, lambda status, headers, problem=None: answered.append(status))
        content = b"".join(response)
        response.close()
        if answered != ["200 OK"]:
            raise RuntimeError(f"{path}: {answered} {content[:300]!r}")
        return content


def main(url: str, *sizes: str) -> None:
    """Everything, on this empty database; or the decision against CQL, on one that is filled."""
    os.environ.setdefault("RYGRAD_SECRET_KEY", "a key for the benchmark and nothing else")
    os.environ["RYGRAD_DEMO"] = "1"
    start(url)
    if not sizes:
        against_cql()
        return
    from rygrad.cli.region import load
    from rygrad.record import clocks

    today = clocks.local_day(clocks.now())
    load(region(load_pathway(), _COURSES, 1, today), "rygsmerter", lambda done: None)
    api, copies = Api(), 1
    for wanted in map(int, sizes):
        if wanted > _COURSES:
            copies = grow(copies, wanted // _COURSES)
        measure(api, f"{wanted:,} courses")


def _row(what: str, figure: str, against: str) -> None:
    print(json.dumps([what, figure, against]), flush=True)


def _courses(api: Api) -> list[tuple[str, str]]:
    """Courses in treatment at the clinic that came in through the journal, each with its citizen."""
    from rygrad.record.models import Course

    held = Course.objects.filter(state="in_treatment", holder_id=api.actor.organisation).exclude(id__contains="~")
    return list(held.order_by("id").values_list("id", "person_id"))


def measure(api: Api, size: str) -> None:
    """Reads, searches and `$apply` against what they ask of the record; CDS Hooks against the bare decision."""
    from rygrad.record.door import see_course

    pathway, courses = load_pathway(), _courses(api)
    looked = [partial(see_course, api.actor, course, channel="fhir") for course, _ in courses]
    for name, paths in _asked(pathway, courses).items():
        line(api, f"{name}, {size}", [partial(api.send, path) for path in paths], looked, "see_course()")
    line_of_few(api, f"search, the Tasks of the clinic, a page of 20, {size}", "/fhir/Task?_count=20", looked)
    decided = [partial(decide, pathway, *citizen) for citizen in citizens(courses)]
    for name, path, bodies in _hooks(pathway, courses):
        calls = [partial(api.send, path, body, "application/json") for body in bodies]
        line(api, f"{name}, {size}", calls, decided, "decide()")
    line(api, f"a token, {size}", _tokens(api), looked, "see_course()")


def line(
    api: Api, name: str, calls: Sequence[Callable[[], object]], bare: Sequence[Callable[[], object]], called: str
) -> None:
    """One row: these requests in turn against something bare."""
    api.renew()
    asked, base = timed(calls, bare)
    _row(
        name,
        f"p50 {asked.p50:.1f} ms, p99 {asked.p99:.1f} ms; {1000 / asked.core:.0f} requests/s of one core",
        f"{asked.p50 / base.p50:.1f} × `{called}` alone ({base.p50:.1f} ms)",
    )


def line_of_few(api: Api, name: str, path: str, bare: Sequence[Callable[[], object]]) -> None:
    """One row of a request that looks into many courses: the middle of ten."""
    api.renew()
    took = statistics.median(_milliseconds(partial(api.send, path)) for _ in range(10))
    base = statistics.median(map(_milliseconds, bare))
    _row(name, f"p50 {took:.0f} ms of ten", f"{took / base:.1f} × `see_course()` alone ({base:.1f} ms)")


def _asked(pathway: Pathway, courses: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    plan = pathway.identity.id
    return {
        "read, EpisodeOfCare": [f"/fhir/EpisodeOfCare/{course}" for course, _ in courses],
        "read, CarePlan": [f"/fhir/CarePlan/{course}" for course, _ in courses],
        "search, the Observations of a citizen": [f"/fhir/Observation?patient={person}" for _, person in courses],
        "search, the courses of the clinic, a page of 20": ["/fhir/EpisodeOfCare?_count=20"],
        "`$everything`": [f"/fhir/Patient/{person}/$everything" for _, person in courses],
        "`$apply`": [f"/fhir/PlanDefinition/{plan}/$apply?subject=Patient/{person}" for _, person in courses],
    }


def citizens(courses: Sequence[tuple[str, str]]) -> list[tuple[dict[str, Any], date]]:
    """What is known of each of these citizens, and today."""
    from rygrad.record import clocks
    from rygrad.record.contents import active
    from rygrad.record.fold import fold
    from rygrad.record.journal import entries_of

    today, signs = clocks.local_day(clocks.now()), active().signs
    return [(fold(entries_of(course), signs).facts(), today) for course, _ in courses]


def _hooks(pathway: Pathway, courses: Sequence[tuple[str, str]]) -> list[tuple[str, str, list[bytes]]]:
    """Calls of two services from prefetch alone: the facts of each citizen as Observations, and a draft order."""
    from rygrad.fhir.names import code_system
    from tests.fhir.artefacts.cql.engine import said

    code = {"coding": [{"system": code_system("efforts"), "code": "imaging"}]}
    order = {"resourceType": "ServiceRequest", "id": "o", "status": "draft", "intent": "order", "code": code}
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]}
    context = {"patientId": "p", "userId": "Practitioner/1"}
    found = []
    for hook, more in (("patient-view", {}), ("order-sign", {"draftOrders": drafts})):
        bodies = []
        for facts, today in citizens(courses):
            entry = [{"resource": {"resourceType": "Observation", **one}} for one in said(pathway, facts, today)]
            prefetch = {"facts": {"resourceType": "Bundle", "type": "searchset", "entry": entry}}
            call = {"hook": hook, "hookInstance": str(uuid4()), "context": context | more, "prefetch": prefetch}
            bodies.append(json.dumps(call).encode())
        found.append((f"CDS Hooks, {hook}", f"/cds-services/rygrad-{hook}", bodies))
    return found


def _tokens(api: Api) -> list[Callable[[], object]]:
    """Requests for a token, each with an assertion that was signed beforehand: one is good once."""
    from rygrad.fhir.api.oauth import ASSERTION_TYPE, PATH
    from tests.fhir.tokens import EVERYTHING, registered

    system = registered(api.actor)
    form = {"grant_type": "client_credentials", "scope": EVERYTHING, "client_assertion_type": ASSERTION_TYPE}
    assertions = (system.assertion(_USER) for _ in itertools.count())
    made = [urlencode(form | {"client_assertion": next(assertions)}).encode() for _ in range(500)]
    sent = iter(made)

    def one() -> bytes:
        api.token = ""
        return api.send(PATH, next(sent), _FORM)

    return [one]


def against_cql() -> None:
    """The decision of the region's citizens by `decide` and by cql-execution, in the same minute."""
    from rygrad.fhir.artefacts.cql import RULES, libraries
    from tests.fhir.artefacts.cql.engine import run, said

    pathway, api = load_pathway(), Api()
    known = citizens(_courses(api)) * 3
    observed, rounds = [(said(pathway, *one), one[1]) for one in known], []
    for _ in range(3):
        cql = run(libraries(pathway), RULES, observed).milliseconds
        rounds.append((cql, statistics.mean(_milliseconds(partial(decide, pathway, *one)) for one in known)))
    cql, took = min(rounds)
    _row(
        "`decide`, with all reasons, one citizen",
        f"{took:.2f} ms",
        f"1/{cql / took:.0f} of cql-execution on the same citizen ({cql:.1f} ms)",
    )
    paths = [f"/fhir/PlanDefinition/{pathway.identity.id}/$apply?subject=Patient/{who}" for _, who in _courses(api)]
    api.renew()
    [whole] = timed([partial(api.send, path) for path in paths])
    _row(
        "`$apply`, the whole request: token, access, log, journal, decision, CarePlan",
        f"{whole.p50:.1f} ms",
        f"{whole.p50 / cql:.2f} × cql-execution's decision alone",
    )


def _milliseconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


def write_page() -> None:
    """Both databases, one after the other, each in a process of its own; then the decision against CQL."""
    from tests.record.postgres import Postgres, server_program

    folder = Path(tempfile.mkdtemp(prefix="rygrad-bench-"))
    server = Postgres(folder / "postgresql")
    server.start()
    server.run(server_program("createdb"), "-h", str(server.folder), "-U", "rygrad", "bench")
    found = {"SQLite": f"sqlite:///{folder}/bench.sqlite3", "PostgreSQL": server.url("bench")}
    parts = [_HEAD.format(day=datetime.now(UTC).date(), machine=machine())]
    try:
        for name, url in found.items():
            parts.append(f"## {name}\n\n| what | reached | against |\n|---|---|---|\n{_rows(url, *_SIZES)}")
        parts.append(_CQL + _rows(found["SQLite"]))
    finally:
        server.stop()
        shutil.rmtree(folder)
    PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")


def _rows(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.neighbours", *arguments]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return "\n".join(f"| {' | '.join(json.loads(line))} |" for line in lines)


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else write_page()
