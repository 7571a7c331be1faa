"""Threads that all begin at once, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def all_at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each job gives, in their order; an exception of one is raised here."""
    barrier = Barrier(len(jobs), timeout=60)

    def one(job: Callable[[], T]) -> T:
        try:
            barrier.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(one, job) for job in jobs]]
