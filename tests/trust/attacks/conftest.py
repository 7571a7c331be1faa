"""The cast in a fresh record, and the demo region in a file, for those who attack them."""

from tests.browser.conftest import chromium, folder, opened, reading, region, sits_down, starter, watch, writing
from tests.record.conftest import databases
from tests.web.conftest import inside, person, record, visit

__all__ = [
    "chromium",
    "databases",
    "folder",
    "inside",
    "opened",
    "person",
    "reading",
    "record",
    "region",
    "sits_down",
    "starter",
    "visit",
    "watch",
    "writing",
]
