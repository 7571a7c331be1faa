"""The addresses of the public programme."""

from django.urls import path

from rygrad.web.programme import pages, source, tryit, versions

addresses = [
    path("programmet", pages.overview, name="programme"),
    path("programmet/gruppe/<str:group>", pages.group, name="programme_group"),
    path("programmet/indsatser", pages.efforts, name="programme_efforts"),
    path("programmet/alarmtegn", pages.alarm_signs, name="programme_signs"),
    path("programmet/retningslinjer", pages.guidelines, name="programme_guidelines"),
    path("programmet/laesninger", pages.readings, name="programme_readings"),
    path("programmet/versioner", versions.versions, name="programme_versions"),
    path("programmet/ret", pages.mend, name="programme_mend"),
    path("programmet/proev", tryit.try_it, name="try_it"),
    path("programmet/kilden", source.source, name="source"),
]
