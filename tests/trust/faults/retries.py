"""Submits that are sent more than once, one after another or all at once, and what each sending was answered."""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from rygrad.record import acts, journal
from rygrad.record.refusals import KeyReused
from tests.record.cast import Cast
from tests.record.faults.racing import all_at_once
from tests.trust.faults.senders import BySystem, Sends, delivered


@dataclass
class Retried:
    """What was sent how often, and how it was answered: each submit's texts, and those refused for their content."""

    texts: list[str] = field(default_factory=list)
    sendings: int = 0
    at_once: int = 0
    differing_answers: int = 0
    other_content: int = 0
    other_content_taken: int = 0


def plans(number: int, chance: Random) -> Iterator[tuple[str, int, bool, bool]]:
    """For each submit: its text, how often it is sent, whether at once, and whether its key comes again with another."""
    for one in range(number):
        yield f"besked {one} æøå", 1 + chance.randint(1, 3), chance.random() < 0.3, chance.random() < 0.1


def at_the_journal(c: Cast, courses: list[str], number: int, chance: Random) -> Retried:
    """Submitted as the pages and the API do it, with the version that was read."""
    found = Retried()
    for one, (text, times, at_once, other) in enumerate(plans(number, chance)):
        course = courses[one % len(courses)]
        version = 1 + one // len(courses)
        send = partial(_append, c, course, version, f"key {one}")
        jobs: list[Callable[[], object]] = [partial(send, text)] * times
        receipts = all_at_once(jobs) if at_once else [job() for job in jobs]
        _note(found, text, receipts, at_once)
        if other:
            found.other_content += 1
            found.other_content_taken += _is_taken(partial(send, "noget andet"))
    return found


def _append(c: Cast, course: str, version: int, key: str, text: str) -> tuple[str, ...]:
    said = acts.MessageToGp("other", text)
    return journal.append(c.bo, course, [said], expected_version=version, key=key).entries


def _is_taken(send: Callable[[], object]) -> bool:
    try:
        send()
    except KeyReused as refused:
        assert refused.status == 422
        return False
    return True


def _note(found: Retried, text: str, answers: list[Any], at_once: bool) -> None:
    found.texts.append(text)
    found.sendings += len(answers)
    found.at_once += at_once
    found.differing_answers += len(set(answers)) != 1


def over_http(ways: list[tuple[Sends, list[str]]], number: int, chance: Random) -> Retried:
    """Submitted to the real server, by form and by FHIR in turn, each way on courses of its own."""
    found = Retried()
    for way, courses in ways:
        for course in courses:  # a system learns the version and gets its token
            delivered(way, course, f"først {course}")
            found.texts.append(f"først {course}")
    for one, (text, times, at_once, other) in enumerate(plans(number, chance)):
        way, courses = ways[one % len(ways)]
        ready = way.prepared(courses[one % len(courses)], text)
        answers = _sent(way, ready, times, at_once)
        _note(found, text, answers, at_once)
        if other and isinstance(way, BySystem):
            found.other_content += 1
            found.other_content_taken += way.status_of_other(ready, "noget andet") != 422
    return found


def _sent(way: Sends, ready: Any, times: int, at_once: bool) -> list[str | None]:
    if not at_once:
        return [way.sent(ready) for _ in range(times)]
    twins = [copy.copy(way) for _ in range(times)]
    for twin in twins:
        twin.browser = way.browser.twin()
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(lambda twin: twin.sent(ready), twins))
    for twin in twins:
        twin.browser.close()
    return answers
