"""The pages on which administrators connect other software."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug import Response

from app.accounts.actor import current_member
from app.api import policy, queries, services
from app.api.blueprint import bp
from app.api.forms import NAMES, WebhookForm
from app.api.hooks import PRIVATE
from app.api.models import Webhook
from app.api.sending import secret_of
from app.core import options
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.jobs import wake
from app.core.policy import require

HOOKS = "/administration/webhooks"


@bp.get(HOOKS)
@login_required
def list_webhooks() -> ResponseReturnValue:
    """Every webhook and how it fares."""
    require(policy.can_connect(current_member()))
    return render_template("api/list_webhooks.html", webhooks=queries.webhooks(), last=queries.last_deliveries())


@bp.route(f"{HOOKS}/new", methods=["GET", "POST"])
@login_required
def connect() -> ResponseReturnValue:
    """Make a webhook."""
    require(policy.can_connect(current_member()))
    form = WebhookForm()
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work():
                webhook = services.connect(current_member(), form.draft(), _takes_http())
        except Invalid as error:
            form.say(error)
        else:
            return _back(webhook)
    return render_template("api/connect.html", form=form), 422 if form.errors else 200


@bp.get(f"{HOOKS}/<public_id>")
@login_required
def show_webhook(public_id: str) -> ResponseReturnValue:
    """One webhook: its secret, what was sent to it last, and what to do with it."""
    return _page(_webhook(public_id))


@bp.post(f"{HOOKS}/<public_id>")
@login_required
def edit_webhook(public_id: str) -> ResponseReturnValue:
    """Change what it is told, or where."""
    webhook, form = _webhook(public_id), WebhookForm()
    if form.validate():
        try:
            with unit_of_work():
                services.edit_webhook(current_member(), webhook, form.draft(), _takes_http())
        except Invalid as error:
            form.say(error)
        else:
            return _back(webhook)
    return _page(webhook, form), 422


@bp.post(f"{HOOKS}/<public_id>/<any(try, pause, resume, renew, disconnect):action>")
@login_required
def act_on_webhook(public_id: str, action: str) -> ResponseReturnValue:
    """Send a test, pause, let go on, change the secret, or remove."""
    webhook, actor = _webhook(public_id), current_member()
    with unit_of_work():
        if action == "try":
            services.try_out(actor, webhook)
        elif action == "renew":
            services.renew_secret(actor, webhook)
        elif action == "disconnect":
            services.disconnect(actor, webhook)
        else:
            services.pause(actor, webhook, is_active=action == "resume")
    if action == "disconnect":
        flash(pgettext("door", "The webhook is removed."), "good")
        return redirect(url_for("api.list_webhooks"), 303)
    if action == "try":
        wake("webhooks")
        flash(pgettext("door", "A test is on its way. Reload the page to see what came of it."), "good")
    return _back(webhook)


def _webhook(public_id: str) -> Webhook:
    """The webhook, for administrators. Raises NotAllowed, NotFound."""
    require(policy.can_connect(current_member()))
    webhook = queries.find_webhook(public_id)
    if webhook is None:
        raise NotFound
    return webhook


def _page(webhook: Webhook, form: WebhookForm | None = None) -> str:
    return render_template(
        "api/show_webhook.html",
        webhook=webhook,
        form=form or WebhookForm(webhook if request.method == "GET" else None),
        secret=secret_of(webhook),
        deliveries=queries.deliveries(webhook),
        names=NAMES,
    )


def _back(webhook: Webhook) -> Response:
    return redirect(url_for("api.show_webhook", public_id=webhook.public_id), 303)


def _takes_http() -> bool:
    return bool(options.value(PRIVATE.name))
