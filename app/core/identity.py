"""What the site is called, whose it is and whom it gathers: the options that every page and mail shows."""

from __future__ import annotations

from app.core import options
from app.core.i18n import lazy_pgettext
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
