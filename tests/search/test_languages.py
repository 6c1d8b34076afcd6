"""The rules of each language, with their examples: text, exact tokens, stems."""

import pytest

from app.search.analysis import analyse

FRENCH = [
    ("L’écologie à l'œuvre", "ecologie a oeuvre", "ecolog oeuvr"),
    ("qu'un jumelage d'ŒUVRES", "un jumelage oeuvres", "jumelag oeuvr"),
    ("quelqu'un d'aujourd'hui", "quelquun aujourdhui", "quelquun aujourdhui"),
    ("la presqu’île", "la presquile", "presquil"),
    ("les coopérations décentralisées", "les cooperations decentralisees", "cooper decentralis"),
    ("Comment trouver un logement ?", "comment trouver un logement", "trouv log"),
]
ENGLISH = [
    ("Peter's scholarships", "peter scholarships", "peter scholarship"),
    ("How do I find housing?", "how do i find housing", "find hous"),
    ("cooperating in cooperation", "cooperating in cooperation", "cooper cooper"),
]
DUTCH = [
    ("de scholen", "de scholen", "school"),
    ("foto's", "foto", "foto"),
    ("Ĳssel", "ijssel", "ijssel"),
    ("waar zijn de samenwerkingen", "waar zijn de samenwerkingen", "samenwerk"),
]
PORTUGUESE = [
    ("associação, associações", "associacao associacoes", "assoc assoc"),
    ("copo d'água", "copo agua", "cop agu"),
    ("Onde fica a prefeitura?", "onde fica a prefeitura", "fic prefeitur"),
]
SPANISH = [
    ("las escuelas españolas", "las escuelas espanolas", "escuel espanol"),
    ("¿Cómo llegar?", "como llegar", "lleg"),
]
GERMAN = [
    ("die Häuser", "die hauser", "haus"),
    ("Straße, Strasse", "strasse strasse", "strass strass"),
]
ITALIAN = [
    ("dell'amicizia", "amicizia", "amiciz"),
    ("anch'io, gl'italiani", "io italiani", "io italian"),
    ("un’associazione, le associazioni", "associazione le associazioni", "assoc assoc"),
]
POLISH = [
    ("Łódź", "lodz", "lodz"),
    ("szkoły w szkole", "szkoly w szkole", "szkol szkol"),
    ("współpraca", "wspolpraca", "wspolprac"),
]
ARABIC = [
    ("المُدَرِّسَة", "المدرسه", "مدرس"),
    ("والمدرسة بالمدرسة للمدرسة", "والمدرسه بالمدرسه للمدرسه", "مدرس مدرس مدرس"),
    ("العـــربية", "العربيه", "عرب"),
    ("إلى آسفي على أحمد", "الي اسفي علي احمد", "اسف احمد"),
    ("مؤسسة مسؤول شيء", "موسسه مسوول شي", "موسس مسوول شي"),
    ("سنة ٢٠٢٦", "سنه 2026", "سن 2026"),
]
VIETNAMESE = [
    ("Đà Nẵng", "da nang", "đà nẵng|da nang"),
    ("chợ nổi", "cho noi", "chợ nổi|cho noi"),
    ("đến chợ", "den cho", "chợ|den cho"),
    ("đèn", "den", "đèn"),
]
MALAGASY = [
    ("amin'ny sekoly", "amin ny sekoly", "~sekol"),
    ("an'asa", "an asa", "asa"),
    ("fa ho an'ny fiaraha-miasa sy ny tanàna", "fa ho an ny fiaraha miasa sy ny tanana", "~iarah ~mias ~tanan"),
]
OTHERS = [
    ("ro", "școala", "scoala", "scoal"),
    ("tr", "okullar İstanbul", "okullar istanbul", "okul istanbul"),
    ("zh", "城市合作", "城市 市合 合作", "城市 市合 合作"),
    ("uk", "й̈", "и", "и"),
    ("pcd", "l'école ed Lille", "ecole ed lille", "ecole ed lille"),
]
TABLES = {
    "fr": FRENCH, "en": ENGLISH, "nl": DUTCH, "pt-BR": PORTUGUESE, "es": SPANISH, "de": GERMAN, "it": ITALIAN,
    "pl": POLISH, "ar": ARABIC, "vi": VIETNAMESE, "mg": MALAGASY,
}  # fmt: skip
ROWS = [(lang, *row) for lang, table in TABLES.items() for row in table] + OTHERS


@pytest.mark.parametrize(("lang", "text", "exact", "stems"), ROWS)
def test_a_text_in_its_language(lang, text, exact, stems):
    found = analyse(text, lang)
    single, _, pairs = stems.partition("|")
    assert found.exact == tuple(exact.split())
    assert found.stems == (*single.split(), *filter(None, [pairs]))


@pytest.mark.parametrize("text", ["الْمَدْرَسَةُ", "ẹ́kọ̀", "हिन्दी", "Na\u0306\u0303ng"])
def test_marks_stay_inside_words(text):
    assert len(analyse(text, "").exact) == 1
