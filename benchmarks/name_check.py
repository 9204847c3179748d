"""How well the search for names finds a witness and leaves others alone, by naming tradition.

Cases are made by rule: names of nine traditions, each planted in the ways people write them (whole,
in either order, with initials or a title, in another script or romanisation, in a case of Russian)
and beside each, sentences about other people, places and things that look alike. The names here are
not those of the tests. The last line is JSON: `recall_worst` of any tradition, and `precision` over
all cases. `hard_recall` and `hard_precision` are those of the 540 sentences in
`name_check_cases.json`, written without a look at the search, to be hard: namesakes, nicknames,
words that are names.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evidence.name_search.search import NameSearch

CASES: Final = Path(__file__).with_name("name_check_cases.json")
FRAMES: Final = (
    "My name is {} and I study there.",
    "In March the office wrote to {}, who did not answer.",
    "The letter was addressed to {}.",
    "As {} explained at the seminar, nobody was told.",
)


@dataclass(frozen=True)
class Person:
    """A name as it is given on the form, and other ways it stands in texts."""

    given_as: str
    planted: tuple[str, ...]
    innocent: tuple[str, ...]
    """Whole sentences that tell of somebody or something else."""


def latin(given: str, family: str) -> tuple[str, ...]:
    """What is written of any name in Latin letters."""
    return (
        f"{given} {family}",
        f"{family}, {given}",
        f"{given} {family.upper()}",
        f"Dr {family}",
        f"{given[0]}. {family}",
        f"{family} {given[0]}.",
        f"{given} {family}’s",
        f"Professor {given} {family}",
    )


def others(given: str, family: str, other_given: str, other_family: str) -> tuple[str, ...]:
    """Sentences about people who share one part of a name."""
    return (
        f"A lecture by {other_given} {family} was cancelled.",
        f"We met {given} {other_family} in the library.",
        f"The report quotes Professor {other_given} {other_family} twice.",
        f"An article by {other_given[0] if other_given[0] != given[0] else 'Q'}. {family} says so.",
        f"The {family} Foundation gave nothing.",
    )


def chinese() -> Iterator[Person]:
    rows = (
        ("陈", "晓东", "Chen", "Xiaodong", "Haiyan", "Guo"),
        ("王", "丽娟", "Wang", "Lijuan", "Zhiqiang", "Pan"),
        ("刘", "洋", "Liu", "Yang", "Ping", "Zhao"),
        ("欧阳", "静", "Ouyang", "Jing", "Feng", "Luo"),
        ("黄", "志远", "Huang", "Zhiyuan", "Mei", "Tang"),
        ("孙", "雨桐", "Sun", "Yutong", "Kai", "Deng"),
        ("吴", "迪", "Wu", "Di", "Hao", "Feng"),
        ("赵", "文博", "Zhao", "Wenbo", "Lan", "Xie"),
    )  # fmt: skip
    traditional = str.maketrans("陈晓东丽刘欧阳静黄志远孙吴赵", "陳曉東麗劉歐陽靜黃志遠孫吳趙")
    for family, given, f, g, other, elsewhere in rows:
        whole = family + given
        planted = (
            f"{f} {g}", f"{g} {f}", f"{f.upper()} {g}", f"{g} {f.upper()}", whole,
            whole.translate(traditional), f"{family}教授", f"Dr {f}", f"{g[0]}. {f}",
            f"{f} {g[0]}", f"{f}, {g}", f"{whole} ({f} {g})", f"{f}{g}",
        )  # fmt: skip
        innocent = (
            *others(g, f, other, elsewhere),
            "校长林海燕说，学院没有收到来信。",
            "他说，学校的学生都知道这件事。",
            f"{other} {elsewhere} and {elsewhere} {other} agreed.",
        )
        yield Person(f"{f} {g}", planted, innocent)
        yield Person(whole, planted, innocent)


def tibetan() -> Iterator[Person]:
    rows = (
        ("Sonam", "Dolkar", "བསོད་ནམས་སྒྲོལ་དཀར", "Sonnam Drolkar", "Karma", "Norbu"),
        ("Jampa", "Gyatso", "བྱམས་པ་རྒྱ་མཚོ", "Champa Gyamtso", "Pema", "Wangdu"),
        ("Kelsang", "Yangzom", "སྐལ་བཟང་དབྱངས་འཛོམས", "Kalsang Yangdzom", "Tashi", "Dolma"),
        ("Rinchen", "Namgyal", "རིན་ཆེན་རྣམ་རྒྱལ", "Rinchin Namgyel", "Lobsang", "Tsering"),
        ("Thupten", "Wangchuk", "ཐུབ་བསྟན་དབང་ཕྱུག", "Thubten Wangchug", "Ngawang", "Palden"),
        ("Nyima", "Lhamo", "ཉི་མ་ལྷ་མོ", "Nima Lhamu", "Dawa", "Yangchen"),
    )
    for first, second, script, variant, other, elsewhere in rows:
        whole = f"{first} {second}"
        planted = (
            whole, whole.upper(), script, f"{script}་གིས", variant, f"Geshe {first}",
            f"{first} la", f"{whole}’s", f"{second} {first}", f"Dr {whole}",
        )  # fmt: skip
        innocent = (
            f"The monk {other} {elsewhere} left in May.",
            f"A poem by {first} {elsewhere} was read.",
            f"We asked {other} {second} to come.",
            "བོད་ཀྱི་སློབ་གྲྭ་ཆེན་མོ།",
            "The monastery stands beside the river and the school.",
            f"{elsewhere} and {other} were absent.",
        )
        yield Person(f"{first} {second}", planted, innocent)
        yield Person(script, planted, innocent)


def uyghur() -> Iterator[Person]:
    rows = (
        ("Dilnur", "Memet", "دىلنۇر مەمەت", "Dilinuer Maimaiti", "Gulnar", "Rozi"),
        ("Ekber", "Turdi", "ئەكبەر تۇردى", "Aikebaier Tuerdi", "Yusup", "Hesen"),
        ("Rena", "Sabir", "رەنا سابىر", "Reina Sabier", "Tursun", "Emet"),
        ("Abduweli", "Tahir", "ئابدۇۋەلى تاھىر", "Abuduwaili Tahier", "Mihray", "Osman"),
        ("Perhat", "Niyaz", "پەرھات نىياز", "Paerhati Niyazi", "Zulpiye", "Qadir"),
        ("Nurgul", "Ismayil", "نۇرگۈل ئىسمايىل", "Nuerguli Yisimayili", "Kerim", "Hoshur"),
    )
    for given, family, script, pinyin, other, elsewhere in rows:
        planted = (*latin(given, family), script, pinyin)
        innocent = (
            *others(given, family, other, elsewhere),
            "شىنجاڭ ئۇنىۋېرسىتېتى ئوقۇغۇچىلىرى كەلدى.",
            "The mosque in the old town was closed.",
        )
        yield Person(f"{given} {family}", planted, innocent)
        yield Person(script, planted, innocent)


def arabic() -> Iterator[Person]:
    rows = (
        ("Khaled", "al-Masri", "خالد المصري", "Khalid Al Masry", "Nabil", "Haddad"),
        ("Samira", "Haddad", "سميرة حداد", "Sameera Hadad", "Huda", "Mansour"),
        ("Youssef", "Benali", "يوسف بنعلي", "Yusuf Benali", "Tariq", "Saleh"),
        ("Abdel Karim", "Nasser", "عبد الكريم ناصر", "Abdulkarim Nasir", "Walid", "Fares"),
        ("Layla", "Suleiman", "ليلى سليمان", "Leila Soliman", "Rania", "Khoury"),
        ("Omar", "Shaheen", "عمر شاهين", "Umar Shahin", "Ziad", "Qabbani"),
    )
    for given, family, script, variant, other, elsewhere in rows:
        bare = family.removeprefix("al-")
        planted = (
            f"{given} {family}", f"{given} {bare}", f"{bare}, {given}", f"Dr {bare}", script,
            variant, f"{given} {family.upper()}", f"{given[0]}. {bare}", f"{given} {bare}’s",
        )  # fmt: skip
        innocent = (
            *others(given.split()[-1], bare, other, elsewhere),
            "وصلت الرسالة إلى مكتب الجامعة في الصباح.",
            f"We asked {other} bin {elsewhere} for a copy.",
        )
        yield Person(f"{given} {family}", planted, innocent)
        yield Person(script, planted, innocent)


def persian() -> Iterator[Person]:
    rows = (
        ("Nasrin", "Ahmadi", "نسرین احمدی", "Nasreen Ahmady", "Mehdi", "Karimi"),
        ("Behrouz", "Rostami", "بهروز رستمی", "Behruz Rustami", "Farhad", "Moradi"),
        ("Shirin", "Jafari", "شیرین جعفری", "Sheereen Jafary", "Mina", "Tehrani"),
        ("Kamran", "Zand", "کامران زند", "Kaamran Zand", "Babak", "Amini"),
        ("Golnaz", "Sadeghi", "گلناز صادقی", "Golnaz Sadeqi", "Parisa", "Rahimi"),
        ("Dariush", "Farahani", "داریوش فراهانی", "Daryoush Farahany", "Arash", "Bahrami"),
    )
    for given, family, script, variant, other, elsewhere in rows:
        planted = (*latin(given, family), script, variant)
        innocent = (
            *others(given, family, other, elsewhere),
            "نامه به دفتر دانشگاه رسید و کسی پاسخ نداد.",
            "The embassy in the city did not reply.",
        )
        yield Person(f"{given} {family}", planted, innocent)
        yield Person(script, planted, innocent)


def russian() -> Iterator[Person]:
    rows = (
        (
            "Dmitri",
            "Volkov",
            "Дмитрий Волков",
            "Дмитрия Волкова",
            "Д. Волков",
            "Dmitry Volkov",
            "Anton",
            "Orlov",
        ),
        (
            "Yevgenia",
            "Kuznetsova",
            "Евгения Кузнецова",
            "Евгении Кузнецовой",
            "Е. Кузнецова",
            "Evgenia Kuznetsova",
            "Olga",
            "Belova",
        ),
        (
            "Nikolai",
            "Shcherbakov",
            "Николай Щербаков",
            "Николаем Щербаковым",
            "Щербаков Н.",
            "Nikolay Shcherbakov",
            "Pavel",
            "Zaitsev",
        ),
        (
            "Ksenia",
            "Tikhonova",
            "Ксения Тихонова",
            "Ксению Тихонову",
            "Тихонова К.",
            "Xenia Tikhonova",
            "Vera",
            "Lebedeva",
        ),
        (
            "Mikhail",
            "Zhukov",
            "Михаил Жуков",
            "Михаилу Жукову",
            "М. Жуков",
            "Mihail Zhukov",
            "Boris",
            "Sokolov",
        ),
        (
            "Arkady",
            "Fedorenko",
            "Аркадий Федоренко",
            "Аркадию Федоренко",
            "А. Федоренко",
            "Arkadiy Fedorenko",
            "Oleg",
            "Gromov",
        ),
    )
    for given, family, script, declined, initial, variant, other, elsewhere in rows:
        planted = (*latin(given, family), script, declined, initial, variant)
        innocent = (
            *others(given, family, other, elsewhere),
            "Вчера Сергей Морозов прочитал доклад в институте.",
            "Письмо пришло в университет утром.",
        )
        yield Person(f"{given} {family}", planted, innocent)
        yield Person(script, planted, innocent)


def south_asian() -> Iterator[Person]:
    rows = (
        ("Priya", "Banerjee", "प्रिया बनर्जी", "Anjali", "Mukherjee"),
        ("Arvind", "Deshmukh", "अरविंद देशमुख", "Suresh", "Kulkarni"),
        ("Farah", "Qureshi", "فرح قریشی", "Ayesha", "Malik"),
        ("Kavita", "Nair", "कविता नायर", "Lakshmi", "Menon"),
        ("Harpreet", "Gill", "हरप्रीत गिल", "Manjit", "Dhillon"),
        ("Sanjay", "Chaudhary", "संजय चौधरी", "Vikram", "Rathore"),
    )
    for given, family, script, other, elsewhere in rows:
        planted = (*latin(given, family), script, f"{family} {given}", f"{given} ji")
        innocent = (
            *others(given, family, other, elsewhere),
            "विश्वविद्यालय के छात्र सुबह आए।",
            "The high commission did not reply.",
        )
        yield Person(f"{given} {family}", planted, innocent)


def welsh() -> Iterator[Person]:
    rows = (
        ("Eleri", "Gruffydd", "Eleri Gruffydd", "Nia", "Parri"),
        ("Gwenllïan", "Bowen", "Gwenllian Bowen", "Mair", "Prys"),
        ("Iestyn", "ap Rhydderch", "Iestyn Rhydderch", "Owain", "Meredydd"),
        ("Siôn", "Tudur", "Sion Tudur", "Emyr", "Gwynne"),
        ("Angharad", "Llwyd-Hughes", "Angharad Llwyd Hughes", "Carys", "Ifans"),
        ("Tegwen", "Môrgan", "Tegwen Morgan", "Dilys", "Penry"),
    )
    for given, family, variant, other, elsewhere in rows:
        bare = family.removeprefix("ap ")
        planted = (*latin(given, bare), f"{given} {family}", variant, f"Yr Athro {bare}")
        innocent = (
            *others(given, bare, other, elsewhere),
            "Daeth y llythyr i swyddfa’r brifysgol yn y bore.",
            f"Mae {other} {elsewhere} yn gweithio yma.",
        )
        yield Person(f"{given} {family}", planted, innocent)


def english() -> Iterator[Person]:
    rows = (
        ("Hannah", "Whitfield", "Oliver", "Pemberton", "The field was white with frost."),
        ("Grace", "Hope", "Edwin", "Salter", "By the grace of others we still had hope."),
        ("Mark", "Summers", "Philip", "Garside", "Mark the place; two summers went by."),
        ("Rose", "Field", "Ada", "Thornton", "Prices rose in this field."),
        ("Will", "Price", "Hugh", "Alderton", "Will the price fall?"),
        ("Daisy", "Bishop", "Clara", "Whitlock", "The Bishop of the diocese sent a daisy."),
        ("Jack", "London", "Amos", "Fairley", "The London office answered; London is far."),
        ("Eleanor", "Ashworth-Clarke", "Ruth", "Mayhew", "Ash and cork were worth little."),
    )  # fmt: skip
    for given, family, other, elsewhere, alike in rows:
        planted = (*latin(given, family), f"{given.lower()} {family}", f"{given}  {family}")
        yield Person(
            f"{given} {family}", planted, (*others(given, family, other, elsewhere), alike)
        )


TRADITIONS: Final = {
    "Chinese": chinese, "Tibetan": tibetan, "Uyghur": uyghur, "Arabic": arabic, "Persian": persian,
    "Russian": russian, "South Asian": south_asian, "Welsh": welsh, "English": english,
}  # fmt: skip


@dataclass
class Counts:
    """How many were planted and found, and how many others there were and were taken for them."""

    planted: int = 0
    matched: int = 0
    innocent: int = 0
    wrong: int = 0


def count(people: Iterator[Person], *, frames: tuple[str, ...] = FRAMES, verbose: bool) -> Counts:
    counts = Counts()
    for person in people:
        search = NameSearch([person.given_as])
        for number, form in enumerate(person.planted):
            text = frames[number % len(frames)].format(form)
            matched = any(search.spans(text))
            counts.planted, counts.matched = counts.planted + 1, counts.matched + matched
            if verbose and not matched:
                print(f"  missed: {person.given_as} in “{text}”")
        for text in person.innocent:
            words = [text[start:end] for start, end in search.spans(text)]
            counts.innocent, counts.wrong = counts.innocent + 1, counts.wrong + bool(words)
            if verbose and words:
                print(f"  false: {person.given_as} in “{text}”: {words}")
    return counts


def main() -> None:
    started = time.process_time()
    counts = {
        tradition: count(people(), verbose="--verbose" in sys.argv)
        for tradition, people in TRADITIONS.items()
    }
    for tradition, row in counts.items():
        recall = row.matched / row.planted
        others_taken = f"{row.wrong} of {row.innocent} others taken for them"
        print(f"{tradition:12} recall {recall:.3f} of {row.planted:3}; {others_taken}")
    written = json.loads(CASES.read_text(encoding="utf-8"))
    hard = count(
        (
            Person(case["given_as"], tuple(case["planted"]), tuple(case["innocent"]))
            for case in written
        ),
        frames=("{}",),
        verbose="--verbose" in sys.argv,
    )
    matched = sum(row.matched for row in counts.values())
    wrong = sum(row.wrong for row in counts.values())
    figures = {
        "recall_worst": round(min(row.matched / row.planted for row in counts.values()), 4),
        "precision": round(matched / (matched + wrong), 4),
        "planted": sum(row.planted for row in counts.values()),
        "innocent": sum(row.innocent for row in counts.values()),
        "hard_recall": round(hard.matched / hard.planted, 4),
        "hard_precision": round(hard.matched / (hard.matched + hard.wrong), 4),
        "cpu_s": round(time.process_time() - started, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
