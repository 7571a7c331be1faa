"""Citizens the tests share: small sets of facts with a name."""

from typing import Any

COVERED: dict[str, Any] = {
    "back_triggered_pain": "yes",
    "sudden_severe_paralysis": "absent",
    "spinal_fracture": "absent",
    "spinal_tumour": "absent",
    "spinal_infection": "absent",
}
NO_ALARM_SIGNS: dict[str, Any] = {
    "saddle_numbness": "no",
    "bladder_or_bowel_disturbance": "no",
    "paresis_grade": 5,
    "paresis_worsening": "no",
    "spinal_cord_signs": "no",
    "pulsating_abdominal_mass": "no",
    "fever_or_infection_signs": "no",
    "new_symptoms_in_both_legs": "no",
    "relevant_trauma": "no",
    "immunosuppression_or_injected_drugs": "no",
    "previous_cancer": "no",
    "unexplained_weight_loss": "no",
    "constant_or_night_pain": "no",
    "osteoporosis_or_long_term_steroids": "no",
    "inflammatory_pattern": "no",
    "radiation": "none",
}
AS_OF = "2026-03-02"
LONG = {"onset_on": "2025-11-01"}
SHORT = {"onset_on": "2026-02-01"}
STRADDLING = {"onset_on": {"earliest": "2025-11-20", "latest": "2025-12-20"}}
WITHOUT_EFFECT = {"effect_of_physiotherapy": "no_effect", "first_treatment_on": "2026-01-05"}

INGA_GROUP_3 = {**COVERED, **NO_ALARM_SIGNS, **LONG, "complex_surroundings": "no", **WITHOUT_EFFECT}
