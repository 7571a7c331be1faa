"""A test that proves a control of a hazard is never skipped in silence."""

from collections.abc import Mapping

import pytest


def failed_when_skipped(report: pytest.TestReport, proofs: Mapping[str, bool]) -> pytest.TestReport:
    """The report; as a failure when the test proves a control (``docs/safety/hazards.yaml``) and was skipped."""
    if report.skipped and report.nodeid.split("[")[0] in proofs:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} proves a control of a hazard, and was skipped: {report.longrepr}"
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    return report
