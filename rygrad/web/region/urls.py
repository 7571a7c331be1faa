"""The addresses of the region's pages."""

from django.urls import path

from rygrad.web.region import files, flow, indicator, overview

addresses = [
    path("region", overview.show, name="region"),
    path("region/csv", files.tiles, name="region_csv"),
    path("region/rapport", files.report, name="region_report"),
    path("region/flow", flow.show, name="region_flow"),
    path("region/flow/csv", files.streams, name="region_flow_csv"),
    path("region/<str:indicator>", indicator.show, name="region_indicator"),
    path("region/<str:indicator>/csv", files.rows, name="region_indicator_csv"),
]
