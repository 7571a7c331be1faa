"""The programme exported: PlanDefinition, ActivityDefinition, Questionnaire, terminology and CQL, from the content."""
