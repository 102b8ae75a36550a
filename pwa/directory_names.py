"""What the columns of an entry and the changes of it are called at the desk, in the reader's language."""

from flask_babel import lazy_gettext as _

from pwa import names
from pwa.domain.counting import Reason
from pwa.domain.rules import RULE_PARTS

# The fields of the form, in its order, each with its name and what to write in it.
FIELDS = {
    "name": (_("Name"), _("As it is known in English.")),
    "name_local": (_("Name in the local language"), ""),
    "categories": (_("Kinds of help"), _("The first one decides where it stands in the list.")),
    "place": (_("Where it helps"), _("A province, or a country where it helps in all of it.")),
    "phones": (_("Telephone"), _("117; +855 23 997 919 [office]. A semicolon between numbers.")),
    "messaging": (_("Messages"), _("whatsapp +855 12 345 678, or sms, telegram, line, viber. A semicolon between.")),
    "email": (_("E-mail"), ""),
    "url": (_("Web site"), _("https://...")),
    "hours": (_("Open"), _("24/7, or Mo-Fr 08:00-17:00; Sa 08:00-12:00")),
    "confidential": (_("Must its address stay secret?"), _("Always yes for a shelter.")),
    "location": (_("Address"), _("Of a secret place at most the city or province.")),
    "services": (_("What it does"), _("In short and plain words.")),
    "cost": (_("Cost"), _("Such as: free.")),
    "for_whom": (_("For whom"), _("Empty: for everybody.")),
    "for_nationals": (_("For people from"), _("Of a consulate: codes of countries, such as KH;ID.")),
    "languages": (_("Languages"), _("Codes with a semicolon between: km;en.")),
    "interpreter": (_("Has it an interpreter?"), ""),
    "asks_for_papers": (_("Does it ask for papers?"), ""),
    "may_report": (_("May it report to police or immigration?"), ""),
    "access": (_("Can a wheelchair get in?"), ""),
    "source": (_("Source"), _("Title <https://...>. Several: ' | ' between.")),
    "source_date": (_("Date of the source"), _("2026, 2026-11, 2026-11-23, or undated. One for each source.")),
}
COLUMNS = {column: name for column, (name, _hint) in FIELDS.items()} | {
    "id": _("Id"),
    "country": _("Country"),
    "province": _("Province"),
    "status": _("Open or closed"),
    "checked_on": _("Checked on"),
    "checked_by": _("Checked by"),
    "language": _("Language of these words"),
    "focal_role": _("Focal point: role"),
    "focal_organisation": _("Focal point: organisation"),
    "focal_contact": _("Focal point: contact"),
    "checked_role": _("Rules checked by: role"),
    "checked_organisation": _("Rules checked by: organisation"),
}
for _part in RULE_PARTS:
    COLUMNS[f"{_part}_state"] = COLUMNS[f"{_part}_text"] = names.RULE_PARTS[_part]
_YES_NO = {"yes": _("yes"), "no": _("no")}
CHOICES = {
    "confidential": _YES_NO,
    "interpreter": names.ANSWERS,
    "asks_for_papers": names.ANSWERS,
    "may_report": names.ANSWERS,
    "access": names.ANSWERS,
    "status": {"open": _("open"), "closed": _("closed")},
}
KINDS = {
    "edit": _("Edited"),
    "add": _("New entry"),
    "close": _("Closed"),
    "reopen": _("Opened again"),
    "roll-back": _("Back to an earlier state"),
    "import": _("From a file"),
    "checked": _("Still right, checked"),
    "refused": _("Refused"),
}
STATES = {
    "flagged": _("Flagged by readers"),
    "overdue": _("Not checked for 180 days"),
    "never": _("Never checked"),
    "due": _("Due for a check"),
    "fresh": _("Checked in the last 90 days"),
    "closed": _("Closed"),
}
REASONS = {
    Reason.NO_ANSWER: _("Nobody answers"),
    Reason.WRONG_NUMBER: _("Wrong number"),
    Reason.MOVED: _("It has moved"),
    Reason.CLOSED: _("It is closed"),
}
