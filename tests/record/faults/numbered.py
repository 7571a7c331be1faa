"""Ids that only depend on their order, and no chance in the chain: the same play gives the same bytes in every run, and on either database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from unittest.mock import patch

_MAKERS = ("people", "journal")


@contextmanager
def numbered_ids() -> Iterator[None]:
    """Wherever the record makes an id."""
    numbers = count()
    with ExitStack() as stack:
        for module in _MAKERS:
            stack.enter_context(patch(f"rygrad.record.{module}.new_id", lambda kind: f"{kind}-{next(numbers):016}"))
        stack.enter_context(patch("rygrad.record.chain.new_salt", lambda: "0" * 32))
        yield
