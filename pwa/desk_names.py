"""What the keys of the desk are called on screen, in the reader's language."""

from flask_babel import lazy_gettext as _

ROLES = {"administrator": _("Administrator"), "coordinator": _("Coordinator")}
WARNINGS = {
    "copied": _("A copy of one of your passkeys was noticed. Add a new one, then remove that one."),
    "one-passkey": _("You have one passkey only. If you lose it, you are locked out. Add a second one."),
    "one-administrator": _(
        "You are the only administrator. If you are away, nobody can let others in. Invite another one."
    ),
}
# What is done after a passkey was shown again, in the words of the button that asked for it.
DEEDS = {
    "remove": _("Remove for good"),
    "end": _("Sign out there"),
    "end-others": _("Sign out everywhere else"),
    "invite": _("Make a link"),
    "withdraw": _("Take back"),
    "role": _("Keep this role"),
    "back": _("Make a link to come back"),
    "revoke": _("Put out now"),
    "alone": _("Allow one person alone"),
    "together": _("Two people again"),
}
# What was changed about who may come in.
ACCESS = {
    "invited": _("Invited"),
    "withdrawn": _("Invitation taken back"),
    "joined": _("Made a passkey and came in"),
    "link-back": _("Got a link to come back"),
    "came-back": _("Came back by a link"),
    "role": _("Role or areas changed"),
    "out": _("Put out"),
    "passkey-added": _("Added a passkey"),
    "passkey-removed": _("Removed a passkey"),
}
FAULTS = {
    "administrators-only": _("Only an administrator may do this."),
    "back-too-lately": _("You came back by a new link. For 24 hours after that you cannot approve anything."),
    "bad-file": _("This is no file that the desk can read. Take a CSV file in UTF-8 with the columns of the export."),
    "cooldown": _("You came back by a new link. For 24 hours after that you cannot give access to others."),
    "label": _("Write 1 to 40 letters that can be seen."),
    "label-taken": _("That label is in use. Choose another."),
    "last-administrator": _("This is the only administrator. Make another one first."),
    "last-passkey": _("This is your only passkey. Add another one first."),
    "no-areas": _("A coordinator needs one area at least."),
    "no-such-area": _("No such area is offered here, or the name fits several:"),
    "faults": _("The checks found something wrong. Nothing was changed."),
    "not-fresh": _("Show your passkey again first."),
    "not-yet": _("This waits for 24 hours after it was proposed. Come back then."),
    "not-your-area": _("This touches an area that is not yours:"),
    "not-yours": _("Only the one who proposed it can take it back."),
    "nothing-changed": _("Nothing is different from what is there."),
    "own": _("This is your own change. Another person decides about it, whichever passkey you show."),
    "stale": _("It was changed or checked since. Nothing was written. Look at it again:"),
    "waits-already": _("You proposed the same before. It waits."),
    "too-many-changes": _(
        "So many changes cannot wait at once. Let somebody decide about others first, or part the file."
    ),
    "not-all-yours": _("It works in areas that are not yours too. An administrator makes its codes."),
    "organisation-areas": _("An organisation needs one area at least."),
    "organisation-name": _("Write a name of 1 to 80 letters that can be seen."),
    "organisation-taken": _("Another organisation has this name."),
    "phones": _("Write a number from 1 to 30."),
    "too-many-passkeys": _("Ten passkeys are enough. Remove one first."),
}
# What is refused for who asks, not for what was written.
FORBIDDEN = {
    "administrators-only", "back-too-lately", "cooldown", "not-all-yours", "not-fresh", "not-yet",
    "not-your-area", "not-yours", "own",
}  # fmt: skip
