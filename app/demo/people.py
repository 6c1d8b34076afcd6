"""Members of the demonstration set: those written by hand, and as many more as a scale asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.core.slugs import slugify
from app.demo.reading import read_members, read_phrases
from app.demo.tables import Row, public_id
from app.demo.talks import UNSET, Talk

LANGUAGE_MIX = {"fr": 68, "en": 12, "pt-BR": 5, "nl": 4, "ar": 4, "vi": 3, "mg": 2, "pl": 2}
"""Share of each language in what members write, in percent."""
INTERFACE = {"pl": "en", "de": "en"}
"""Interface language of those whose own has none yet."""
COUNTRIES = {
    "fr": ("FR", "FR", "FR", "BE", "CA", "SN", "ML", "MA", "AE"),
    "en": ("GB", "CA", "US", "IE"),
    "pt-BR": ("BR",),
    "nl": ("BE", "NL"),
    "ar": ("MA", "TN", "FR"),
    "vi": ("VN",),
    "mg": ("MG",),
    "pl": ("PL",),
}
TIMEZONES = {
    "CA": "America/Toronto", "US": "America/New_York", "BR": "America/Sao_Paulo", "VN": "Asia/Ho_Chi_Minh",
    "MG": "Indian/Antananarivo", "MA": "Africa/Casablanca", "SN": "Africa/Dakar", "ML": "Africa/Bamako",
    "AE": "Asia/Dubai", "GB": "Europe/London", "BE": "Europe/Brussels", "PL": "Europe/Warsaw", "DE": "Europe/Berlin",
}  # fmt: skip


@dataclass
class Person:
    """A member to be."""

    handle: str
    name: str
    name_lang: str
    country: str
    langs: list[str]
    text: str = ""
    role: str = ""
    role_space: str = ""
    signs_in: bool = False
    joined: datetime = UNSET

    @property
    def ui_lang(self) -> str:
        """The language in which the member reads the site."""
        return INTERFACE.get(self.langs[0], self.langs[0])

    @property
    def timezone(self) -> str:
        """Where the member's clock stands."""
        return TIMEZONES.get(self.country, "Europe/Paris")


def written_people() -> list[Person]:
    """The members written by hand; those with a role sign in, too."""
    return [
        Person(
            handle=member["handle"],
            name=member["name"],
            name_lang=member.get("name_lang", ""),
            country=member["country"],
            langs=member["langs"],
            text=member.get("text", ""),
            role=member.get("role", ""),
            role_space=member.get("space", ""),
            signs_in=member.get("signs_in", "role" in member),
        )
        for member in read_members()
    ]


def generated_people(count: int, rng: Random) -> list[Person]:
    """So many more members, in the mix of languages."""
    tags = rng.choices(list(LANGUAGE_MIX), list(LANGUAGE_MIX.values()), k=count)
    return [_person(tag, number, rng) for number, tag in enumerate(tags, start=1)]


def _person(lang: str, number: int, rng: Random) -> Person:
    phrases = read_phrases(lang)
    name = f"{rng.choice(phrases['first_names'])} {rng.choice(phrases['surnames'])}"
    stem = slugify(name, 22)
    latin = stem if stem.isascii() else f"membre-{lang}"
    return Person(
        handle=f"{latin}-{number}",
        name=name,
        name_lang="" if lang == "fr" else lang,
        country=rng.choice(COUNTRIES[lang]),
        langs=[lang] if lang == "fr" or rng.random() < 0.4 else [lang, "fr"],
    )


def set_joined(people: Iterable[Person], talks: Iterable[Talk], until: datetime, rng: Random) -> None:
    """Everyone joined before their first message; those who only read, at some time in the last year."""
    first: dict[str, datetime] = {}
    for talk in talks:
        for line in talk.lines:
            first[line.by] = min(first.get(line.by, until), line.at)
    for person in people:
        earliest = first.get(person.handle)
        if earliest:
            person.joined = earliest - timedelta(minutes=rng.randint(60, 14_400))
        else:
            person.joined = until - timedelta(minutes=rng.randint(60, 525_600))


def member_row(person: Person, rng: Random) -> Row:
    """A member without number and password."""
    return {
        "public_id": public_id(person.joined, rng),
        "created_at": person.joined,
        "email": f"{person.handle}@example.org",
        "handle": person.handle,
        "display_name": person.name,
        "name_lang": person.name_lang,
        "country": person.country,
        "presentation": person.text,
        "ui_lang": person.ui_lang,
        "content_langs": person.langs,
        "timezone": person.timezone,
        "confirmed_at": person.joined,
        "age_declared_at": person.joined,
        "is_demo": True,
    }
