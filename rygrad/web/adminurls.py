"""Every address of the administration, and the one for monitoring."""

from django.urls import path

from rygrad.web import administration, auditpages, contentpages, health, memberpages, offerforms, offerpages, unitpages

_UNIT = "administration/enheder/<str:organisation>"
_OFFER = "administration/tilbud/<str:offer>"
_CONTENT = "administration/indhold/<str:sha256>"
addresses = [
    path("administration", administration.overview, name="administration"),
    path("administration/enheder", unitpages.units, name="units"),
    path("administration/enheder/ny", unitpages.add_unit, name="add_unit"),
    path(_UNIT, unitpages.unit, name="unit"),
    path(f"{_UNIT}/navn", unitpages.rename_unit, name="rename_unit"),
    path(f"{_UNIT}/medarbejder", memberpages.add_professional, name="add_professional"),
    path(f"{_UNIT}/tilknytning", memberpages.add_membership, name="add_membership"),
    path(f"{_UNIT}/link", memberpages.invite, name="invite_member"),
    path(f"{_UNIT}/afslut/<int:membership>", memberpages.end_membership, name="end_membership"),
    path("administration/tilbud", offerpages.local_offers, name="local_offers"),
    path("administration/tilbud/nyt", offerforms.add_offer, name="add_offer"),
    path(_OFFER, offerpages.local_offer, name="local_offer"),
    path(f"{_OFFER}/aendr", offerforms.change_offer, name="change_offer"),
    path(f"{_OFFER}/afslut", offerforms.end_offer, name="end_offer"),
    path(f"{_OFFER}/set-efter", offerpages.waiting_checked, name="waiting_checked"),
    path("administration/indhold", contentpages.versions, name="contents"),
    path("administration/indhold/ny", contentpages.hand_in, name="hand_in"),
    path(_CONTENT, contentpages.version, name="content"),
    path(f"{_CONTENT}/i-kraft", contentpages.activate, name="activate_content"),
    path("administration/adgang", auditpages.access_and_log, name="access_and_log"),
    path("administration/adgang/hvorfor", auditpages.explain, name="explain_access"),
    path("administration/adgang/log", auditpages.look_log, name="look_log"),
    path("administration/adgang/log.csv", auditpages.looks_csv, name="looks_csv"),
    path("administration/adgang/aendringer", auditpages.change_log, name="change_log"),
    path("administration/drift", health.operations, name="operations"),
    path("sundhed", health.health, name="health"),
]
