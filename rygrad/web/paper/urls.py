"""The addresses of what is printed."""

from django.urls import path

from rygrad.web.paper import pages

addresses = [
    path("papir/pjece", pages.leaflet, name="print_leaflet"),
    path("papir/lommeudgave", pages.pocket, name="print_pocket"),
    path("papir/spoergeskema", pages.questionnaire, name="print_questionnaire"),
    path("papir/min-plan", pages.my_plan, name="print_my_plan"),
    path("papir/noedark", pages.emergency, name="print_emergency"),
    path("papir/plan/<str:course>", pages.plan, name="print_plan"),
    path("papir/brev/<str:course>/<str:entry>", pages.letter, name="print_letter"),
]
