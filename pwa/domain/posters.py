"""What stands on a poster, language by language, and the sizes and tones that there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Sizes on paper in millimetres. A sticker is as large as a bank card; ten stand on a sheet of A4.
SIZES = {"a4": (210, 297), "a5": (148, 210), "sticker": (210, 297)}
# More languages would push the letters below what is read from a wall.
MOST_LANGUAGES = {"a4": 4, "a5": 2, "sticker": 10}
STICKER, STICKERS = (85, 54), 10
TONES = ("workers", "staff", "trainers")


@dataclass(frozen=True)
class Number:
    """Numbers of one emergency service with their note, the category that says whom they call, and whether anybody
    ever checked them."""

    numbers: tuple[str, ...]
    note: str
    kind: str
    checked: bool


@dataclass(frozen=True)
class Block:
    """The words of a poster in one language, and the address of the area in it."""

    lang: str
    direction: str
    address: str
    place: str
    title: str
    lines: tuple[str, ...]
    emergency: str
    unchecked: str
    printed: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class Poster:
    """A poster or a sheet of stickers. Its code holds the address of the first block; a sticker's that of its own."""

    size: str
    name: str
    blocks: tuple[Block, ...]
    numbers: tuple[Number, ...]

    @property
    def address(self) -> str:
        return self.blocks[0].address

    @property
    def places(self) -> dict[str, Block]:
        """The names of the area, each once, with the block whose language it is in."""
        return self._once(lambda block: block.place)

    @property
    def headings(self) -> dict[str, Block]:
        return self._once(lambda block: block.emergency)

    def called(self, kind: str) -> dict[str, Block]:
        """Whom a number of that kind calls."""
        return self._once(lambda block: block.kinds[kind])

    def _once(self, said: Callable[[Block], str]) -> dict[str, Block]:
        found: dict[str, Block] = {}
        for block in self.blocks:
            found.setdefault(said(block), block)
        return found

    @property
    def stickers(self) -> list["Poster"]:
        """Ten of one language each, in turn."""
        each = [Poster(self.size, self.name, (block,), self.numbers) for block in self.blocks]
        return [each[number % len(each)] for number in range(STICKERS)]
