import contextlib
import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pwa.config import COUNTRIES, HOME_COUNTRIES, NAMES, Config, SettingError

WRONG = {
    "RIGHT_DOOR_ORIGIN": (
        "",
        "example.org",
        "http://example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/",
        "https://example.org/door",
        "https://example.org?a",
        "https://user:word@example.org",
        "https://[",
        "https://exam ple.org",
        "https://example.org:door",
    ),
    "RIGHT_DOOR_READER_ORIGIN": ("example.org", "http://example.org", "https://example.org/", "https://[", "null"),
    "RIGHT_DOOR_DATA": ("",),
    "RIGHT_DOOR_BACKUP": ("a\0b",),
    "RIGHT_DOOR_LANGUAGES": ("", "english", "en_US", "en tlh-", "en.UTF-8", "en@../x"),
    "RIGHT_DOOR_COUNTRIES": ("", "Cambodia", "K1", "KH QQ", "ZZ", "EU"),
    "RIGHT_DOOR_HOME_COUNTRIES": ("", "Cambodia", "K1", "KH QQ", "ZZ", "EU"),
    "RIGHT_DOOR_NAME": ("", "   ", "x" * 31, "Right\nDoor", "Right \u202eDoor", "Right\tDoor"),
    "RIGHT_DOOR_WORKER": ("", "yes", "ON"),
    "RIGHT_DOOR_PERIOD": ("", "month", "Quarter", "half year"),
    "RIGHT_DOOR_JOINED_AREAS": (
        "kh-12",
        "kh-12+",
        "+",
        "kh-12+kh-99",
        "kh-12+kh-08",
        "kh-12+kh-12",
        "kh-12+kh-8 kh-8+kh-2",
        "kh-12+zz-1",
        "kh-12+kh-8;",
        "Phnom Penh+Kandal",
    ),
    "RIGHT_DOOR_SECRET_KEY": ("short", "x" * 31, "x" * 31 + " y", "ក" * 40),
    "RIGHT_DOOR_FORMER_SECRET_KEYS": ("short", f"{'x' * 32} short"),
}
SECRET = "7f" * 32
PIECES = st.lists(
    st.sampled_from(["https://", "http://", "[", "]", ":", "@", "/", "?", "%", ".", "-", "_", "localhost", "en", "KH"])
)


def test_an_empty_environment_answers_this_machine_only() -> None:
    config = Config.from_environ({})
    assert config.development
    assert config.hosts == ["localhost", "127.0.0.1"]
    assert config.languages[0] == "en"
    assert config.countries == COUNTRIES
    assert config.home_countries == HOME_COUNTRIES == ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")
    assert config.name == "Right Door"
    assert config.worker
    assert config.data.is_absolute()


def test_an_origin_answers_its_own_host_and_no_other() -> None:
    config = Config.from_environ(
        {"RIGHT_DOOR_ORIGIN": "https://door.example.org:8443", "RIGHT_DOOR_SECRET_KEY": SECRET}
    )
    assert config.origin == "https://door.example.org:8443"
    assert config.hosts == ["door.example.org"]
    assert not config.development


def test_localhost_may_go_without_tls() -> None:
    assert Config.from_environ({"RIGHT_DOOR_ORIGIN": "http://localhost:8123"}).origin == "http://localhost:8123"


def test_others_are_not_answered_with_a_secret_that_everybody_knows() -> None:
    with pytest.raises(SettingError, match=r"^RIGHT_DOOR_SECRET_KEY: "):
        Config.from_environ({"RIGHT_DOOR_ORIGIN": "https://door.example.org"})


def test_the_secret_is_first_the_former_ones_follow_and_none_is_ever_shown() -> None:
    former = ["a1" * 32, "b2" * 32]
    config = Config.from_environ({"RIGHT_DOOR_SECRET_KEY": SECRET, "RIGHT_DOOR_FORMER_SECRET_KEYS": " ".join(former)})
    assert config.secrets == (SECRET, *former)
    assert not any(secret in repr(config) for secret in config.secrets)
    with pytest.raises(SettingError) as refused:
        Config.from_environ({"RIGHT_DOOR_SECRET_KEY": "hidden words"})
    assert "hidden words" not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_and_its_variable_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=rf"^{name}: "):
        Config.from_environ({name: value})


def test_a_setting_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(SettingError) as refused:
        Config.from_environ({"RIGHT_DOOR_ORIGEN": "https://example.org"})
    assert str(refused.value).startswith("RIGHT_DOOR_ORIGEN: ")
    assert all(name in str(refused.value) for name in NAMES)


def test_other_variables_are_nobodys_business() -> None:
    assert Config.from_environ({"PATH": "/bin", "PORT": "9", "RIGHTDOOR": "x"}) == Config.from_environ({})


@pytest.mark.parametrize("written", ["en km th", "en,km,th", " en; km;\tth ", "en km en th km"])
def test_lists_are_apart_by_space_comma_or_semicolon_and_each_counts_once(written: str) -> None:
    assert Config.from_environ({"RIGHT_DOOR_LANGUAGES": written}).languages == ("en", "km", "th")


def test_countries_may_be_written_in_small_letters() -> None:
    config = Config.from_environ({"RIGHT_DOOR_COUNTRIES": "kh th", "RIGHT_DOOR_HOME_COUNTRIES": "np; kh np"})
    assert config.countries == ("KH", "TH")
    assert config.home_countries == ("NP", "KH")


def test_spaces_around_the_name_are_left_out() -> None:
    assert Config.from_environ({"RIGHT_DOOR_NAME": "  Handbook "}).name == "Handbook"


def test_the_worker_can_be_switched_off() -> None:
    assert not Config.from_environ({"RIGHT_DOOR_WORKER": "off"}).worker


def test_figures_are_for_quarters_and_no_areas_are_joined_unless_it_is_said() -> None:
    config = Config.from_environ({})
    assert (config.period, config.joined_areas) == ("quarter", ())
    assert Config.from_environ({"RIGHT_DOOR_PERIOD": "half-year"}).period == "half-year"


@pytest.mark.parametrize("written", ["kh-8+kh-12 kh-15+kh-2", " KH-12 + KH-8,kh-2+kh-15 ", "kh-2+kh-15\nkh-12+kh-8"])
def test_joined_areas_are_the_same_in_whatever_order_they_are_written(written: str) -> None:
    joined = Config.from_environ({"RIGHT_DOOR_JOINED_AREAS": written}).joined_areas
    assert joined == (("kh-12", "kh-8"), ("kh-15", "kh-2"))


def test_only_areas_that_are_offered_can_be_joined() -> None:
    environ = {"RIGHT_DOOR_JOINED_AREAS": "th-10+th-12", "RIGHT_DOOR_COUNTRIES": "KH"}
    with pytest.raises(SettingError, match="'th-10' is no area that is offered"):
        Config.from_environ(environ)


def test_a_data_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Config.from_environ({"RIGHT_DOOR_DATA": "kept"}).data == tmp_path / "kept"


def test_settings_do_not_change_after_the_start() -> None:
    config = Config.from_environ({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.name = "Another"  # type: ignore[misc]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*NAMES, "RIGHT_DOOR_", "HOME"]), st.text() | PIECES.map("".join)))
@example({"RIGHT_DOOR_ORIGIN": "https://[::1"})
@example({"RIGHT_DOOR_ORIGIN": "https://℀.org"})
def test_any_environment_gives_settings_or_a_setting_error(environ: dict[str, str]) -> None:
    with contextlib.suppress(SettingError):
        config = Config.from_environ(environ)
        assert config.origin.startswith(("https://", "http://localhost"))
        assert all(config.hosts)
