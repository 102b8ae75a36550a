"""`right-door invite`: the first administrator, and the way back in."""

import pytest
from click.testing import CliRunner, Result

from pwa.cli import main
from pwa.config import NAMES
from tests.desk import Desk, Visitor


@pytest.fixture(autouse=True)
def settings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(desk.config.data))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["invite", *arguments])


def test_it_invites_the_first_administrator(desk: Desk) -> None:
    result = run("--administrator")
    assert result.exit_code == 0
    origin, secret = result.stdout.strip().split("/desk/invitation/#")
    assert origin == "http://localhost:8000"
    mine = Visitor(desk)
    assert mine.join(secret).status_code == 200
    assert mine.get("/desk/people/").status_code == 200


def test_the_link_leads_to_the_configured_origin_or_the_port_of_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert run("--administrator").stdout.startswith("http://localhost:9000/desk/")
    monkeypatch.setenv("RIGHT_DOOR_ORIGIN", "https://door.example.org")
    monkeypatch.setenv("RIGHT_DOOR_SECRET_KEY", "s" * 32)
    assert run("--administrator", "--label", "Other").stdout.startswith("https://door.example.org/desk/")


def test_it_lets_back_in_by_label(desk: Desk) -> None:
    desk.somebody("Only one")
    secret = run("--recover", "Only one").stdout.strip().split("#")[1]
    returned = Visitor(desk)
    assert returned.join(secret).status_code == 200
    assert returned.post("/desk/people/invite", label="New", role="administrator").status_code == 403


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --administrator or --recover"),
        (("--administrator", "--recover", "x"), "either --administrator or --recover"),
        (("--administrator", "--label", "Only one"), "in use"),
        (("--administrator", "--label", ""), "1 to 40 letters"),
        (("--recover", "Nobody"), "there is no 'Nobody'. There is 'Only one'."),
    ],
)
def test_it_says_what_is_wrong(desk: Desk, arguments: tuple[str, ...], said: str) -> None:
    desk.somebody("Only one")
    before = desk.rows()
    result = run(*arguments)
    assert result.exit_code == 1 and said in result.stderr
    assert desk.rows() == before
