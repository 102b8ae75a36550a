"""Settings: read once from the environment, frozen, and refused by name where they are wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pycountry
from babel import Locale, UnknownLocaleError

from pwa.domain import areas, periods

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_ORIGIN = "http://localhost:8000"
DEVELOPMENT_SECRET = "known-to-everybody-so-only-for-this-machine"  # noqa: S105
# The ten ASEAN countries that the rules are written for, then the places where many women go to work.
COUNTS_OPTIONS = ("passfile", "sslcert", "sslkey", "sslmode", "sslrootcert")
COUNTRIES = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN", "AE", "HK", "JP", "KR", "KW", "TW")
HOME_COUNTRIES = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")
NAMES = (
    "RIGHT_DOOR_ORIGIN",
    "RIGHT_DOOR_DATA",
    "RIGHT_DOOR_BACKUP",
    "RIGHT_DOOR_COUNTS",
    "RIGHT_DOOR_LANGUAGES",
    "RIGHT_DOOR_COUNTRIES",
    "RIGHT_DOOR_HOME_COUNTRIES",
    "RIGHT_DOOR_NAME",
    "RIGHT_DOOR_WORKER",
    "RIGHT_DOOR_SECRET_KEY",
    "RIGHT_DOOR_FORMER_SECRET_KEYS",
    "RIGHT_DOOR_PERIOD",
    "RIGHT_DOOR_JOINED_AREAS",
    "RIGHT_DOOR_READER_ORIGIN",
)


class SettingError(Exception):
    """A setting that stops the start. The message names the variable and says what would be right."""


@dataclass(frozen=True)
class Config:
    """Everything that a deployment can choose. Paths are absolute; `origin` has no slash at its end.

    `secrets` holds the secret key, then the former ones. `period` is "quarter" or "half-year"; `joined_areas` holds the
    slugs of areas whose figures are published as one, each in its order. `backup` is a file, or a folder for one.
    `reader_origin` is where readers read an export as static files, "" where nobody does; `static` is true while such
    an export is made. `counts` is the address of a PostgreSQL, "" for the file in `data`.
    """

    origin: str
    data: Path
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    home_countries: tuple[str, ...]
    name: str
    worker: bool
    secrets: tuple[str, ...] = field(repr=False)
    period: str
    joined_areas: tuple[tuple[str, ...], ...]
    backup: Path | None = None
    reader_origin: str = ""
    static: bool = False
    counts: str = field(default="", repr=False)
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

    @property
    def readers(self) -> str:
        """The origin that readers are sent to: on paper, on slides, in the code that enrols a phone."""
        return self.reader_origin or self.origin

    @property
    def counts_at(self) -> str | None:
        """The origin that phones send counts to: "" is that of the page itself, None where nothing is counted."""
        if not self.static or self.reader_origin == self.origin:
            return ""
        return self.origin if self.reader_origin else None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """The settings in `environ`. Raises SettingError, naming the variable, for the first wrong one."""
        for name in environ:
            if name.startswith("RIGHT_DOOR_") and name not in NAMES:
                raise SettingError(f"{name}: no such setting. There are: {', '.join(NAMES)}.")
        content = ROOT / "content"
        countries = _countries(environ, "RIGHT_DOOR_COUNTRIES", COUNTRIES)
        written = sorted(p.name for p in content.iterdir() if (p / "now").is_dir())
        return cls(
            origin=_origin(environ.get("RIGHT_DOOR_ORIGIN", DEVELOPMENT_ORIGIN)),
            data=_folder(environ.get("RIGHT_DOOR_DATA", str(ROOT / "data"))),
            languages=_languages(environ.get("RIGHT_DOOR_LANGUAGES", " ".join(["en", *written]))),
            countries=countries,
            home_countries=_countries(environ, "RIGHT_DOOR_HOME_COUNTRIES", HOME_COUNTRIES),
            name=_name(environ.get("RIGHT_DOOR_NAME", "Right Door")),
            worker=_worker(environ.get("RIGHT_DOOR_WORKER", "on")),
            secrets=_secrets(environ),
            period=_period(environ.get("RIGHT_DOOR_PERIOD", "quarter")),
            joined_areas=_joined(environ.get("RIGHT_DOOR_JOINED_AREAS", ""), countries),
            backup=_backup(environ.get("RIGHT_DOOR_BACKUP", "")),
            reader_origin=_reader_origin(environ.get("RIGHT_DOOR_READER_ORIGIN", "")),
            counts=_counts(environ.get("RIGHT_DOOR_COUNTS", "")),
        )


def _origin(value: str, name: str = "RIGHT_DOOR_ORIGIN") -> str:
    found = re.fullmatch(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:\d{1,5})?", value)
    if not found or not (found["scheme"] == "https" or found["host"] == "localhost"):
        raise SettingError(f"{name}: {value!r} is no origin. Write https://host, without a path or slash.")
    return value


def _reader_origin(value: str) -> str:
    # As a browser writes it: a name in capitals would never be the same as an Origin header.
    return _origin(value, "RIGHT_DOOR_READER_ORIGIN").lower() if value else ""


def _folder(value: str) -> Path:
    if not value.strip() or "\0" in value:
        raise SettingError("RIGHT_DOOR_DATA: write the folder that holds the data, such as /var/lib/right-door.")
    return Path(value).absolute()


def _backup(value: str) -> Path | None:
    if "\0" in value:
        raise SettingError("RIGHT_DOOR_BACKUP: write a file, or a folder for it, such as /var/backups/right-door.")
    return Path(value).absolute() if value.strip() else None


def _counts(value: str) -> str:
    """The address of a PostgreSQL; "" for none. A message never repeats it: it may hold a password."""
    form = "Write postgresql://user@host/database, and percent-encode what is not a letter or digit in the password."
    try:
        found = urlsplit(value)
        given, host, _ = parse_qs(found.query, strict_parsing=bool(found.query)), found.hostname or "", found.port
    except ValueError:
        raise SettingError(f"RIGHT_DOOR_COUNTS: this is no address of a PostgreSQL. {form}") from None
    if not value:
        return ""
    if found.scheme != "postgresql" or not re.fullmatch(r"/[\w.-]+", found.path) or found.fragment:
        raise SettingError(f"RIGHT_DOOR_COUNTS: this is no address of a PostgreSQL. {form}")
    if wrong := sorted(set(given) - set(COUNTS_OPTIONS)):
        raise SettingError(f"RIGHT_DOOR_COUNTS: {wrong[0]} cannot be set. There are: {', '.join(COUNTS_OPTIONS)}.")
    if host not in ("", "localhost", "127.0.0.1", "::1") and given.get("sslmode") != ["verify-full"]:
        raise SettingError("RIGHT_DOOR_COUNTS: on another machine it needs ?sslmode=verify-full&sslrootcert=FILE.")
    return value


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


def _period(value: str) -> str:
    if value not in periods.KINDS:
        raise SettingError(f"RIGHT_DOOR_PERIOD: {value!r} is neither {' nor '.join(periods.KINDS)}.")
    return value


def _joined(value: str, countries: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    name, seen, joined = "RIGHT_DOOR_JOINED_AREAS", set[str](), []
    for group in _list(re.sub(r"\s*\+\s*", "+", value.lower())) if value.strip() else []:
        slugs = group.split("+")
        if len(slugs) < 2:
            raise SettingError(f"{name}: {group!r} joins nothing. Write areas such as kh-12+kh-8, apart by a space.")
        for slug in slugs:
            country = slug[:2].upper()
            if country not in countries or slug.upper() not in {country, *areas.first_level_codes(country)}:
                raise SettingError(f"{name}: {slug!r} is no area that is offered. Write areas such as kh-12+kh-8.")
            if slug in seen:
                raise SettingError(f"{name}: {slug!r} stands there twice. An area belongs to one group.")
            seen.add(slug)
        joined.append(tuple(sorted(slugs)))
    return tuple(sorted(joined))


def _secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    ours = environ.get("RIGHT_DOOR_SECRET_KEY", "")
    if not ours:
        if "RIGHT_DOOR_ORIGIN" in environ and not _origin(environ["RIGHT_DOOR_ORIGIN"]).startswith("http://localhost"):
            raise SettingError(
                "RIGHT_DOOR_SECRET_KEY: write 32 or more random letters, and keep them apart from the data."
            )
        ours = DEVELOPMENT_SECRET
    former = environ.get("RIGHT_DOOR_FORMER_SECRET_KEYS", "").split()
    for name, secret in [("RIGHT_DOOR_SECRET_KEY", ours), *(("RIGHT_DOOR_FORMER_SECRET_KEYS", f) for f in former)]:
        # The secret itself is never repeated in a message: messages end up in logs.
        if len(secret) < 32 or not re.fullmatch(r"[!-~]+", secret):
            raise SettingError(
                f"{name}: write 32 or more letters and digits, without a space, such as 64 random hex digits."
            )
    return (ours, *former)
