"""Mailing-list archives made up for tests: threads of several lengths, charsets and encodings, always the same."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

SENTENCES = {
    "fr": (
        "Bonjour à tous, je cherche des informations sur la marche à suivre pour les retraites.",
        "Merci beaucoup pour cette réponse, c'est exactement ce que je voulais savoir hier soir.",
        "Nous avons organisé une rencontre à Lille avec une vingtaine de personnes du quartier.",
        "Quelqu'un connaît-il une bonne adresse pour faire traduire des papiers officiels ?",
    ),
    "en": (
        "Hello everyone, I am looking for the right office to ask about pension payments abroad.",
        "Thank you so much for the answer, it is exactly what I wanted to know last evening.",
        "We organised a meeting in the town hall with about twenty people from the quarter.",
        "Does anybody know a good place to have official papers translated before the summer?",
    ),
    "nl": (
        "Dag iedereen, ik zoek informatie over wat ik moet doen voor mijn pensioen in Frankrijk.",
        "Hartelijk dank voor het antwoord, dat is precies wat ik gisteravond wilde weten.",
        "We hebben een ontmoeting gehouden in Kortrijk met een twintigtal mensen uit de buurt.",
        "Kent iemand een goed adres om officiële papieren te laten vertalen voor de zomer?",
    ),
}
NAMES = ("Amélie Durand", "Jan Peeters", "Fatima Zahra", "John Miller", "Nguyễn Thị Lan", "Zoé Lefèvre", "Piet Claes")
ENCODINGS = (("utf-8", "8bit"), ("iso-8859-1", "quoted-printable"), ("utf-8", "base64"), ("us-ascii", "7bit"))


def write_archive(path: Path, mails: int, seed: int = 7) -> None:
    """An archive of so many mails by some hundred people, about 1.5 KB each."""
    rng = Random(seed)
    at = datetime(2009, 1, 5, 8, tzinfo=UTC)
    threads: list[list[tuple[str, str, str]]] = []
    with path.open("wb") as file:
        for number in range(mails):
            at += timedelta(minutes=rng.randint(1, 90))
            if not threads or rng.random() < 0.18:
                threads.append([])
                threads = threads[-40:]
            file.write(_mail(number, at, rng.choice(threads), rng))


def _mail(number: int, at: datetime, thread: list[tuple[str, str, str]], rng: Random) -> bytes:
    person = rng.randrange(300)
    name, address = f"{NAMES[person % len(NAMES)]} {person}", f"person{person}@mail{person % 9}.example"
    lang = thread[0][2] if thread else rng.choice(list(SENTENCES))
    own = [" ".join(rng.choices(SENTENCES[lang], k=rng.randint(2, 5))) for _ in range(rng.randint(1, 4))]
    subject = f"Question {number} of the list" if not thread else f"Re: {thread[0][1]}"
    text, headers = "\n\n".join(own), ""
    if thread:
        answered = rng.choice(thread)
        quoted = "\n".join(f"> {line}" for line in rng.choices(SENTENCES[lang], k=rng.randint(1, 12)))
        text = f"On Monday, person{person} at mail.example wrote:\n{quoted}\n\n{text}"
        headers = f"In-Reply-To: <{answered[0]}>\nReferences: <{thread[0][0]}> <{answered[0]}>\n"
    text += f"\n\n-- \n{name}\n{address}\nTel. 03 20 00 00 00\n"
    thread.append((f"{number}.list@mail.example", subject, lang))
    charset, encoding = rng.choice(ENCODINGS)
    body = _encoded(text, charset, encoding)
    head = (
        f"From {address} {at:%a %b %d %H:%M:%S %Y}\nFrom: =?utf-8?b?{base64.b64encode(name.encode()).decode()}?= "
        f"<{address}>\nDate: {format_datetime(at)}\nSubject: [list] {subject}\n"
        f"Message-ID: <{number}.list@mail.example>\n{headers}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    return head.encode() + body + b"\n\n"


def _encoded(text: str, charset: str, encoding: str) -> bytes:
    content = text.encode(charset, "replace")
    if encoding == "quoted-printable":
        return quopri.encodestring(content)
    if encoding == "base64":
        return base64.encodebytes(content)
    return content.replace(b"\nFrom ", b"\n>From ")
