"""The FHIR R4 server: reads, searches, writes, operations, bulk export, and who may."""
