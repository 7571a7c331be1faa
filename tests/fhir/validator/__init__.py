"""Our FHIR resources judged by others: Medplum's validator, fhirpathpy, and the published profiles' own JSON."""
