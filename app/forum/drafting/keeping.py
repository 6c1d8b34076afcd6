"""How the pages of a composer keep what is typed: they open with the draft in hand, and save it by two buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from app.accounts.models import User
from app.core.asking import wants_json
from app.core.errors import Conflict, DomainError
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext, pgettext
from app.core.policy import Ruling, require
from app.forum.drafting import queries as draft_queries
from app.forum.drafting import services as draft_services
from app.forum.drafting.fields import moment_of, typed_fields, zone_of
from app.forum.drafting.models import Draft
from app.forum.drafting.services import DraftConflict, Typed
from app.forum.forms import WritingForm, clean_token

FormOf = TypeVar("FormOf", bound=WritingForm)
Show = Callable[..., str]
Refuse = Callable[[WritingForm, int, Show], ResponseReturnValue]
SENT = lazy_pgettext("draft rule", "This message has been sent already.")


@dataclass(frozen=True)
class Keeping:
    """One composer of one member: what it becomes (`draft_models.PLACES`) and where."""

    member: User
    place: str
    place_id: int
    may_write: Callable[[], Ruling]
    """Whether the member may publish there now."""
    original: str = ""
    """The text that stands there, for what changes it."""

    def opened(self, kind: type[FormOf], **values: Any) -> FormOf:
        """A form as it was sent, else filled with the draft that the address names or the one last in hand."""
        draft = self._in_hand() if request.method == "GET" else None
        if draft is None:
            return kind(**values)
        return filled(kind, draft, **values)

    def _in_hand(self) -> Draft | None:
        named = draft_queries.find_draft(self.member, request.args.get("draft", ""))
        if named is not None and (named.place, named.place_id) == (self.place, self.place_id):
            return named
        return draft_queries.current_draft(self.member, self.place, self.place_id)

    def typed(self) -> Typed:
        """What the request brings to be kept. Raises Invalid."""
        sent = request.form
        version, turn = sent.get("draft_version", ""), sent.get("turn", "")
        is_apart = "apart" in sent
        return Typed(
            self.place,
            self.place_id,
            typed_fields(sent),
            clean_token(None if is_apart else sent.get("client_token")),
            draft=sent.get("draft", "")[:26],
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            writer=sent.get("writer", "")[:32],
            turn=int(turn) if turn.isdecimal() and len(turn) < 9 else 0,
            is_apart=is_apart,
            original=self.original,
        )

    def answer(self, form: WritingForm, show: Show, refused: Refuse) -> ResponseReturnValue | None:
        """The answer to the buttons that keep a text; None where another button was pressed."""
        if "keep" not in request.form and "later" not in request.form:
            return None
        try:
            if "later" not in request.form:
                validate_csrf(request.form.get("csrf_token"))
                return self._keep()
            return self._publish_later(form) if form.validate() else refused(form, 422, show)
        except ValidationError:
            form.say_stale()
            return refused(form, 422, show)
        except DraftConflict as conflict:
            return self._side_by_side(conflict.theirs)
        except DomainError as error:
            form.say(error)
            return refused(form, error.status, show)

    def _keep(self) -> ResponseReturnValue:
        typed = self.typed()
        with unit_of_work():
            draft = draft_services.keep_draft(self.member, typed)
        if draft is None:
            flash(pgettext("draft", "There was nothing to save as a draft."), "info")
        elif request.form["keep"] == "go-on":
            return redirect(url_for("forum.show_draft", public_id=draft.public_id), 303)
        else:
            flash(pgettext("draft", "Your draft is saved."), "success")
        return redirect(url_for("forum.list_drafts"), 303)

    def _publish_later(self, form: WritingForm) -> ResponseReturnValue:
        """Keep a text that was checked, to be published at the moment chosen. Raises DomainError."""
        require(self.may_write())
        chosen = request.form.get("later_day", ""), request.form.get("later_time", "")
        moment = moment_of(*chosen, zone_of(self.member))
        typed = self.typed()
        with unit_of_work():
            draft = draft_services.keep_draft(self.member, typed)
            if draft is None:
                raise Conflict(SENT)
            draft_services.schedule_draft(self.member, draft, moment)
        flash(pgettext("draft", "Your message leaves by itself at the time you chose."), "success")
        way = url_for("forum.list_drafts")
        return {"url": way} if wants_json() else redirect(way, 303)

    def _side_by_side(self, theirs: Draft) -> ResponseReturnValue:
        """Both texts, to choose one, put them together or keep both."""
        if wants_json():
            return conflict_said(theirs), 409
        mine = typed_fields(request.form)
        page = render_template("forum/draft_conflict.html", mine=mine, theirs=theirs, action=request.path)
        return page, 409


def filled(kind: type[FormOf], draft: Draft, **values: Any) -> FormOf:
    """A form with everything that a draft holds."""
    held: MultiDict[str, str] = MultiDict()
    for name, typed in draft.fields.items():
        held.setlist(name, [str(value) for value in typed])
    held["client_token"] = draft.client_token
    held["draft"], held["draft_version"] = draft.public_id, str(draft.version)
    return kind(formdata=held, **values)


def joined(text: str, quotation: str) -> str:
    """What was written, and after it the quotation that the reader asked for."""
    if not text.strip() or quotation.strip() in text:
        return text if text.strip() else quotation
    return f"{text.rstrip()}\n\n{quotation}"


def conflict_said(theirs: Draft) -> dict[str, Any]:
    """A conflict as scripts are told of it: whatever they show, the server's page shows both texts."""
    error = {"status": 409, "reason": str(draft_services.CHANGED_ELSEWHERE), "fields": {}, "is_stale": False}
    return {"error": error, "draft": theirs.public_id, "version": theirs.version}
