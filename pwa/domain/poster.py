"""An address as a QR code that a camera reads from paper or from a projector."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET = 4  # Modules of white around the code, by ISO/IEC 18004.
# How much of a code may be lost and it is still read: 15 in 100, and 25 for paper that hangs for months.
CORRECTION = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}


def qr_svg(address: str, correction: str = "M") -> str:
    """The QR code of an address as one SVG element on a white ground of its own, for dark screens too.

    Raises ValueError for an empty address, and for one that is too long for any code.
    """
    side, paths = qr_paths(address, correction)
    return (
        f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{_escaped(address)}" '
        f'shape-rendering="crispEdges">{paths}</svg>'
    )


def qr_paths(address: str, correction: str = "M") -> tuple[int, str]:
    """The side of the code in modules, its quiet zone among them, and its ground and modules as SVG paths.

    Fills, and no background of a style: a browser that prints leaves backgrounds out. Raises ValueError.
    """
    if not address:
        raise ValueError("A QR code needs an address.")
    code = qrcode.QRCode(error_correction=CORRECTION[correction], border=QUIET)
    code.add_data(address)
    code.make()
    matrix = code.get_matrix()
    side = len(matrix)
    return side, f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{_drawn(matrix)}"/>'


def _drawn(matrix: list[list[bool]]) -> str:
    """A rectangle for each run of dark modules. Each is placed from the one before: such numbers compress by a third
    better than places on the sheet, and a pack holds ten codes."""
    path, x, y = "M0 0", 0, 0
    for row, modules in enumerate(matrix):
        for start, end in _runs([bool(dark) for dark in modules]):
            path += f"m{start - x} {row - y}h{end - start}v1h{start - end}z"
            x, y = start, row
    return path


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    edges = [x for x, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True)) if left != right]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
