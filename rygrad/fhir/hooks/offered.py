"""The four services: when they are asked, what they want to be sent, and what they say."""

from dataclasses import dataclass
from typing import Any

from rygrad.fhir.names import code_system
from rygrad.pathway.words import Phrase

_OF_PATIENT = "patient={{context.patientId}}"
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "facts": f"Observation?{_OF_PATIENT}&code={code_system('facts')}|",
    "answers": f"QuestionnaireResponse?{_OF_PATIENT}",
    "conditions": f"Condition?{_OF_PATIENT}",
    "courses": f"EpisodeOfCare?{_OF_PATIENT}",
}
"""What every service wants: all that the facts are read from, and the course to link to."""

DATA = ("patient", "facts", "answers", "conditions")
"""The parts the facts are read from; each one that does not come is said."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``cards`` are the kinds of card it gives; ``context`` what it is told beside patient and user."""

    id: str
    hook: str
    title: Phrase
    description: Phrase
    cards: tuple[str, ...]
    context: tuple[str, ...] = ()

    def as_data(self, language: str) -> dict[str, Any]:
        """The service as the discovery says it."""
        return {
            "id": self.id,
            "hook": self.hook,
            "title": self.title.text(language),
            "description": self.description.text(language),
            "prefetch": PREFETCH,
        }


SERVICES = {
    service.id: service
    for service in (
        Service(
            "rygrad-patient-view",
            "patient-view",
            Phrase("Rygforløbet: hvor borgeren står", "The back-pain course: where the citizen stands"),
            Phrase(
                "Omfattet eller ej, gruppe, revurdering, tilbage til egen læge, åbne indsatser og manglende svar.",
                "Covered or not, group, reassessment, return to own GP, open efforts, and answers that are missing.",
            ),
            ("scope", "group", "reassessment", "return_to_gp", "open", "missing"),
        ),
        Service(
            "rygrad-encounter-start",
            "encounter-start",
            Phrase("Rygforløbet: hvad mødet skal afklare", "The back-pain course: what the meeting should settle"),
            Phrase(
                "Alarmtegn, revurdering, tilbage til egen læge, og hvad der bør spørges om.",
                "Alarm signs, reassessment, return to own GP, and what to ask.",
            ),
            ("scope", "reassessment", "return_to_gp", "missing"),
            ("encounterId",),
        ),
        Service(
            "rygrad-order-select",
            "order-select",
            Phrase("Rygforløbet: er indsatsen åben?", "The back-pain course: is the effort open?"),
            Phrase(
                "Siger, når programmet ikke ville åbne den valgte bestilling nu, og hvorfor.",
                "Says when the programme would not open the chosen order now, and why.",
            ),
            ("orders",),
            ("draftOrders", "selections"),
        ),
        Service(
            "rygrad-order-sign",
            "order-sign",
            Phrase("Rygforløbet: før bestillingen sendes", "The back-pain course: before the order is sent"),
            Phrase(
                "Siger, når programmet ikke ville åbne en bestilling nu, og hvorfor.",
                "Says when the programme would not open an order now, and why.",
            ),
            ("orders",),
            ("draftOrders",),
        ),
    )
}
