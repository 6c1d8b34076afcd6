"""Every kind of page there is, in one place: what is checked on all pages is checked on these."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from app.accounts.identity import renew_code
from app.accounts.models import User
from app.api.services import WebhookDraft, connect
from app.core import mail
from app.core.db import db
from app.core.events import unit_of_work
from app.forum import services
from app.forum.addresses import topic_slug
from app.forum.models import Category, Post, Topic
from app.pages.models import SLUGS
from app.pages.services import PageDraft, publish_page
from app.search.saved import save_search
from tests.journeys.desk_pages import NO_DESK_PAGES, desk_pages
from tests.journeys.draft_pages import begin_drafts
from tests.journeys.everything import carrying_everything
from tests.journeys.moderation_pages import NO_PAGES, moderation_pages
from tests.journeys.organising_pages import organising_pages
from tests.journeys.space_pages import space_pages
from tests.journeys.trust_pages import NO_PAGES as NO_TRUST_PAGES
from tests.journeys.trust_pages import trust_pages
from tests.support.forum import hidden, opened, replied
from tests.support.signed_in import cookie_of

MEMBER, ADMINISTRATOR, NEWCOMER = "yasmina-safi", "admin", "newcomer"
NOT_PAGES = {
    "machine.choose_language": "leads to the home page in a language",
    **NO_PAGES,
    **NO_TRUST_PAGES,
    **NO_DESK_PAGES,
    "install.show_manifest": "answers browsers",
    "install.service_worker": "a script",
    "machine.health": "answers machines",
    "operating.show_metrics": "answers machines",
    "machine.robots": "answers machines",
    "machine.sitemap_index": "answers machines",
    "machine.sitemap_places": "answers machines",
    "machine.sitemap_topics": "answers machines",
    "static": "files",
    "oembed.describe": "answers machines",
    "api.feed_latest": "answers machines",
    "api.feed_tag": "answers machines",
    "api.feed_space": "answers machines",
    "api.feed_category": "answers machines",
    "api.feed_topic": "answers machines",
    "api.feed_member": "answers machines",
    "api.feed_search": "answers machines",
    "search.build_query": "leads to the results",
    "api.draw_card": "a picture",
    "api.draw_site_card": "a picture",
    "api.embed_list": "shown in a frame of another site",
    "api.embed_topic": "shown in a frame of another site",
    "engagement.download": "files",
    "engagement.download_smaller": "files",
    "forum.complete": "answers scripts",
    "search.suggest": "answers scripts",
    "forum.show_similar": "a piece of the page of a new topic",
    "forum.show_poll": "a piece of the page of a topic",
    "forum.show_calendar": "a calendar file",
    "forum.show_session_panel": "a piece of the page of a topic",
    "forum.export_poll": "a table to download",
    "site.show_pulse": "a piece of the home page",
    "forum.show_fragment": "a message alone, as live readers are sent it",
    "site.choose_appearance": "leads back",
    "site.choose_shortcuts": "leads back",
    "site.switch_language": "leads back",
    "forum.find_topic": "leads to the topic",
    "forum.show_unread": "leads into the topic",
    "forum.show_last": "leads into the topic",
    "forum.show_number": "leads into the topic",
    "forum.show_date": "leads into the topic",
    "forum.jump_to_number": "leads into the topic",
    "forum.jump_to_date": "leads into the topic",
    "forum.show_post": "leads into the topic",
    "security.confirm_email": "leads to the sign-in",
    "security.change_email_confirm": "leads to the account",
    "security.us_setup": "closed",
    "security.verify": "closed",
    "local_mail.show_html": "a mail, as mail programs show it",
}
"""Addresses that are opened and show no page of the site."""


@dataclass(frozen=True)
class PageType:
    """A kind of page: its address after the language, who opens it, how it is answered."""

    endpoint: str
    address: str
    who: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        return f"{self.endpoint}{f' by {self.who}' if self.who else ''} {self.address}"


def page_types(app: Flask) -> list[PageType]:
    """All of them, on a platform with the demonstration set and without a mail server."""
    topic = _topic_with_everything()
    place = f"/topics/{topic.public_id}"
    ends = {state: _post(topic, state) for state in ("visible", "hidden_by_moderator")}
    shelf = f"/categories/{topic.category.slug}"
    return [
        PageType("site.home", "/"),
        PageType("site.home", "/", MEMBER),
        PageType("api.choose_embed", "/embed"),
        PageType("api.list_webhooks", "/administration/webhooks", ADMINISTRATOR),
        PageType("api.connect", "/administration/webhooks/new", ADMINISTRATOR),
        PageType("api.show_webhook", f"/administration/webhooks/{_webhook()}", ADMINISTRATOR),
        *(PageType("pages.show_page", f"/{slug}") for slug in SLUGS),
        PageType("pages.list_versions", "/terms/versions"),
        PageType("pages.list_versions", "/help/versions"),
        PageType("pages.read_version", f"/terms/versions/{_page_version()}"),
        PageType("site.write_to_us", "/contact"),
        *desk_pages(PageType, ADMINISTRATOR, MEMBER, find_member(MEMBER).public_id),
        PageType("site.show_member", f"/members/{MEMBER}"),
        PageType("site.show_member", f"/members/{MEMBER}", ADMINISTRATOR),
        *_of_accounts(app),
        PageType("forum.list_spaces", "/spaces"),
        PageType("forum.list_spaces", "/spaces", MEMBER),
        PageType("forum.show_space", f"/spaces/{topic.category.space.slug}", ADMINISTRATOR),
        PageType("forum.show_category", shelf),
        PageType("forum.show_category", shelf, MEMBER),
        PageType("forum.list_latest", "/latest"),
        PageType("forum.list_latest", "/latest?view=unanswered&lang=vi&tag=logement", MEMBER),
        PageType("forum.show_topic", f"{place}/{topic_slug(topic)}"),
        PageType("forum.list_similar", f"{place}/similar"),
        PageType("forum.show_topic", f"{place}/{topic_slug(topic)}", MEMBER),
        PageType("forum.show_topic", f"{place}/{topic_slug(topic)}?page=2", MEMBER),
        PageType("forum.show_topic", f"{place}/{topic_slug(topic)}", ADMINISTRATOR),
        PageType("install.show_offline", "/offline"),
        PageType("forum.list_drafts", "/drafts", MEMBER),
        PageType("forum.list_drafts", "/drafts", ADMINISTRATOR),
        PageType("forum.show_draft", f"/drafts/{begin_drafts(find_member(MEMBER), topic)}", MEMBER),
        PageType("forum.open_topic", f"{shelf}/new-topic", MEMBER),
        PageType("forum.reply", f"{place}/reply?to={ends['visible']}&quote={ends['visible']}", MEMBER),
        PageType("forum.edit_topic", f"{place}/edit", ADMINISTRATOR),
        PageType("forum.edit_post", f"/posts/{ends['visible']}/edit", MEMBER),
        PageType("forum.read_hidden", f"/posts/{ends['hidden_by_moderator']}/moderate", ADMINISTRATOR),
        PageType("forum.decide_on_topic", f"{place}/moderate", ADMINISTRATOR),
        PageType("forum.show_log", "/moderation/log", ADMINISTRATOR),
        *moderation_pages(PageType, topic, MEMBER, ADMINISTRATOR),
        *trust_pages(PageType, app, topic, MEMBER, ADMINISTRATOR),
        *organising_pages(PageType, topic, MEMBER, ADMINISTRATOR),
        *space_pages(PageType, MEMBER, ADMINISTRATOR),
        PageType("search.show_results", "/search"),
        PageType("search.show_results", "/search?q=Beffroi", MEMBER),
        PageType("search.show_results", "/search?q=xyzzyqwerty"),
        PageType("search.show_results", "/search?q=Beffroi+OR+ville+lang:fr+is:nothing&state=open&sort=active", MEMBER),
        PageType("search.list_saved", "/my/searches", ADMINISTRATOR),
        PageType("search.list_saved", "/my/searches", MEMBER),
        PageType("search.save_search", "/my/searches/new?q=Beffroi", MEMBER),
        PageType("search.edit_saved", f"/my/searches/{_saved_search()}", MEMBER),
        PageType("error 404", "/nowhere", status=404),
        PageType("error 403", "/moderation/log", MEMBER, status=403),
        PageType("error 405", "/react", MEMBER, status=405),
    ]


def _of_accounts(app: Flask) -> list[PageType]:
    member = find_member(MEMBER)
    token = generate_reset_password_token(member)
    with unit_of_work():
        code = renew_code(member)
    return [
        PageType("security.login", "/login"),
        PageType("security.us_signin", "/login?next=/fr/latest"),
        PageType("security.register", "/register"),
        PageType("security.forgot_password", "/reset"),
        PageType("security.reset_password", f"/reset/{token}"),
        PageType("security.send_confirmation", "/confirm"),
        PageType("security.us_verify", "/account/verify", MEMBER),
        PageType("security.change_password", "/account/password", MEMBER),
        PageType("security.change_email", "/account/address", MEMBER),
        PageType("accounts.show_account", "/account/", MEMBER),
        PageType("accounts.edit_settings", "/account/settings", MEMBER),
        PageType("accounts.list_sessions", "/account/sessions", MEMBER),
        PageType("accounts.await_code", "/register/sent", NEWCOMER),
        PageType("security.us_verify_link", f"/login/link?id={member.fs_uniquifier}&code={code}"),
        PageType("local_mail.list_mails", "/mail"),
        PageType("local_mail.show_mail", f"/mail/{_letter(app)}"),
    ]


def _page_version() -> int:
    """A second version of a page in one language."""
    administrator = find_member(ADMINISTRATOR)
    with unit_of_work():
        first = publish_page(
            administrator, "terms", PageDraft("fr", "Conditions", "Un **premier** texte.", "<p>Un.</p>")
        )
        draft = PageDraft("fr", "Conditions", "Un autre texte.", "<p>Un autre.</p>", "Plus court", True, first.number)
        return publish_page(administrator, "terms", draft).number


def find_member(handle: str) -> User:
    """A member of the demonstration set."""
    return db.session.scalars(select(User).where(User.handle == handle)).unique().one()


def _topic_with_everything() -> Topic:
    """Two pages; an accepted answer, a quotation, files, a poll, a wiki, a withdrawn and a hidden message."""
    member, other, administrator = (find_member(handle) for handle in (MEMBER, "camille-montreal", ADMINISTRATOR))
    category = db.session.scalars(select(Category).where(Category.slug == "retour")).one()
    body = "Bonjour à tous.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n- [x] fait\n- [ ] à faire\n\n`code` et ~~barré~~."
    topic = opened(member, category, "Un sujet qui a tout", "logement", "emploi", kind="question", body=body)
    answer = replied(other, topic, "La **réponse**.")
    replied(member, topic, f"> [post:{answer.public_id}]\n> La réponse.\n\nMerci !", to=answer.public_id)
    withdrawn, gone = replied(other, topic, "À retirer."), replied(other, topic, "Publicité.")
    carrying_everything(member, other, topic)
    for number in range(7, 23):
        replied(other if number % 2 else member, topic, f"شكرا جزيلا {number}", lang="ar")
    with unit_of_work():
        services.accept_answer(member, answer)
    with unit_of_work():
        services.withdraw_post(other, withdrawn)
    hidden(administrator, gone, "Publicité")
    return topic


def _saved_search() -> int:
    with unit_of_work():
        return save_search(find_member(MEMBER), "Beffroi", "q=Beffroi+tag%3Aargile&kind=topic").id


def _webhook() -> str:
    draft = WebhookDraft("https://example.org/hook", ("published",), ("topic",))
    with unit_of_work():
        return connect(find_member(ADMINISTRATOR), draft).public_id


def _post(topic: Topic, state: str) -> str:
    return str(db.session.scalar(select(Post.public_id).where(Post.topic_id == topic.id, Post.state == state).limit(1)))


def _letter(app: Flask) -> str:
    """The name of a mail that landed in the folder of mails."""
    member = find_member(MEMBER)
    mail.send(member.email, "accounts/password_changed", member.ui_lang, user=member)
    mail.deliver_due()
    return max(path.stem for path in (app.extensions["settings"].var / "mail").glob("*.eml"))


def cookies(app: Flask) -> dict[str, str]:
    """`name=value` of the cookie of each who opens pages."""
    signed_in = {handle: cookie_of(app, find_member(handle)) for handle in (MEMBER, ADMINISTRATOR)}
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer
    awaited = serializer.dumps({"awaited": "newcomer@example.org"})
    return {"": "", NEWCOMER: f"{app.config['SESSION_COOKIE_NAME']}={awaited}"} | signed_in
