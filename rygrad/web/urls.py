"""Every address, with its page. Ids in addresses are opaque; no name or number of a citizen ever stands in one."""

from django.conf import settings
from django.urls import path

from rygrad.web import (
    accounts,
    adminurls,
    beginning,
    bulk,
    coursepage,
    coursesteps,
    login,
    recording,
    referring,
    returning,
    statement,
    triage,
    worklist,
)
from rygrad.web.citizen import urls as citizen_urls
from rygrad.web.paper import urls as paper_urls
from rygrad.web.programme import urls as programme_urls
from rygrad.web.region import urls as region_urls

_COURSE = "forloeb/<str:course>"
urlpatterns = [
    path("", login.home, name="home"),
    path("log-ind", login.sign_in, name="login"),
    path("log-ud", login.sign_out, name="logout"),
    path("adgangskode", accounts.change_password, name="change_password"),
    path("ny-adgangskode/<str:token>", accounts.new_password, name="new_password"),
    path("demo/<str:token>", login.demo, name="demo"),
    path("sprog", login.choose_language, name="language"),
    path("her-endnu", login.still_here, name="still_here"),
    path("enhed", login.change_place, name="place"),
    path("liste", worklist.show, name="worklist"),
    path("liste/valg", worklist.choose, name="choose"),
    path("liste/arbejde", worklist.set_work, name="set_work"),
    path("liste/gem", worklist.save, name="save_list"),
    path("liste/csv", worklist.as_csv, name="worklist_csv"),
    path("liste/flere", bulk.preview, name="bulk"),
    path("liste/flere/gem", bulk.confirm, name="bulk_confirm"),
    path("find", beginning.find, name="find"),
    path("aabn", beginning.open_course, name="open_course"),
    path("noedadgang", beginning.emergency, name="emergency"),
    path("fortryd", recording.undo, name="undo"),
    path(_COURSE, coursepage.show, name="course"),
    path(f"{_COURSE}/start", beginning.start, name="start"),
    path(f"{_COURSE}/ingen-alarmtegn", beginning.none, name="none_of_the_signs"),
    path(f"{_COURSE}/svar", coursesteps.answer, name="answer"),
    path(f"{_COURSE}/gruppe", coursesteps.group, name="group"),
    path(f"{_COURSE}/plan", coursesteps.plan, name="plan"),
    path(f"{_COURSE}/information", coursesteps.information, name="information"),
    path(f"{_COURSE}/besoeg", coursesteps.visit, name="visit"),
    path(f"{_COURSE}/laest", coursesteps.read, name="read"),
    path(f"{_COURSE}/maaling", coursesteps.score, name="score"),
    path(f"{_COURSE}/revurderet", coursesteps.reassessed, name="reassessed"),
    path(f"{_COURSE}/indsats", coursesteps.effort, name="effort"),
    path(f"{_COURSE}/afklaret", coursesteps.clarify, name="clarify"),
    path(f"{_COURSE}/afslut", coursesteps.end, name="end"),
    path(f"{_COURSE}/besked", coursesteps.message, name="message"),
    path(f"{_COURSE}/overdrag", coursesteps.hand_over, name="hand_over"),
    path(f"{_COURSE}/ret", coursesteps.correct, name="correct"),
    path(f"{_COURSE}/hvem", coursesteps.access_page, name="access"),
    path(f"{_COURSE}/tilbage", returning.send, name="return"),
    path(f"{_COURSE}/kommunen", referring.offers, name="offers"),
    path(f"{_COURSE}/henvis/<str:effort>", referring.send, name="refer"),
    path(f"{_COURSE}/henvisning/<str:referral>", triage.show, name="referral"),
    path(f"{_COURSE}/henvisning/<str:referral>/skridt", triage.step, name="referral_step"),
    path(f"{_COURSE}/brev/<str:entry>", triage.letter, name="letter"),
    path("tilgaengelighed", statement.accessibility, name="accessibility"),
    *programme_urls.addresses,
    *citizen_urls.addresses,
    *paper_urls.addresses,
    *region_urls.addresses,
    *adminurls.addresses,
]
if settings.OIDC:
    from rygrad.web import oidc

    urlpatterns += [
        path("log-ind/organisation", oidc.go, name="oidc_authentication_init"),
        path("log-ind/retur", oidc.come_back, name="oidc_authentication_callback"),
    ]
