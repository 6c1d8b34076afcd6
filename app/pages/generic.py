"""What each page says until the operator writes it: a text for every site, in every interface language, as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.i18n import pgettext
from app.core.identity import site
from app.pages.cookies import cookie_table
from app.pages.declaration import accessibility_parts

Part = tuple[str, str]
"""A heading and the Markdown under it."""


@dataclass(frozen=True)
class GenericPage:
    """A page as every site begins with it."""

    title: str
    lead: str
    body: str
    """Markdown, the lead left out."""

    @property
    def text(self) -> str:
        """The whole page as Markdown, for who begins their own from it."""
        return f"{self.lead}\n\n{self.body}\n"


def generic_page(slug: str) -> GenericPage:
    """The text of a page in the language in force."""
    title, lead, parts = _PAGES[slug]()
    return GenericPage(title, lead, "\n\n".join(f"# {heading}\n\n{words}" for heading, words in parts))


def page_title(slug: str) -> str:
    """What a page is called in menus, in the language in force."""
    return _PAGES[slug]()[0]


def _paragraphs(*said: str) -> str:
    return "\n\n".join(words for words in said if words)


def _list(*said: str) -> str:
    return "\n".join(f"- {words}" for words in said)


def _operator() -> str:
    return site.operator or site.name


def _about() -> tuple[str, str, list[Part]]:
    lead = pgettext(
        "about",
        "People from %(territory)s, wherever they live, and the places they are tied to talk here, each in their own "
        "language.",
        territory=site.territory,
    )
    return pgettext("about", "How it works"), lead, [
        (pgettext("about", "Read"), _paragraphs(
            pgettext("about", "Everything that is public can be read without an account. Choose the language of the pages at the top of each page; messages stay in the language they were written in, and say which."),
            pgettext("about", "The forum is made of spaces. A space holds categories, a category holds topics, and a topic holds messages, numbered from the first to the last."))),
        (pgettext("about", "Join"), _paragraphs(
            pgettext("about", "An account needs an e-mail address and the name you want to be called by, in your own alphabet. You may use a password, or receive a code by e-mail each time."),
            pgettext("about", "On a computer that others use, say so when you sign in: the session is short and nothing is kept on the device."))),
        (pgettext("about", "Write"), _paragraphs(
            pgettext("about", "Ask your question as it comes, in the language you think in. The language of your text is recognised, and you can correct it."),
            pgettext("about", "You can edit and withdraw what you wrote. A withdrawn message leaves its number, so that the conversation stays readable."))),
        (pgettext("about", "Follow a conversation"), pgettext("about", "New messages appear while you read, without moving what you are reading. When you come back, the topic opens where you stopped.")),
        (pgettext("about", "Who keeps order"), pgettext("about", "Moderators hide, lock and restore, always with a reason, and every such act is kept in a log. The community rules say what they look at.")),
    ]  # fmt: skip


def _rules() -> tuple[str, str, list[Part]]:
    return pgettext("rules", "Community rules"), pgettext("rules", "Short, because everyone should have read them, and the same for everyone."), [
        (pgettext("rules", "Write to a person"), pgettext("rules", "Someone reads you in another country, often in a language that is not theirs. Keep to short sentences, explain what is obvious where you live, and answer the question that was asked.")),
        (pgettext("rules", "Every language is at home"), pgettext("rules", "Nobody is asked to write in another language than their own, nor laughed at for the way they write yours.")),
        (pgettext("rules", "Nobody is a target"), pgettext("rules", "Insults, threats, harassment, and contempt for an origin, a religion, a sex, an orientation, a disability or an age are removed.")),
        (pgettext("rules", "Other people's lives stay theirs"), pgettext("rules", "Do not publish an address, a telephone number, a document or a picture of someone who did not agree. For children, ask their parents too.")),
        (pgettext("rules", "No trade in people's needs"), pgettext("rules", "Advertising, requests for money, and paid help with visas, housing or papers have no place here.")),
        (pgettext("rules", "When a rule is broken"), pgettext("rules", "A moderator hides the message and gives the reason in its place, or closes the topic. Whoever keeps on loses the account. A moderator may be wrong: answer them, they read you.")),
    ]  # fmt: skip


def _legal() -> tuple[str, str, list[Part]]:
    named = pgettext("legal", "%(site)s is published and run by %(operator)s, which decides what is kept and answers for it.", site=site.name, operator=site.operator)  # fmt: skip
    unnamed = pgettext("legal", "%(site)s is run by those who installed it; they have not given their name yet.", site=site.name)  # fmt: skip
    return pgettext("legal", "Legal notice"), pgettext("legal", "Who runs this site, where it stands, and to whom one writes."), [
        (pgettext("legal", "Who runs the site"), named if site.operator else unnamed),
        (pgettext("legal", "Where the site stands"), _paragraphs(
            pgettext("legal", "Pages, fonts, pictures and messages all come from this site: your browser calls no other."),
            pgettext("legal", "The name and address of the host are given on request through the contact page."))),
        (pgettext("legal", "What members write"), pgettext("legal", "Each member answers for what they publish. Whoever finds something unlawful reports it with the button beside the message; it is looked at, and both sides are told what was decided and how to contest it.")),
        (pgettext("legal", "The software"), pgettext("legal", "The site runs on Beffroi, free software that anyone may read, use and change.")),
    ]  # fmt: skip


def _terms() -> tuple[str, str, list[Part]]:
    return pgettext("terms", "Terms of use"), pgettext("terms", "What you agree to when you open an account, and what you may expect in return."), [
        (pgettext("terms", "Your account"), _paragraphs(
            pgettext("terms", "A personal account is free and open from the age of 15. One person has one account, gives a working e-mail address, and keeps the means of signing in to themselves."),
            pgettext("terms", "You can close your account at any time in its settings."))),
        (pgettext("terms", "What you publish"), _paragraphs(
            pgettext("terms", "What you write stays yours. You allow the site to show it, to translate it and to keep it readable in the conversation it belongs to, without payment and for as long as it is published."),
            pgettext("terms", "You publish nothing that is unlawful, that you have no right to publish, or that breaks the community rules."))),
        (pgettext("terms", "Moderation"), _paragraphs(
            pgettext("terms", "A message may be hidden or removed, and an account warned, suspended or closed. You are told the reason in your language and can contest the decision; another person then decides."),
            pgettext("terms", "Software may set messages aside as probable advertising. A person decides about each of them."))),
        (pgettext("terms", "The service"), pgettext("terms", "%(operator)s does what it can to keep the site open and safe, without guarantee. Changes of these terms are published here with their date, and members are asked again when they matter.", operator=_operator())),
        (pgettext("terms", "Law"), pgettext("terms", "The law of the country where %(operator)s is established applies.", operator=_operator())),
    ]  # fmt: skip


def _privacy() -> tuple[str, str, list[Part]]:
    operator = pgettext("legal", "Write to %(operator)s; if the answer does not suit you, the data protection authority of your country can be asked.", operator=_operator())  # fmt: skip
    return pgettext("privacy", "Your data"), pgettext("privacy", "What this site keeps of you, why, for how long, and what you can ask."), [
        (pgettext("legal", "What is kept of a reader without an account"), _paragraphs(
            pgettext("legal", "Nothing but the choices of the cookies below. Nobody measures who reads what."),
            pgettext("privacy", "Addresses of computers are kept for at most 12 months, where the law asks for it, and shortened wherever members or moderators see them."))),
        (pgettext("legal", "What is kept of a member"), _list(
            pgettext("legal", "Your e-mail address, never shown to anyone, and your password in a form that cannot be read back."),
            pgettext("legal", "What you chose to say of yourself: name, country, languages, a few words."),
            pgettext("legal", "What you published, until you withdraw it, and how far you have read in each topic."),
            pgettext("legal", "The devices on which you are signed in, with a shortened network address, until you sign them out or they expire."))),
        (pgettext("privacy", "Why, and for how long"), _paragraphs(
            pgettext("privacy", "Your account is kept to give you the service you asked for. When you close it, your name and everything personal are erased after 30 days; your messages stay under the words “former member” unless you withdraw them."),
            pgettext("privacy", "The address that a visitor leaves with a report serves to answer it. It is erased once the time to contest the decision is over."))),
        (pgettext("legal", "Cookies"), _paragraphs(
            pgettext("legal", "Each one is needed for what you ask; none follows you, so no consent is asked for."), cookie_table())),
        (pgettext("legal", "Your rights"), pgettext("legal", "You may see, correct and take away what is kept of you, have it erased, and object to a use of it.") + " " + operator),
    ]  # fmt: skip


def _help() -> tuple[str, str, list[Part]]:
    return pgettext("help", "Help"), pgettext("help", "The questions that come up most, and whom to ask for the rest."), [
        (pgettext("help", "I cannot sign in"), pgettext("help", "On the sign-in page, ask for a code by e-mail instead of using a password. If no mail arrives, look among unwanted mail and check the address.")),
        (pgettext("help", "I want to read in another language"), pgettext("help", "Choose it at the top of any page. Menus and pages change; messages stay in the language of their author.")),
        (pgettext("help", "I made a mistake in a message"), pgettext("help", "Open the menu under your message and choose to edit it, or to withdraw it.")),
        (pgettext("help", "Something is wrong with a message"), pgettext("help", "Use the button to report it, under the message. Moderators are told at once; the author does not learn who you are.")),
        (pgettext("help", "My connection is slow"), pgettext("help", "Turn on the light mode at the foot of any page: no web fonts, and pictures on request only.")),
        (pgettext("help", "I still need help"), pgettext("help", "Write to us through the contact page, in your own language.")),
    ]  # fmt: skip


def _accessibility() -> tuple[str, str, list[Part]]:
    lead = pgettext("accessibility", "Not compliant: no audit has been made yet. Here is what was done, and what to do when something stops you.")  # fmt: skip
    return pgettext("accessibility", "Accessibility"), lead, accessibility_parts(_operator())


_PAGES: dict[str, Callable[[], tuple[str, str, list[Part]]]] = {
    "about": _about,
    "help": _help,
    "rules": _rules,
    "terms": _terms,
    "privacy": _privacy,
    "legal": _legal,
    "accessibility": _accessibility,
}
