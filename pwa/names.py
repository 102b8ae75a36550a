"""What the keys of the domain are called on screen, in the reader's language."""

from flask_babel import lazy_gettext as _

CATEGORIES = {
    "hotline": _("Helpline"),
    "police": _("Police"),
    "health": _("Health care"),
    "forensic": _("Forensic exam"),
    "legal": _("Legal help"),
    "mediation": _("Mediation"),
    "psychosocial": _("Counselling"),
    "economic": _("Money and work support"),
    "shelter": _("Safe shelter"),
    "consular": _("Embassy or consulate"),
    "migrant_resource": _("Help for migrant workers"),
    "training": _("Training"),
}
# On the buttons for the moment when a life is at risk.
EMERGENCY = CATEGORIES | {"health": _("Ambulance"), "hotline": _("Any emergency")}
RULE_PARTS = {
    "report": _("What must be reported here"),
    "forensic": _("Who may do the forensic exam"),
    "care": _("Care without going to the police"),
    "under-18": _("If she is under 18"),
    "immigration": _("Her papers and immigration"),
}
RULE_STATES = {
    "known": _("Rule found"),
    "unsure": _("Not sure"),
    "unknown": _("Not known"),
}
BLOCKS = {
    "say": _("You can say"),
    "avoid": _("Avoid"),
    "agency": _("If you work for a recruitment agency"),
    "inspector": _("If you inspect workplaces"),
    "centre": _("If you work at a centre or a union"),
    "consulate": _("If you work at a consulate"),
}
WORKS_IN = {
    "origin": _("In a country that women leave for work"),
    "destination": _("In a country that women come to for work"),
    "both": _("In both"),
}
ONLY_IN = {
    "origin": _("Only in a country that women leave for work."),
    "destination": _("Only in a country that women come to for work."),
}
SCALES = {
    "met": {"met": _("Met"), "in-process": _("In process"), "not-met": _("Not met")},
    "yes-no": {"met": _("Yes"), "in-process": _("Not sure"), "not-met": _("No")},
}
ANSWERS = {"yes": _("yes"), "no": _("no"), "unknown": _("not known")}
CHANNELS = {
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "telegram": "Telegram",
    "line": "LINE",
    "viber": "Viber",
}
