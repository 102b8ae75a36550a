"""The referral pathway of an area: who is called in which stage, drawn from the directory and the local rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from pwa.domain.areas import Area
from pwa.domain.cells import CATEGORIES
from pwa.domain.content import Library
from pwa.domain.directory import Service
from pwa.domain.faults import Fault

# Disclosure needs no service; these are the two stages after it. Help that she may want soon and later stands in both.
STAGES = {
    "now": ("health", "forensic", "hotline", "police", "shelter"),
    "later": (
        "psychosocial", "shelter", "legal", "consular", "migrant_resource", "economic", "training", "mediation",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """The services of one category, in the order to show."""

    category: str
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Pathway:
    """Emergency numbers apart, then stage by stage; a category without any service is there and empty."""

    emergency: tuple[Service, ...]
    now: tuple[Group, ...]
    later: tuple[Group, ...]


def draw(services: Iterable[Service], area: Area, emergency: tuple[str, ...], day: str) -> Pathway:
    """The pathway of `area` from the services that serve it, as they were on `day` (ISO date)."""
    ordered = in_order(services, area, day)
    by_id = {service.id: service for service in ordered}
    urgent = tuple(by_id[i] for i in emergency if i in by_id)
    rest = [service for service in ordered if service not in urgent]
    stages = {
        stage: tuple(Group(c, tuple(s for s in rest if c in s.categories)) for c in categories)
        for stage, categories in STAGES.items()
    }
    return Pathway(urgent, **stages)


def by_category(services: Iterable[Service], area: Area, emergency: tuple[str, ...], day: str) -> tuple[Group, ...]:
    """The directory of `area`: each service once, under its first category, emergency numbers left out."""
    ordered = [s for s in in_order(services, area, day) if s.id not in emergency]
    groups = (Group(c, tuple(s for s in ordered if s.categories[0] == c)) for c in CATEGORIES)
    return tuple(group for group in groups if group.services)


def ambulance_in(services: Iterable[Service]) -> bool:
    """Whether one of these is known to send an ambulance."""
    return any("health" in service.categories for service in services)


def in_order(services: Iterable[Service], area: Area, day: str) -> list[Service]:
    """Those whose check is old on `day` (ISO date) last. In both parts the area's own first, then by check and name.

    `day` is that of the directory's last change: a page holds no time of its own. The phone, which knows the day, sinks
    those that have grown old since.
    """
    by_name = sorted(services, key=lambda s: s["name"].casefold())
    by_check = sorted(by_name, key=lambda s: s.checked_on, reverse=True)
    return sorted(by_check, key=lambda s: (s.is_old(day), s["province"] != area.code))


def cross_faults(library: Library, services: Iterable[Service]) -> list[Fault]:
    """Rules that name an emergency service that the directory does not have, or that cannot be called."""
    by_id = {service.id: service for service in services if service["status"] == "open"}
    faults = []
    for slug, wanted in library.emergency_ids():
        service = by_id.get(wanted)
        if not service or service["country"] != slug[:2].upper():
            message = f"{wanted!r} is no open service of the directory in this country."
            faults.append(Fault(f"content/en/rules/{slug}.md", "emergency", message))
        elif not service.phones:
            faults.append(Fault(f"content/en/rules/{slug}.md", "emergency", f"{wanted!r} has no telephone number."))
    return faults
