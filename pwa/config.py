"""Settings: read once from the environment, frozen, and refused by name where they are wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pycountry
from babel import Locale, UnknownLocaleError

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_ORIGIN = "http://localhost:8000"
# The ten ASEAN countries that the rules are written for, then the places where many women go to work.
COUNTRIES = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN", "AE", "HK", "JP", "KR", "KW", "TW")
HOME_COUNTRIES = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")
NAMES = (
    "RIGHT_DOOR_ORIGIN",
    "RIGHT_DOOR_DATA",
    "RIGHT_DOOR_LANGUAGES",
    "RIGHT_DOOR_COUNTRIES",
    "RIGHT_DOOR_HOME_COUNTRIES",
    "RIGHT_DOOR_NAME",
    "RIGHT_DOOR_WORKER",
)


class SettingError(Exception):
    """A setting that stops the start. The message names the variable and says what would be right."""


@dataclass(frozen=True)
class Config:
    """Everything that a deployment can choose. Paths are absolute; `origin` has no slash at its end."""

    origin: str
    data: Path
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    home_countries: tuple[str, ...]
    name: str
    worker: bool
    content: Path = ROOT / "content"
    directory: Path = ROOT / "directory.csv"

    @property
    def development(self) -> bool:
        """Whether nobody has set an origin: then only this machine is answered."""
        return urlsplit(self.origin).hostname == "localhost"

    @property
    def hosts(self) -> list[str]:
        """The Host headers that are answered; any other gets 400."""
        host = urlsplit(self.origin).hostname or ""
        return ["localhost", "127.0.0.1"] if self.development else [host]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """The settings in `environ`. Raises SettingError, naming the variable, for the first wrong one."""
        for name in environ:
            if name.startswith("RIGHT_DOOR_") and name not in NAMES:
                raise SettingError(f"{name}: no such setting. There are: {', '.join(NAMES)}.")
        content = ROOT / "content"
        written = sorted(p.name for p in content.iterdir() if (p / "now").is_dir())
        return cls(
            origin=_origin(environ.get("RIGHT_DOOR_ORIGIN", DEVELOPMENT_ORIGIN)),
            data=_folder(environ.get("RIGHT_DOOR_DATA", str(ROOT / "data"))),
            languages=_languages(environ.get("RIGHT_DOOR_LANGUAGES", " ".join(["en", *written]))),
            countries=_countries(environ, "RIGHT_DOOR_COUNTRIES", COUNTRIES),
            home_countries=_countries(environ, "RIGHT_DOOR_HOME_COUNTRIES", HOME_COUNTRIES),
            name=_name(environ.get("RIGHT_DOOR_NAME", "Right Door")),
            worker=_worker(environ.get("RIGHT_DOOR_WORKER", "on")),
        )


def _origin(value: str) -> str:
    found = re.fullmatch(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:\d{1,5})?", value)
    if not found or not (found["scheme"] == "https" or found["host"] == "localhost"):
        raise SettingError(f"RIGHT_DOOR_ORIGIN: {value!r} is no origin. Write https://host, without a path or slash.")
    return value


def _folder(value: str) -> Path:
    if not value.strip() or "\0" in value:
        raise SettingError("RIGHT_DOOR_DATA: write the folder that holds the data, such as /var/lib/right-door.")
    return Path(value).absolute()


def _list(value: str) -> list[str]:
    return list(dict.fromkeys(re.split(r"[\s,;]+", value.strip())))


def _languages(value: str) -> tuple[str, ...]:
    codes = _list(value)
    for code in codes:
        try:
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
                raise ValueError(code)
            Locale.parse(code, sep="-")
        except (ValueError, UnknownLocaleError):
            raise SettingError(
                f"RIGHT_DOOR_LANGUAGES: {code!r} is no language code. Write codes such as en km th, apart by a space."
            ) from None
    return tuple(codes)


def _countries(environ: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    codes = [code.upper() for code in _list(environ.get(name, " ".join(default)))]
    for code in codes:
        if not re.fullmatch("[A-Z]{2}", code) or not pycountry.countries.get(alpha_2=code):
            raise SettingError(f"{name}: {code!r} is no ISO 3166 country. Write codes such as KH TH, apart by a space.")
    return tuple(codes)


def _name(value: str) -> str:
    if not 1 <= len(value.strip()) <= 30 or not value.isprintable():
        raise SettingError(
            "RIGHT_DOOR_NAME: write 1 to 30 letters. It stands on the phone for all to see: keep it dull."
        )
    return value.strip()


def _worker(value: str) -> bool:
    if value not in ("on", "off"):
        raise SettingError(f"RIGHT_DOOR_WORKER: {value!r} is neither on nor off.")
    return value == "on"
