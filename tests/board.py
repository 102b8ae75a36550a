"""Posters with words of other languages poured in, and what a camera reads from a picture of one."""

import io
from dataclasses import replace

import zxingcpp
from flask import Flask
from PIL import Image

from pwa.desk_web import show
from pwa.domain.poster_svg import fit
from pwa.domain.posters import Block, Number, Poster
from pwa.names import EMERGENCY
from pwa.views.desk.posters import Choice
from tests.pages import house_of

ORIGIN = "https://handbook.a-rather-long-name-of-an-office.example.org"
# How a translator may put it, in letters that stand high, and longer than the English.
TITLES = {
    "en": "Useful numbers for people who work here",
    "km": "លេខទូរសព្ទមានប្រយោជន៍ សម្រាប់អ្នកធ្វើការនៅទីនេះ",
    "th": "หมายเลขที่เป็นประโยชน์ สำหรับคนที่ทำงานที่นี่",
    "ar": "أرقام مفيدة لمن يعملون هنا",
}
LINES = {
    "en": (
        "Health care · Embassy or consulate · Help for migrant workers · Training",
        "Scan the code with a phone, or type the address.",
        "It opens a free handbook for people who help workers. It lists services here, and anyone may read it.",
    ),
    "km": (
        "ថែទាំសុខភាព · ស្ថានទូត ឬកុងស៊ុល · ជំនួយសម្រាប់ពលករទេសន្តរប្រវេសន៍ · ការបណ្ដុះបណ្ដាល",
        "សូមស្កេនកូដដោយទូរសព្ទ ឬវាយអាសយដ្ឋាន។",
        "វាបើកសៀវភៅណែនាំឥតគិតថ្លៃ សម្រាប់អ្នកដែលជួយកម្មករ។ វារាយឈ្មោះសេវានៅទីនេះ ហើយអ្នកណាក៏អាចអានបាន។",
    ),
    "th": (
        "การรักษาพยาบาล · สถานทูตหรือสถานกงสุล · ความช่วยเหลือแรงงานข้ามชาติ · การฝึกอบรม",
        "สแกนโค้ดด้วยโทรศัพท์ หรือพิมพ์ที่อยู่เว็บ",
        "เปิดคู่มือฟรีสำหรับคนที่ช่วยเหลือแรงงาน มีรายชื่อบริการที่นี่ ใคร ๆ ก็อ่านได้",
    ),
    "ar": (
        "رعاية صحية · سفارة أو قنصلية · مساعدة للعمال المهاجرين · تدريب",
        "امسح الرمز بالهاتف أو اكتب العنوان.",
        "يفتح دليلا مجانيا لمن يساعدون العمال. فيه قائمة بالخدمات هنا، ويمكن لأي شخص أن يقرأه.",
    ),
}
HEADINGS = {"en": "Emergency numbers", "km": "លេខទូរសព្ទសង្គ្រោះបន្ទាន់", "th": "หมายเลขฉุกเฉิน", "ar": "أرقام الطوارئ"}
KINDS = {"km": {"police": "នគរបាល", "health": "រថយន្តសង្គ្រោះ"}, "th": {"police": "ตำรวจ", "health": "รถพยาบาล"}}
UNCHECKED = {
    "en": "From public sources, not yet checked here. Call anyway.",
    "km": "ពីប្រភពសាធារណៈ មិនទាន់បានពិនិត្យនៅទីនេះ។ សូមហៅទោះយ៉ាងណា។",
    "th": "จากแหล่งข้อมูลสาธารณะ ยังไม่ได้ตรวจสอบที่นี่ แต่ขอให้โทร",
    "ar": "من مصادر عامة، لم يتم التحقق منها هنا بعد. اتصل على أي حال.",
}
PLACES = {"km": "ភ្នំពេញ"}
# As long as they come: those of Laos and of Indonesia.
NUMBERS = (
    Number(("1191", "191"), "sources differ, try both", "police", False),
    Number(("119",), "", "health", False),
    Number(("112",), "in about 141 of 514 districts only, else 110 or 119", "hotline", False),
)


def poster(size: str, *langs: str, numbers: tuple[Number, ...] = NUMBERS) -> Poster:
    """A poster for Phnom Penh with the words above."""
    return Poster(size, "Right Door", tuple(map(block, langs)), numbers)


def block(lang: str) -> Block:
    kinds = {kind: str(label) for kind, label in EMERGENCY.items()} | KINDS.get(lang, {})
    return Block(
        lang=lang,
        direction="rtl" if lang == "ar" else "ltr",
        address=f"{ORIGIN}/{lang}/kh-12/",
        place=PLACES.get(lang, "Phnom Penh"),
        title=TITLES[lang],
        lines=LINES[lang],
        emergency=HEADINGS[lang],
        unchecked=UNCHECKED[lang],
        printed="Printed on 23 Nov 2026. Numbers change.",
        kinds=kinds,
    )


def longer(one: Poster, times: int) -> Poster:
    """The same with every line said several times over."""
    blocks = tuple(replace(b, lines=tuple(" ".join([line] * times) for line in b.lines)) for b in one.blocks)
    return replace(one, blocks=blocks)


def page_of(app: Flask, one: Poster) -> str:
    """The page that prints it, as the desk sends it."""
    area = house_of(app).atlas.get("kh-12")
    choice = Choice(tuple(each.lang for each in one.blocks), one.size, "workers")
    with app.test_request_context("/desk/posters/kh-12/print/", base_url=house_of(app).config.origin):
        answer = show("poster", sheet="poster", area=area, poster=one, fit=fit, choice=choice, local=False)
        return answer.get_data(as_text=True)


def seen(picture: bytes | Image.Image) -> list[tuple[str, str]]:
    """What a camera reads from a picture: each text and the level of its correction."""
    image = picture if isinstance(picture, Image.Image) else Image.open(io.BytesIO(picture))
    return [(code.text, code.ec_level) for code in zxingcpp.read_barcodes(image.convert("L"), try_invert=False)]
