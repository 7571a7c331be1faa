"""The local day: where the clinics are, whatever zone the machine keeps."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day() -> date:
    """Today in Denmark."""
    return datetime.now(ZoneInfo("Europe/Copenhagen")).date()
