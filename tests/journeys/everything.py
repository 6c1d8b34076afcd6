"""What a message may carry besides its words, put into one: the pages are checked with all of it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from flask import current_app
from PIL import Image

from app.accounts.models import User
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.engagement.shelf import put_on_shelf
from app.forum import services
from app.forum.composing.extras import Extras
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic
from app.forum.polls.drafts import PollDraft
from app.forum.polls.queries import poll_of
from app.forum.polls.services import vote


def carrying_everything(author: User, other: User, topic: Topic) -> Post:
    """A reply with an image in its text, two files below, a named poll with a vote, a footnote and a mention."""
    store = file_store(current_app.extensions["settings"])
    drawn = BytesIO()
    Image.new("RGB", (1200, 600), "teal").save(drawn, "PNG")
    sent = [("plage.png", drawn.getvalue()), ("phare.png", drawn.getvalue()), ("ordre du jour.pdf", b"%PDF-1")]
    stored = [store_file(store, name, content) for name, content in sent]
    with unit_of_work():
        ids = [put_on_shelf(author, file).public_id for file in stored]
    body = f"Merci @{other.handle} :thumbsup: #logement[^1]\n\n![La plage](file:{ids[0]})\n\n[^1]: La *source*."
    files = dict(zip(ids, ("La plage", "Le phare", ""), strict=True))
    poll = PollDraft("Quel mois ?", ("Mai", "Juin"), is_named=True)
    draft = replace(draft_post(body, "fr", "everything"), extras=Extras(files, poll))
    with unit_of_work():
        post = services.reply(author, topic, draft)
    with unit_of_work():
        vote(other, post, [poll_of(post.id).options[0].id])
        post.is_wiki = True
    with unit_of_work():
        services.edit_post(author, post, draft_post(f"{body}\n\nMis à jour.", "fr", "everything"), 0)
    return post
