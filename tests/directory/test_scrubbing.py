"""What may be kept of words that somebody typed: nothing that leads to a person, in any of our languages."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.directory.lexicon import vocabulary
from portal.directory.scrubbing import _names, masked, scrubbed
from portal.directory.typing_errors import known_words

NASTY = [
    ("my name is margaret oakes and i am looking for chair yoga", {"margaret", "oakes"}),
    ("befriending for John Smith aged 89, his wife Mary died", {"john", "smith", "mary", "89"}),
    ("john smith needs somebody to talk to", {"john", "smith"}),
    ("Begum family needs halal meals", {"begum"}),
    ("mrs patel's hearing aid", {"patel", "patels", "mrs"}),
    ("ask dr khan or sister nasreen hussain", {"khan", "nasreen", "hussain", "dr"}),
    ("I'm Grace, lonely", {"grace"}),
    ("a group called Saffron Singers", {"saffron", "singers"}),
    ("JOAN BLOGGS WANTS A LIFT", {"joan", "bloggs"}),
    ("phone me on 07700 900 982 or +44 (0)116 496 0999 please", {"07700", "900", "982", "0116", "44", "116", "496", "0999"}),
    ("zero seven seven double oh nine hundred", {"zero", "seven", "double", "oh", "nine", "hundred"}),
    ("nhs number 943 476 5919, born 12/03/1948", {"943", "476", "5919", "12", "03", "1948"}),
    ("nhs 9434765919", {"9434765919"}),
    ("٠٧٧٠٠٩٠٠٩٨٢ مساعدة", {"٠٧٧٠٠٩٠٠٩٨٢"}),
    ("food near LE2 0QB or le20qb or L E 2", {"le2", "0qb", "le20qb"}),
    ("write to joan.bloggs@example.org or bloggs at example dot org", {"joan", "bloggs", "example", "org"}),
    ("see www.bloggs.example.org/joan and https://bloggs.example", {"bloggs", "joan", "www", "https"}),
    ("gardening in leicester forest east or highfields", {"leicester", "highfields", "forest"}),
    ("mind leicester", {"leicester"}),
    ("singing in Camden Town", {"camden", "town"}),
    ("12 larkfield road flat 3b", {"12", "larkfield", "3b"}),
    ("mera naam Sunita Sharma hai, madad chahiye", {"sunita", "sharma"}),
    ("میرا نام سنیتا شرما ہے مدد", {"سنیتا", "شرما"}),
    ("મારું નામ સુનીતા શર્મા છે", {"સુનીતા", "શર્મા"}),
    ("ਮੇਰਾ ਨਾਮ ਗੁਰਪ੍ਰੀਤ ਕੌਰ ਹੈ", {"ਗੁਰਪ੍ਰੀਤ", "ਕੌਰ"}),
    ("আমার নাম রহিমা বেগম", {"রহিমা", "বেগম"}),
    ("اسمي فاطمة حسن وأحتاج مساعدة", {"فاطمة", "حسن"}),
    ("nazywam się Jan Kowalski, szukam pracy", {"jan", "kowalski"}),
    ("mă numesc Ion Popescu și caut un loc de muncă", {"ion", "popescu"}),
    ("мене звати Олена Шевченко шукаю роботу", {"олена", "шевченко"}),
    ("magacaygu waa Faadumo Cali", {"faadumo", "cali"}),
    ("je m'appelle Marie Dupont, je cherche une association", {"marie", "dupont"}),
    ("fy enw i yw Gwenllian Prydderch", {"gwenllian", "prydderch"}),
]  # fmt: skip
PLAIN = [
    ("chair yoga for older people", "chair yoga for older people"),
    ("somewhere warm to sit and knit", "somewhere warm to sit and knit"),
    ("Help with ADHD forms", "help with adhd forms"),
    ("szukam pracy", "szukam pracy"),
    ("wheelchair repair", "wheelchair repair"),
    ("", ""),
    ("?!", ""),
    ("xqzzv blorptag", ""),
]

BORNE = """
olivia amelia isla ava ivy freya lily florence mia willow rosie sophia isabella grace daisy sienna poppy elsie emily
ella evelyn phoebe evie charlotte harper millie matilda maya sophie alice isabelle ruby luna maisie aria penelope
bonnie eva eliza violet esme arabella jessica harriet chloe hannah lucy eleanor molly imogen holly jasmine rebecca
katie abigail lauren bethany natalie amy emma sarah laura claire nicola karen susan julie jacqueline deborah tracey
jane helen sharon margaret jean mary joan patricia sheila barbara doreen june dorothy joyce maureen elizabeth brenda
kathleen eileen pamela betty beryl irene noah oliver george arthur muhammad leo harry oscar archie henry charlie alfie
jacob thomas william lucas isaac alexander joshua max joseph logan james adam daniel ethan benjamin david samuel
sebastian michael ryan connor jordan nathan luke matthew andrew paul mark john stephen ian robert richard peter alan
kevin keith graham colin brian derek ronald dennis kenneth raymond donald ahmed ali hussain hussein khan hassan iqbal
malik aziz begum khatun bibi miah rahman uddin patel singh kaur sharma gupta kumar joshi mistry gill priya anjali
meera ravi sunil anil sanjay raj deepak abdi mohamed faadumo farah hodan amina fatima aisha omar yusuf ibrahim imran
kowalski nowak jan piotr pawel anna katarzyna agnieszka popescu ionescu ion andrei shevchenko olena oksana dafydd rhys
sian megan gareth gwen nia jones williams davies evans smith taylor brown wilson johnson wright robinson thompson
white hughes edwards green wood harris martin jackson clarke turner hill cooper moore morris baker harrison morgan
young allen
"""
"""Names that people in Britain bear."""


@pytest.mark.parametrize(("text", "gone"), NASTY)
def test_nothing_that_leads_to_a_person_stays(sqlite_app: Flask, text: str, gone: set[str]) -> None:
    assert not gone & set(scrubbed(text).split())


@pytest.mark.parametrize(("text", "gone"), NASTY)
def test_nor_where_nobody_uses_capitals(sqlite_app: Flask, text: str, gone: set[str]) -> None:
    assert not gone & set(scrubbed(text.lower()).split())


@pytest.mark.parametrize(("text", "kept"), PLAIN)
def test_ordinary_words_stay(sqlite_app: Flask, text: str, kept: str) -> None:
    assert scrubbed(text) == kept


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_whatever_is_typed_only_known_words_without_figures_stay(sqlite_app: Flask, text: str) -> None:
    known = {word.lower() for word in vocabulary()} | known_words()
    for word in scrubbed(text).split():
        assert word in known and not any(sign.isnumeric() for sign in word)


def test_names_that_people_in_britain_bear_are_known(sqlite_app: Flask) -> None:
    ordinary = {word.lower() for word in vocabulary()} | known_words()
    assert not [name for name in BORNE.split() if name in ordinary and name not in _names()]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mr W. at number 14 will not go", "Mr […]. at […] will not go"),
        ("She lives at 14 Saffron Lane, flat 3b", "She lives at […], […]"),
        ("Visit no. 7 after dark", "Visit […] after dark"),
        ("The number 14 bus and bus number 54 do not stop", "The number 14 bus and bus number 54 do not stop"),
        ("I said that 3 of us would come at 14.30", "I said that 3 of us would come at 14.30"),
        ("My name is A secret, I think", "My name is A secret, I think"),
    ],
)
def test_doors_and_initials_are_masked_for_who_has_to_read_a_text(sqlite_app: Flask, text: str, left: str) -> None:
    assert masked(text) == left
