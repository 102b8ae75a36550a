"""What no title, address, file name, icon text, print header or text to share may hint at, in each language."""

WORDS = {
    "en": (
        "violen", "abus", "gbv", "vaw", "survivor", "victim", "rape", "assault", "harass", "danger", "police",
        "disclos",
        "sexual", "harm", "hurt",
    ),
    "fil": (
        "karahasan", "abuso", "aabus", "gahasa", "biktima", "survivor", "nakaligtas", "pulis", "panganib", "sekswal",
        "pananakit", "sinasaktan", "sumbong", "panliligalig",
    ),
    "id": (
        "kekerasan", "pelecehan", "perkosa", "korban", "penyintas", "polisi", "aniaya", "siksa", "bahaya", "seksual",
        "pengungkapan", "pelaku", "disakiti",
    ),
    "km": (
        "ហិង្សា", "រំលោភ", "បំពាន", "រងគ្រោះ", "រួចផុត", "នគរបាល", "ប៉ូលិស", "ផ្លូវភេទ", "គ្រោះថ្នាក់", "បៀតបៀន",
        "វាយដំ",
    ),
    "th": (
        "รุนแรง", "ล่วงละเมิด", "ข่มขืน", "เหยื่อ", "รอดชีวิต", "ผ่านพ้น", "ตำรวจ", "ทางเพศ", "อันตราย", "ทำร้าย", "คุกคาม",
        "ถูกกระทำ",
    ),
    "vi": (
        "bạo lực", "xâm hại", "lạm dụng", "hiếp", "nạn nhân", "quấy rối", "cảnh sát", "công an", "tình dục",
        "nguy hiểm", "bạo hành", "hành hung",
    ),
}  # fmt: skip


def hints(text: str, language: str) -> list[str]:
    """The telling words in a text that others may see, those of its language and of English."""
    folded = text.casefold()
    return [word for word in (*WORDS["en"], *WORDS.get(language, ())) if word in folded]
