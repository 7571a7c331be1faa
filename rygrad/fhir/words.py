"""Codes of our own that are no content: what a Task may hold, and why a card is not followed. Pure."""

from rygrad.pathway.words import Phrase

OUTPUTS = {
    "offer": Phrase("tilbud", "offer"),
    "alternative": Phrase("alternativ", "alternative"),
    "answer": Phrase("svar", "answer"),
}
"""What a Task may hold as output; ``code_system("outputs")``."""

OVERRIDE_REASONS = {
    "new-deficits": Phrase("Nye neurologiske udfald", "New neurological deficits"),
    "already-clarified": Phrase("Forholdet er allerede afklaret", "The matter is already clarified"),
    "data-wrong": Phrase("Oplysningerne her er forkerte eller gamle", "The data here are wrong or old"),
    "outside-programme": Phrase(
        "Vælges uden for programmet, med begrundelse", "Chosen outside the programme, with a reason"
    ),
    "citizens-wish": Phrase("Borgerens ønske", "The citizen's wish"),
    "later": Phrase("Ikke ved dette møde", "Not at this meeting"),
}
"""Why a card is not followed; ``code_system("override-reasons")``."""
