"""What clinicians write in the invented courses: short notes in Danish, as in a journal."""

from typing import Any

QUESTIONS = {
    "imaging": "MR af columna lumbalis ønskes. Manglende effekt efter 6–8 uger. Fund med betydning for planen?",
    "back_unit": "Tværfaglig vurdering ønskes. Manglende effekt i praksissektoren. Forslag til videre plan?",
    "surgical_assessment": "Kirurgisk vurdering ønskes. Vedvarende smerter trods behandling. Indikation for operation?",
    "labour_market_and_income": "Vurdering af tilknytning til arbejdsmarkedet ønskes. Hvilke skånehensyn er mulige?",
    "pain_clinic": "Vurdering på smerteklinik ønskes. Langvarige smerter. Mulighed for tværfaglig smertebehandling?",
    "occupational_medicine": "Arbejdsmedicinsk vurdering ønskes. Belastes ryggen af arbejdet, og hvad kan ændres?",
    "municipal_prevention": "Holdtræning og vejledning ønskes. Borgeren er motiveret. Mål: at gå 3 km og passe haven.",
    "employment": "Støtte til fastholdelse i job eller uddannelse ønskes. Mulighed for tilpasning af opgaver?",
}
ANSWERS = {
    "imaging": "MR: degenerative forandringer svarende til alderen, lille diskusprotrusion L4/L5 uden rodpåvirkning.",
    "back_unit": "Tværfagligt vurderet. Ingen tegn på alvorlig patologi. Gradueret træning; opfølgning om 3 måneder.",
    "surgical_assessment": "Ingen operationsindikation. Konservativ behandling fortsættes. Ny vurdering ved udfald.",
    "labour_market_and_income": "Samtale holdt. Nedsat tid i 8 uger med gradvis optrapning er aftalt.",
    "pain_clinic": "Visiteret til smertehåndteringsforløb. Plan for medicin er gennemgået med borgeren.",
    "occupational_medicine": "Tunge løft i akavede stillinger belaster. Hjælpemidler og jobrotation anbefales.",
    "municipal_prevention": "Er begyndt på ryghold 2 gange ugentligt i 8 uger. Kommer stabilt og går dagligt.",
    "employment": "Fastholdelsesplan med skånehensyn er aftalt med borgeren.",
}
REFUSALS = {
    "imaging": (
        "Ingen neurologiske udfald beskrevet; fundet vil ikke ændre planen.",
        "Fornyet henvisning ved udfald, ellers Rygenheden.",
    ),
    "back_unit": (
        "Behandlingen i praksissektoren er ikke afsluttet.",
        "Fortsæt superviseret træning i 6 uger, og henvis igen ved behov.",
    ),
    "surgical_assessment": ("Ingen rodpåvirkning beskrevet.", "Vurdering på Rygenheden."),
    "labour_market_and_income": ("Borgeren er under et forløb i anden kommune.", "Kontakt det nuværende jobcenter."),
    "pain_clinic": ("Opfylder ikke kravet om afsluttet udredning.", "Rygenheden først; derefter fornyet henvisning."),
    "occupational_medicine": (
        "Arbejdsforholdene er for sparsomt beskrevet.",
        "Henvis igen med en beskrivelse af arbejdsopgaverne.",
    ),
    "municipal_prevention": (
        "Borgeren ønsker ved samtalen ikke holdtræning.",
        "Individuel vejledning på sundhedscentret.",
    ),
    "employment": (
        "Borgeren er selvstændig og ikke omfattet af dette tilbud.",
        "Henvis til vurdering af forsørgelsesgrundlag.",
    ),
}
NOT_NEEDED = (
    "Ingen neurologiske udfald; vil ikke ændre planen.",
    "Ikke relevant for borgerens situation.",
    "Borgeren ønsker det ikke nu.",
    "Afventer, om den øvrige indsats hjælper.",
)
UNSURE = ("Bør drøftes med borgeren hos egen læge.", "Afhænger af udviklingen de næste uger.")
DECLINED = ("Ikke behov nu.", "Aftalt med borgeren at se tiden an.")
WAITING = ("Afventer svar på den anden henvisning.", "Drøftes igen om 4 uger.")
VISITS = (
    "Instrueret i hjemmeøvelser. Progression aftalt.",
    "Bedre bevægelighed. Øget belastning i øvelserne.",
    "Uændret. Øvelserne gennemgået og justeret.",
    "Manuel behandling og øvelser. Tålt godt.",
    "Gradueret aktivitet: går nu 30 minutter dagligt.",
    "Talt om smerter, søvn og arbejde. Fortsætter planen.",
    "Let opblussen efter havearbejde. Tryg ved forklaringen.",
)
EFFECT = ("Klart mindre smerter og bedre funktion.", "Når de aftalte mål. Klarer øvelserne selv.")
NO_EFFECT = ("Uændrede smerter og funktion trods god deltagelse.", "Kun kortvarig lindring. Målene er ikke nået.")
GOALS = {
    "health_condition": (
        "Mindre smerter om natten",
        "Tryghed ved, hvad smerterne skyldes",
        "Nedtrapning af smertestillende medicin",
    ),
    "body_functions_and_structures": ("Bedre bevægelighed i lænden", "Stærkere ryg og ben", "Bedre kondition"),
    "activity_and_participation": (
        "Klare hverdagens gøremål",
        "Gå tur med hunden i en time",
        "Løfte indkøbsposer",
        "Passe haven",
    ),
}
START = "Behandling er begyndt. Plan: øvelser, gradueret aktivitet og information."
START_REASSESSED = f"{START} Revurdering efter 6–8 uger."
PLAN = "Plan aftalt med borgeren: superviseret træning 1–2 gange ugentligt og hjemmeøvelser."
END = {
    "managing_alone": "Behandling afsluttet. Klarer sig selv med hjemmeøvelser og ved, hvornår der skal reageres.",
    "moved_to_other_care": "Behandling afsluttet. Borgeren er overgået til anden behandling.",
    "other": "Behandling afsluttet før tid. Se årsagen i forløbet.",
    "died": "Forløbet er afsluttet. Borgeren er død.",
}
SEVERAL_GROUPS = "Et svar mangler; gruppen passer bedst med sygehistorien."
OTHER_GROUP = "Smerterne har nu varet over 3 måneder."
HAND_OVER = "Til behandling i praksissektoren."
BACK_TO_TREATMENT = "Fortsat træning efter egen læges beslutning."
OUTSIDE = "Individuel vurdering: aftalt med borgeren ud fra det samlede forløb."
EARLY_IMAGING = "MR af columna lumbalis ønskes tidligt. Ingen udfald. Alvorlig årsag til smerterne?"
OUTSIDE_IMAGING = "Borgeren er meget bekymret trods undersøgelse og forklaring; aftalt som undtagelse."
OUTSIDE_SOFT = "Borgeren er motiveret for holdtræning nu og har ikke råd til fortsat behandling."
# An alarm: the facts, what is written with it, and what is found when it is clarified.
ALARMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "saddle_numbness": (
        {"saddle_numbness": "yes"},
        "Følelsesløs i skridtet siden i går.",
        "Akut vurderet: normal sensibilitet og sfinktertonus, MR uden cauda equina.",
    ),
    "bladder_or_bowel_disturbance": (
        {"bladder_or_bowel_disturbance": "yes"},
        "Besvær med at komme af med vandet.",
        "Blæreskanning normal. Urinvejsinfektion påvist og behandlet.",
    ),
    "paresis_grade": (
        {"paresis_grade": 3},
        "Kan ikke gå på hæle, grad 3.",
        "Vurderet af rygkirurgisk bagvagt: kraft grad 4, stabil. Observeres.",
    ),
    "fever_or_infection_signs": (
        {"fever_or_infection_signs": "yes"},
        "Feber 38,7 siden i går.",
        "Set samme dag: influenza, CRP lav, ingen tegn på spondylodiscitis.",
    ),
    "new_symptoms_in_both_legs": (
        {"new_symptoms_in_both_legs": "yes"},
        "Snurren i begge ben siden weekenden.",
        "Neurologisk undersøgelse normal; symptomerne er gået over.",
    ),
    "previous_cancer": (
        {"previous_cancer": "yes"},
        "Opereret for tarmkræft for 6 år siden.",
        "MR af columna uden metastaser; onkologisk kontrol er i orden.",
    ),
    "unexplained_weight_loss": (
        {"unexplained_weight_loss": "yes"},
        "Har tabt 6 kg uden at ville det.",
        "Udredt i praksis: blodprøver og røntgen normale, vægten er stabil.",
    ),
    "relevant_trauma": ({"relevant_trauma": "yes"}, "Faldt på trappen i sidste uge.", "Røntgen uden brud."),
    "spinal_fracture": (
        {"spinal_fracture": "suspected"},
        "Bankeøm over L1 efter fald; kendt osteoporose.",
        "Røntgen: ældre sammenfald, intet nyt brud.",
    ),
    "spinal_tumour": (
        {"spinal_tumour": "suspected"},
        "Tiltagende natlige smerter; mistanke om tumor.",
        "MR: hæmangiom, ingen tegn på malignitet.",
    ),
}
EXCLUDED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"spinal_tumour": "confirmed"}, "Overgået til kræftpakkeforløb."),
    ({"spinal_fracture": "confirmed"}, "Overgået til udredning og behandling af bruddet."),
    ({"spinal_infection": "confirmed"}, "Indlagt med spondylodiscitis."),
    ({"back_triggered_pain": "no"}, "Smerterne kommer fra hoften; videre forløb hos ortopædkirurg."),
)
OTHER_ENDINGS = (
    ("moved_to_other_care", "Overgået til reumatologisk behandling."),
    ("other", "Borgeren er flyttet til en anden landsdel."),
    ("other", "Borgeren ønsker ikke at fortsætte."),
    ("moved_to_other_care", "Behandles for artrose i hoften."),
    ("died", ""),
)
