"""A name is found in any spelling, and another person's name is not."""

import pytest

from evidence.name_search.search import NameSearch


def words_matched(written: str, text: str, **more: bool) -> list[str]:
    return [text[start:end] for start, end in NameSearch([written], **more).spans(text)]


@pytest.mark.parametrize(
    ("written", "text", "matched"),
    [
        # Chinese: characters, traditional ones, pinyin in either order, initials, a title.
        ("张美林", "我叫张美林。", "张美林"),
        ("张美林", "My name is Zhang Meilin.", "Zhang Meilin"),
        ("张美林", "Meilin ZHANG wrote it.", "Meilin ZHANG"),
        ("张伟明", "張偉明同學", "張偉明"),
        ("Zhang Weiming", "张伟明说", "张伟明"),
        ("Zhang Weiming", "Professor Zhang spoke.", "Zhang"),
        ("Zhang Weiming", "W. Zhang wrote it.", "Zhang"),
        ("Zhang Weiming", "They call me Wei-Ming.", "Wei-Ming"),
        ("Zhang Weiming", "zhang weiming was here", "zhang weiming"),
        ("Dr Zhang Weiming (张伟明)", "张教授说", "张"),
        ("欧阳静", "Dr Ouyang left.", "Ouyang"),
        # Short names are names as a whole.
        ("Xu Li", "I am Xu Li.", "Xu Li"),
        ("Xu Li", "Li Xu was there.", "Li Xu"),
        # Tibetan, in its script and in several romanisations.
        ("བསྟན་འཛིན་བློ་བཟང", "Tenzing Losang left.", "Tenzing Losang"),
        ("Tenzin Lobsang", "བསྟན་འཛིན་བློ་བཟང་གིས", "བསྟན་འཛིན་བློ་བཟང"),
        ("Tenzin Lobsang", "They asked Tenzin.", "Tenzin"),
        # Arabic, Persian, Uyghur.
        ("محمد الراشد", "Mohammed al-Rashid", "Mohammed al-Rashid"),
        ("محمد الراشد", "They asked Rashid.", "Rashid"),
        ("Mohammed al-Rashid", "كتب محمد الراشد الرسالة", "محمد الراشد"),
        ("Mohammed Al Rashid", "Muhammad Rasheed", "Muhammad Rasheed"),
        ("Abdul Rahman Karimi", "Abdurrahman Karimi", "Abdurrahman Karimi"),
        ("عبد الله حسن", "Abdullah Hasan", "Abdullah Hasan"),
        ("Reza Hosseini", "رضا حسینی", "رضا حسینی"),
        ("Adil Qurban", "ئادىل قۇربان", "ئادىل قۇربان"),
        ("Ilham Tohti", "Yilihamu Tuohuti", "Yilihamu Tuohuti"),
        ("Ilham Tohti", "伊力哈木·土赫提", "伊力哈木·土赫提"),
        # Russian, declined and with initials.
        ("Sergei Ivanov", "к Иванову Сергею", "Иванову Сергею"),
        ("Сергей Иванов", "С. П. Иванов", "Иванов"),
        ("Alexander Petrov", "Александра Петрова", "Александра Петрова"),
        # South Asian.
        ("शर्मा राजेश", "Rajesh Sharma", "Rajesh Sharma"),
        ("K. R. Narayanan", "Narayanan K R", "Narayanan"),
        # Welsh and English.
        ("Siân Llŷr", "Sian Llyr", "Sian Llyr"),
        ("Dafydd ap Gwilym", "Gwilym, Dafydd", "Gwilym, Dafydd"),
        ("Siân Lloyd-Jones", "Ms Lloyd Jones", "Lloyd Jones"),
        ("Jürgen Müller", "Juergen Mueller", "Juergen Mueller"),
        ("Will Young", "They asked Dr Young.", "Young"),
        ("John Paul Smith", "Seen by J. P. S. today", "J. P. S. "),
    ],
)
def test_name_of_the_witness_is_found(written, text, matched):
    assert words_matched(written, text) == [matched]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Zhang Weiming", "Zhang Hong spoke."),
        ("Zhang Weiming", "Prof Hong Zhang spoke."),
        ("Zhang Weiming", "The Zhang Foundation gave nothing."),
        ("Zhang Weiming", "An article by Y. Zhang says so."),
        ("张建国", "中国建国以后"),
        ("Will Young", "Will young people come?"),
        ("Rose Church", "The rose in the church"),
        ("May Long", "May I say how long it took?"),
        ("John Price", "Prices rose; the price fell."),
        ("Susan York", "She studied at the University of York."),
        ("Una Kelly", "The U.K. has a law."),
        ("Mohammed al-Rashid", "Mohammed bin Salman spoke."),
        ("Reza Hosseini", "Ali Reza Karimi spoke."),
        ("Сергей Иванов", "Пётр Иванов сказал"),
        ("Tenzin Lobsang", "They asked Tenzin Dolma."),
        ("Angharad Llwyd-Hughes", "A lecture by Carys Llwyd-Hughes was cancelled."),
        ("", "Nobody is named here."),
    ],
)
def test_other_people_and_words_are_left_alone(written, text):
    assert words_matched(written, text) == []


def test_file_name_is_searched_in_any_case():
    assert words_matched("Zhang Weiming", "weiming_zhang-final2.docx", any_case=True)
    assert words_matched("Zhang Weiming", "zhangweiming.docx", any_case=True)
    assert not words_matched("Zhang Weiming", "evidence-final2.docx", any_case=True)


def test_overlapping_names_are_one_match():
    search = NameSearch(["Zhang Weiming", "Dr Weiming Zhang"])
    assert list(search.spans("Zhang Weiming")) == [(0, 13)]
