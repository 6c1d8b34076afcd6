"""What the site is called, whose it is and whom it gathers: the options that every page and mail shows."""

from __future__ import annotations

from collections.abc import Sequence

from flask import has_app_context

from app.core import i18n, options
from app.core.i18n import INTERFACE, OWN_NAMES, lazy_pgettext
from app.core.options import Option, declare

NAME = declare(
    Option("site.name", "text", lambda settings: settings.site_name, lazy_pgettext("option", "Name of the site"),
           "site", lazy_pgettext("option", "Shown in the header, in titles and in mails."), most=60)
)  # fmt: skip
TERRITORY = declare(
    Option("site.territory", "text", lambda settings: settings.territory, lazy_pgettext("option", "Territory"),
           "site", lazy_pgettext("option", "The territory whose people the site gathers."), most=80)
)  # fmt: skip
OPERATOR = declare(
    Option("site.operator", "text", lambda settings: settings.operator, lazy_pgettext("option", "Operator"),
           "site", lazy_pgettext("option", "The body that runs the site, named in every footer."), most=120)
)  # fmt: skip
LANGUAGES = declare(
    Option("site.languages", "choices", list(INTERFACE), lazy_pgettext("option", "Languages offered"),
           "site", lazy_pgettext("option", "The languages in which the pages of the site can be read."),
           choices=[(tag, OWN_NAMES[tag]) for tag in INTERFACE], least=1)
)  # fmt: skip
DEFAULT_LANGUAGE = declare(
    Option("site.language", "choice", i18n.DEFAULT, lazy_pgettext("option", "Language of the site"), "site",
           lazy_pgettext("option", "Used where the reader's language is not offered or has no text."),
           choices=[(tag, OWN_NAMES[tag]) for tag in INTERFACE])
)  # fmt: skip


def _offered() -> Sequence[str]:
    """Languages in the order of the menu; the site's own is always among them."""
    if not has_app_context():
        return INTERFACE
    chosen = {*options.value(LANGUAGES.name), _default()}
    return INTERFACE if chosen.issuperset(INTERFACE) else tuple(tag for tag in INTERFACE if tag in chosen)


def _default() -> str:
    return str(options.value(DEFAULT_LANGUAGE.name)) if has_app_context() else i18n.DEFAULT


i18n.choice.offered, i18n.choice.default = _offered, _default


class Identity:
    """The three, as templates read them: `site.name`, `site.territory`, `site.operator`."""

    @property
    def name(self) -> str:
        return str(options.value(NAME.name))

    @property
    def territory(self) -> str:
        return str(options.value(TERRITORY.name))

    @property
    def operator(self) -> str:
        return str(options.value(OPERATOR.name))


site = Identity()
