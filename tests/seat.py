"""A person at the desk: a browser of her own with a virtual authenticator in it, by the DevTools protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


class Seat:
    """One browser profile, its tab, and an authenticator that verifies its user without asking."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context, self.origin = context, origin
        self.errors: list[str] = []
        self.tab = context.new_page()
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self._wire = context.new_cdp_session(self.tab)
        self._wire.send("WebAuthn.enable")
        self.authenticator = self.plug_in()

    def plug_in(self) -> str:
        """One more authenticator in this browser. Returns its id."""
        about = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made: dict[str, str] = self._wire.send("WebAuthn.addVirtualAuthenticator", {"options": about})
        return made["authenticatorId"]

    def unplug(self, authenticator: str) -> None:
        self._wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})

    def held(self, authenticator: str | None = None) -> list[dict[str, Any]]:
        """The passkeys in an authenticator."""
        about = {"authenticatorId": authenticator or self.authenticator}
        found: dict[str, list[dict[str, Any]]] = self._wire.send("WebAuthn.getCredentials", about)
        return found["credentials"]

    def open(self, path: str) -> Page:
        self.tab.goto(self.origin + path)
        return self.tab

    def accept(self, link: str, name: str = "Blue key") -> Page:
        """Follow an invitation to the first page of the desk."""
        self.tab.goto(link)
        self.tab.get_by_label("What do you call this passkey?").fill(name)
        self.tab.get_by_role("button", name="Make my passkey").click()
        expect(self.tab.get_by_role("heading", name="Desk", exact=True)).to_be_visible()
        return self.tab

    def sign_in(self) -> Page:
        self.open("/desk/").get_by_role("button", name="Sign in with a passkey").click()
        expect(self.tab.get_by_role("button", name="Sign out")).to_be_visible()
        return self.tab


@contextmanager
def seat(browser: Browser, origin: str, **options: Any) -> Iterator[Seat]:
    """Somebody who has never been here, gone again at the end."""
    context = browser.new_context(**{"viewport": PHONE, **options})
    try:
        yield Seat(context, origin)
    finally:
        context.close()
