"""The sentences of templates, in the language in force.

A page asks for a hundred sentences, most of them without a place to fill in: those are set once per language.
"""

from __future__ import annotations

from typing import Any

from flask import g
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.site.typography import SetCatalogues


def install_sentences(environment: Environment, catalogues: SetCatalogues) -> None:
    """Give templates `pgettext` and `npgettext`, which take places as keywords and escape what is filled in."""
    whole: dict[tuple[str, str, str], Markup] = {}

    @pass_eval_context
    def pgettext(eval_ctx: EvalContext, context: str, message: str, /, **values: Any) -> str:
        if values:
            return _marked(eval_ctx, catalogues.get_translations().upgettext(context, message)) % values
        key = (g.get("lang", ""), context, message)
        said = whole.get(key)
        if said is None:
            said = Markup(catalogues.get_translations().upgettext(context, message) % {})  # noqa: S704 - our own words
            if key[0]:
                whole[key] = said
        return said if eval_ctx.autoescape else str(said)

    @pass_eval_context
    def npgettext(eval_ctx: EvalContext, context: str, singular: str, plural: str, num: int, /, **values: Any) -> str:
        said = catalogues.get_translations().unpgettext(context, singular, plural, num)
        return _marked(eval_ctx, said) % ({"num": num} | values)

    environment.globals.update(pgettext=pgettext, npgettext=npgettext)


def _marked(eval_ctx: EvalContext, said: str) -> str:
    return Markup(said) if eval_ctx.autoescape else said  # noqa: S704 - the words are our own, values are escaped
