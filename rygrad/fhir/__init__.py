"""Neighbours: FHIR R4, CDS Hooks, and the programme as PlanDefinition and CQL. The only room that knows FHIR."""
