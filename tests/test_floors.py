"""The floors of the house as data: a module imports only from a lower floor, and the lower ones know no web."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    ("pwa.config", "pwa.domain", "pwa.proxies"),
    (
        "pwa.store.migrations",
        "pwa.store.sql",
        "pwa.store.postgres_tables",
        "pwa.store.postgres_settings",
        "pwa.catalogues",
    ),
    ("pwa.store.postgres",),
    ("pwa.store.db",),
    ("pwa.store.finding", "pwa.store.orderless", "pwa.store.history"),
    ("pwa.store.access_history",),
    (
        "pwa.store.services",
        "pwa.store.flags",
        "pwa.store.releases",
        "pwa.store.organisations",
        "pwa.store.people",
        "pwa.store.sessions",
        "pwa.store.places",
        "pwa.store.overdue",
    ),
    ("pwa.store.counts", "pwa.store.moving", "pwa.store.access", "pwa.store.waiting"),
    ("pwa.store.proposals", "pwa.backups"),
    (
        "pwa.backup_files",
        "pwa.findings",
        "pwa.restoring",
        "pwa.store.till",
        "pwa.sealing",
        "pwa.enrolment",
        "pwa.proofs",
        "pwa.holdings",
        "pwa.upkeep",
        "pwa.static_folder",
    ),
    ("pwa.passkeys", "pwa.data_findings", "pwa.machine_findings"),
    ("pwa.guard", "pwa.press", "pwa.names", "pwa.figure_names", "pwa.desk_names"),
    ("pwa.directory_names", "pwa.poster_names", "pwa.static_hosts"),
    ("pwa.web",),
    ("pwa.packs", "pwa.clocks", "pwa.entry_words", "pwa.desk_web"),
    ("pwa.desk_forms", "pwa.desk_organisations"),
    ("pwa.views",),
    ("pwa.app",),
    ("pwa.checkup", "pwa.gate", "pwa.static_site"),
    (
        "pwa.backup_commands",
        "pwa.directory_commands",
        "pwa.doctor_command",
        "pwa.figures_commands",
        "pwa.flag_commands",
        "pwa.organisation_commands",
        "pwa.people_commands",
        "pwa.holdings_command",
        "pwa.counts_commands",
        "pwa.words_commands",
        "pwa.static_command",
    ),
    ("pwa.cli",),
)
WITHOUT_WEB = 10
# Rooms of one floor that may use each other, each naming what it stands on.
BESIDE = {
    "pwa.config": {"areas", "periods"},
    "pwa.proxies": {"faults"},
    "pwa.domain.abroad": {"areas", "directory", "phones"},
    "pwa.domain.areas": {"contentfile", "faults"},
    "pwa.domain.assets": {"pack", "scripts"},
    "pwa.domain.cells": {"areas", "holidays", "hours", "phones"},
    "pwa.domain.chart": {"figures"},
    "pwa.domain.checklist": {"contentfile", "faults", "pages"},
    "pwa.domain.content": {
        "checklist",
        "contentfile",
        "faults",
        "glosses",
        "languages",
        "lessons",
        "pages",
        "parallel",
        "rules",
        "words",
    },
    "pwa.domain.coverage": {"content", "languages", "pages", "phrases"},
    "pwa.domain.glosses": {"contentfile", "faults"},
    "pwa.domain.parallel": {"contentfile", "markup"},
    "pwa.domain.contentfile": {"faults", "markup"},
    "pwa.domain.directory": {"cells", "faults", "freshness", "holidays", "hours", "phones", "spreadsheet"},
    "pwa.domain.holidays": {"hours"},
    "pwa.domain.hsds": {"cells", "directory", "faults", "hours", "hsds_fields", "hsds_week", "phones"},
    "pwa.domain.hsds_fields": {"directory", "hsds_week", "phones"},
    "pwa.domain.hsds_week": {"holidays", "hours"},
    "pwa.domain.hxl": {"figures", "periods"},
    "pwa.domain.lessons": {"contentfile", "markup", "pages", "stories"},
    "pwa.domain.naming": {"areas", "search"},
    "pwa.domain.pages": {"contentfile", "markup"},
    "pwa.domain.pathway": {"areas", "cells", "content", "directory", "faults"},
    "pwa.domain.periods": {"counting"},
    "pwa.domain.phrases": {"contentfile", "faults", "languages"},
    "pwa.domain.places": {"cells", "markup", "pages", "phones", "proposals", "rules"},
    "pwa.domain.poster_svg": {"linebreaks", "poster", "posters"},
    "pwa.domain.proposals": {"directory", "phones"},
    "pwa.domain.rules": {"contentfile", "markup", "pages"},
    "pwa.domain.spreadsheet": {"cells", "faults"},
    "pwa.domain.search": {"areas"},
    "pwa.domain.stories": {"markup"},
    "pwa.domain.words": {"contentfile", "markup"},
}


def _modules() -> dict[str, ast.Module]:
    paths = [path for path in (ROOT / "pwa").rglob("*.py") if path.name != "__init__.py"]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for path, name in names.items()}


def _imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _floor(module: str) -> int | None:
    for number, rooms in enumerate(FLOORS):
        if any(module == room or module.startswith(f"{room}.") for room in rooms):
            return number
    return None


def test_every_module_stands_on_a_floor() -> None:
    assert [name for name in _modules() if _floor(name) is None] == []


def test_a_module_imports_only_from_a_lower_floor() -> None:
    modules = _modules()
    for name, tree in modules.items():
        own = _floor(name)
        assert own is not None
        for used in _imports(tree) & modules.keys():
            floor = _floor(used)
            assert floor is not None
            beside = used.removeprefix("pwa.domain.") in BESIDE.get(name, set())
            assert floor < own or (floor == own == 0 and beside), f"{name} imports {used}"


def test_the_lower_floors_have_never_heard_of_the_web() -> None:
    for name, tree in _modules().items():
        floor = _floor(name)
        if floor is not None and floor < WITHOUT_WEB:
            tops = {used.split(".")[0] for used in _imports(tree)}
            assert not tops & {"flask", "flask_babel", "werkzeug", "jinja2", "waitress", "click"}, name


def test_no_file_has_outgrown_its_room() -> None:
    rooms = {".py": 250, ".html": 100, ".js": 150}
    for path in (ROOT / "pwa").rglob("*"):
        lines = rooms.get(path.suffix, 100_000)
        if path.suffix in rooms and path.name != "sw.js":
            assert len(path.read_text(encoding="utf-8").splitlines()) <= lines, path
