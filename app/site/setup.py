"""What every template may use, and the answers to errors."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Flask, Response
from markupsafe import Markup

from app.accounts.actor import current_actor
from app.config import Settings
from app.core import i18n, moments
from app.core.kept import kept_part
from app.extensions import babel
from app.site import errors, faces, install_views, lighten, machine_views, navigation
from app.site.assets import Assets
from app.site.belfry_map import BelfryMap
from app.site.excerpts import excerpt
from app.site.queries import members_by_country
from app.site.sentences import install_sentences
from app.site.shell import Shell, is_light, is_shared_device, theme
from app.site.typography import SetCatalogues


def init_app(app: Flask) -> None:
    """Fill the template environment, answer errors, and give the addresses that have no language."""
    settings = cast(Settings, app.extensions["settings"])
    assets, shell = Assets(), Shell()
    catalogues = babel.domain_instance = SetCatalogues()
    app.extensions["belfry_map"] = BelfryMap(members_by_country)

    def time_element(moment: datetime, style: str = "minute") -> Markup:
        return moments.time_element(moment, i18n.current_lang(), settings.timezone, style)

    def time_in(moment: datetime, zone: str) -> Markup:
        return moments.time_element(moment, i18n.current_lang(), zone, "minute")

    app.jinja_env.globals.update(
        asset=assets.url,
        time_in=time_in,
        settings=settings,
        shell=shell,
        current_actor=current_actor,
        current_lang=i18n.current_lang,
        direction=i18n.direction,
        language_name=i18n.language_name,
        translated=i18n.translated,
        text_lang=i18n.text_lang,
        interface_languages=i18n.INTERFACE,
        offered_languages=i18n.offered_languages,
        language_own_names=i18n.OWN_NAMES,
        alternates=lambda: navigation.alternates(settings.site_url),
        room_doors=navigation.rooms,
        exists=lambda endpoint: endpoint in app.view_functions,
        is_reviewed=lambda: i18n.current_lang() in i18n.REVIEWED,
        theme=theme,
        is_light=is_light,
        is_shared_device=is_shared_device,
        time_element=time_element,
        ago_element=moments.ago_element,
        initials=faces.initials,
        tone=faces.tone,
        decimal=moments.decimal,
        kept_part=kept_part,
    )
    app.jinja_env.filters["excerpt"] = excerpt
    install_sentences(app.jinja_env, catalogues)
    app.register_blueprint(machine_views.bp)
    app.register_blueprint(install_views.bp)
    app.after_request(_keep_private)
    app.after_request(lighten.lighten)
    app.after_request(install_views.tell_worker)
    errors.init_app(app)


def _keep_private(response: Response) -> Response:
    """No other window holds this one, and no proxy keeps a page: it may be a member's."""
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.add("Save-Data")
    return response
