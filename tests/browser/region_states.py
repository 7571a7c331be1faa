"""The region's pages, in every state that changes what they show."""

from tests.browser import situations
from tests.browser.states import State, _at

_SMALL_CLINIC = "o-inv-lille"

REGION_STATES: dict[str, State] = {
    "region: overview": State("mette", _at("/region"), is_core=True),
    "region: a municipality": State("mette", _at("/region?kommune=0259")),
    "region: a clinic with hidden numbers": State("mette", _at(f"/region?klinik={_SMALL_CLINIC}")),
    "region: an indicator": State("mette", _at("/region/Q2")),
    "region: an indicator in a month": State("mette", _at("/region/Q2?periode=2026-08#tragt")),
    "region: an indicator of a municipality": State("mette", _at("/region/Q2?kommune=0259")),
    "region: an indicator of a clinic": State("bo", _at(f"/region/Q2?klinik={situations.CLINIC}")),
    "region: an indicator with hidden numbers": State("mette", _at(f"/region/Q1?klinik={_SMALL_CLINIC}")),
    "region: flow": State("mette", _at("/region/flow")),
    "region: flow of a municipality": State("mette", _at("/region/flow?kommune=0259&periode=2026-03")),
    "region: the report": State("mette", _at("/region/rapport")),
    "region: overview for who treats": State("bo", _at("/region")),
    "region: an indicator for who treats": State("bo", _at("/region/Q2")),
    "region: another's clinic": State("bo", _at(f"/region?klinik={_SMALL_CLINIC}")),
}
