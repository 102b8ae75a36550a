"""The bars of a table of published figures, as parts of the width that a bar may take."""

from dataclasses import dataclass

from pwa.domain.figures import THRESHOLD, Figure, Table

# The words stand beside the longest bar.
WIDEST = 60
FEW_AT_MOST = THRESHOLD - 1


@dataclass(frozen=True)
class Bar:
    """The length of what is shown, and of what is only known to be at most so much more; in percent, 0 for none."""

    solid: float
    dotted: float


def bars(table: Table) -> tuple[tuple[Bar, Bar], ...]:
    """For each area of a table its bars of disclosures and of referrals, all on one scale that begins at nought."""
    reach = max((_end(figure) for row in table.areas for figure in (row.disclosures, row.referrals)), default=0)
    unit = WIDEST / max(reach, 1)
    return tuple((_bar(row.disclosures, unit), _bar(row.referrals, unit)) for row in table.areas)


def _bar(figure: Figure, unit: float) -> Bar:
    solid = figure.about or 0
    return Bar(round(solid * unit, 1), round((_end(figure) - solid) * unit, 1))


def _end(figure: Figure) -> int:
    """Where the bar ends: at the rounded number, and further by nine for each period of fewer than ten."""
    return (figure.about or 0) + (0 if figure.unsaid else FEW_AT_MOST * figure.few)
