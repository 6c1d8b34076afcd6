"""How files and tags are found and shown. They are seen by whoever sees what they are attached to, or stand on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import url_for
from sqlalchemy import select

from app.core.db import db
from app.core.i18n import current_lang, lazy_pgettext
from app.core.subjects import Link, SubjectKind, register
from app.engagement.file_texts import file_documents, file_ids
from app.engagement.models import Attachment, Tag
from app.engagement.oversight import FILE_OVERSIGHT, load_files
from app.engagement.queries import tag_label, tag_of_slug, visible_attachment_ids, visible_tag_ids
from app.terms.queries import vocabulary


def _by_public_id(public_id: str) -> Attachment | None:
    return db.session.scalars(select(Attachment).where(Attachment.public_id == public_id)).first()


FILE = register(
    SubjectKind(
        name="file",
        label=lazy_pgettext("engagement", "Files"),
        label_of_one=lazy_pgettext("engagement", "File"),
        load=load_files,
        visible_to=visible_attachment_ids,
        link=lambda found: Link(url_for("engagement.download", public_id=found.public_id), found.name, ""),
        owner_id=lambda found: found.user_id,
        by_public_id=_by_public_id,
        is_open=lambda found: found.state == "shown",
        oversight=FILE_OVERSIGHT,
        search_documents=file_documents,
        ids=file_ids,
    )
)


def _tags(ids: Collection[int]) -> Mapping[int, Tag]:
    return {row.id: row for row in db.session.scalars(select(Tag).where(Tag.id.in_(ids)))}


def _tag_link(tag: Tag) -> Link:
    theme = vocabulary().get(tag.slug)
    return Link(
        url_for("forum.show_tag", slug=tag.slug), tag_label(tag.slug, tag.label).label, current_lang() if theme else ""
    )


TAG = register(
    SubjectKind(
        name="tag",
        label=lazy_pgettext("engagement", "Tags"),
        label_of_one=lazy_pgettext("engagement", "Tag"),
        load=_tags,
        visible_to=visible_tag_ids,
        link=_tag_link,
        by_public_id=tag_of_slug,
    )
)
