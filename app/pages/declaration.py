"""The accessibility statement in the form that the French reference (RGAA 4.1) asks for, before any audit."""

from __future__ import annotations

from app.core.i18n import pgettext
from app.core.identity import site


def accessibility_parts(operator: str) -> list[tuple[str, str]]:
    """Headings and Markdown: commitment, state, tests, what is left, contact, ways of appeal."""
    done = [
        pgettext("accessibility", "Every page works without scripts, with the keyboard alone, and on a screen 320 pixels wide."),
        pgettext("accessibility", "Each text says its language and its direction, so that a voice reads it as it should be read."),
        pgettext("accessibility", "Contrast is measured in the light and in the dark theme; no information is given by colour alone."),
        pgettext("accessibility", "Nothing moves for those who asked their device for less motion."),
    ]  # fmt: skip
    told = pgettext("accessibility", "Tell %(operator)s which page and what happened: you are owed an answer and another way to what you were looking for.", operator=operator)  # fmt: skip
    return [
        (pgettext("accessibility", "Commitment"), pgettext("accessibility", "%(operator)s undertakes to make %(site)s accessible to everyone, as article 47 of the French act 2005-102 of 11 February 2005 asks. This statement is about %(site)s.", operator=operator, site=site.name)),
        (pgettext("accessibility", "State of compliance"), pgettext("accessibility", "The pages aim at level AA of the Web Content Accessibility Guidelines 2.2. As long as nobody independent has audited them, the site counts as not compliant.")),
        (pgettext("accessibility", "Results of tests"), pgettext("accessibility", "No audit against the French reference RGAA 4.1 has been made, so there is no rate of compliance to publish.")),
        (pgettext("accessibility", "What was done"), "\n".join(f"- {one}" for one in done)),
        (pgettext("accessibility", "What was not done"), pgettext("accessibility", "Automatic checks find nothing on the pages they visit, but they see a part of the barriers only. No person who uses a screen reader every day has tested the site yet.")),
        (pgettext("accessibility", "How the pages are made"), pgettext("accessibility", "HTML 5, CSS, SVG, WAI-ARIA and JavaScript; the pages work without JavaScript.")),
        (pgettext("accessibility", "If something stops you"), told),
        (pgettext("accessibility", "When no answer comes"), pgettext("accessibility", "In France, the Defender of Rights can be asked: by the form on their site, through one of their delegates, or by post without a stamp: Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.")),
    ]  # fmt: skip
