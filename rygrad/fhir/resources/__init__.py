"""From what the record shows to FHIR resources, as plain data. Pure."""
