"""What entries are called where a person reads them."""

from rygrad.pathway.words import Phrase

FOOTER = Phrase(
    "Ikke CE-mærket, ikke et journalsystem, ikke til rigtige patienter uden organisationens egen godkendelse.",
    "Not CE-marked, not a medical record system, not for real patients without the organisation's own approval.",
)

ENTRY_WORDS: dict[str, Phrase] = {
    "course_opened": Phrase("Forløb åbnet", "Course opened"),
    "facts_recorded": Phrase("Svar registreret", "Answers recorded"),
    "alarm_raised": Phrase("Alarm rejst", "Alarm raised"),
    "alarm_clarified": Phrase("Alarm afklaret", "Alarm clarified"),
    "group_confirmed": Phrase("Gruppe bekræftet", "Group confirmed"),
    "group_declined": Phrase("Gruppe afvist", "Group declined"),
    "plan_confirmed": Phrase("Plan bekræftet", "Plan confirmed"),
    "information_given": Phrase("Information givet", "Information given"),
    "treatment_started": Phrase("Behandling begyndt", "Treatment started"),
    "visit": Phrase("Behandling", "Visit"),
    "treatment_ended": Phrase("Behandling afsluttet", "Treatment ended"),
    "scores_recorded": Phrase("Måling", "Score"),
    "effect_judged": Phrase("Effekt vurderet", "Effect judged"),
    "reassessed": Phrase("Revurderet", "Reassessed"),
    "returned_to_gp": Phrase(
        "Sendt tilbage til egen læge med vurdering af behov", "Returned to own GP with the assessment of need"
    ),
    "gp_decided": Phrase("Egen læge har besluttet", "Own GP has decided"),
    "referral_sent": Phrase("Henvisning sendt", "Referral sent"),
    "referral_received": Phrase("Henvisning modtaget", "Referral received"),
    "referral_accepted": Phrase("Henvisning accepteret", "Referral accepted"),
    "referral_refused": Phrase("Henvisning afvist", "Referral refused"),
    "referral_booked": Phrase("Tid givet", "Time booked"),
    "referral_done": Phrase("Henvisning udført", "Referral done"),
    "referral_answered": Phrase("Henvisning besvaret", "Referral answered"),
    "message_to_gp": Phrase("Besked til egen læge", "Message to own GP"),
    "holder_changed": Phrase("Ansvaret overdraget", "Holder changed"),
    "course_ended": Phrase("Forløb afsluttet", "Course ended"),
    "correction": Phrase("Rettelse", "Correction"),
    "persons_linked": Phrase("Personer koblet", "Persons linked"),
    "persons_unlinked": Phrase("Personer skilt igen", "Persons unlinked"),
    "access_granted": Phrase("Adgang givet", "Access granted"),
    "access_revoked": Phrase("Adgang trukket tilbage", "Access revoked"),
}
