"""Settings of PostgreSQL that would keep a timeline of what came, or lose what was confirmed: docs/postgresql.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

SLOTS = "replication slots"
_KEEPS = "it keeps each change together with its time"
_TIMES = "it writes down at which second something was counted"
_VALUES = "it writes down what was counted, and at which second"
_LOSES = "a power cut could lose what was confirmed"
_LONGER = "times of counts stay on the disk for longer"


@dataclass(frozen=True)
class Verdict:
    """What is wrong with the settings of a server, a sentence each. What is `refused` stops the start."""

    refused: tuple[str, ...]
    warned: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    """`right` is what to write; `holds` whether a value is right, in the units of pg_settings."""

    name: str
    right: str
    why: str
    holds: Callable[[str], bool]


def _is(name: str, right: str, why: str, *others: str) -> _Rule:
    return _Rule(name, right, why, lambda value: value in (right, *others))


_REFUSED = (
    _is("archive_mode", "off", _KEEPS),
    _is(SLOTS, "0", _KEEPS),
    _is("wal_level", "minimal", _KEEPS, "replica"),
    _is("track_commit_timestamp", "off", _KEEPS),
    _is("log_statement", "none", _TIMES, "ddl"),
    _is("log_duration", "off", _TIMES),
    _is("log_min_duration_statement", "-1", _VALUES),
    _is("log_min_duration_sample", "-1", _VALUES),
    _is("log_transaction_sample_rate", "0", _VALUES),
    _is("log_parameter_max_length_on_error", "0", _VALUES),
    _is("auto_explain.log_min_duration", "-1", _VALUES),
    _is("pgaudit.log", "none", _VALUES, ""),
    _Rule("log_min_messages", "warning", _TIMES, lambda value: not value.startswith("debug")),
    _is("fsync", "on", _LOSES),
    _is("full_page_writes", "on", _LOSES),
)
_WARNED = (
    _is("wal_level", "minimal", "another server could be fed with each change", "logical"),
    _Rule("max_wal_size", "32MB", _LONGER, lambda value: int(value) <= 64),
    _Rule("wal_keep_size", "0", _LONGER, lambda value: int(value) == 0),
    _is("wal_recycle", "off", _LONGER),
    _Rule("checkpoint_timeout", "30s", _LONGER, lambda value: int(value) <= 60),
    _Rule("archive_timeout", "60s", _LONGER, lambda value: 0 < int(value) <= 300),
    _is("autovacuum", "on", "rows that were changed stay on the disk for longer"),
    _is("log_checkpoints", "off", "it writes down in which minutes something was counted"),
    _is("log_autovacuum_min_duration", "-1", "it writes down in which minutes something was counted"),
    _is("log_lock_waits", "off", "it writes down when two batches came at once"),
    _is("summarize_wal", "off", _LONGER),
    _is("pg_stat_statements.track", "none", "it counts what was asked of the database, by kind"),
)
NAMES = tuple(dict.fromkeys(rule.name for rule in (*_REFUSED, *_WARNED) if rule.name != SLOTS))


def judge(settings: Mapping[str, str]) -> Verdict:
    """Hold the settings of a server against the rules. One that it does not have, or does not show, is not judged."""
    return Verdict(_broken(_REFUSED, settings), _broken(_WARNED, settings))


def _broken(rules: tuple[_Rule, ...], settings: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{rule.name} is {settings[rule.name]}: {rule.why}. It should be {rule.right}."
        for rule in rules
        if rule.name in settings and not rule.holds(settings[rule.name])
    )
