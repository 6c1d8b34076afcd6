"""What the acts of the log are called."""

from __future__ import annotations

from typing import Any

from app.core.i18n import lazy_pgettext
from app.forum.order.journal import ACTIONS

ACTS: dict[str, Any] = {
    "accept_invitation": lazy_pgettext("act", "Entered a space by invitation"),
    "add_synonym": lazy_pgettext("act", "Tag: another word added"),
    "archive_category": lazy_pgettext("act", "Category archived"),
    "archive_space": lazy_pgettext("act", "Space archived"),
    "block": lazy_pgettext("act", "Address blocked"),
    "close": lazy_pgettext("act", "Account closed"),
    "create_category": lazy_pgettext("act", "Category made"),
    "create_space": lazy_pgettext("act", "Space made"),
    "create_term": lazy_pgettext("act", "Term added"),
    "demo_cleared": lazy_pgettext("act", "Demonstration removed"),
    "edit_category": lazy_pgettext("act", "Category changed"),
    "edit_space": lazy_pgettext("act", "Space changed"),
    "edit_term": lazy_pgettext("act", "Term changed"),
    "erase": lazy_pgettext("act", "Account erased"),
    "first_run": lazy_pgettext("act", "Site set up"),
    "grant_role": lazy_pgettext("act", "Role given"),
    "invite": lazy_pgettext("act", "Invitation made"),
    "let_in": lazy_pgettext("act", "Person let in"),
    "merge_tags": lazy_pgettext("act", "Tags merged"),
    "move_category": lazy_pgettext("act", "Category moved"),
    "order_categories": lazy_pgettext("act", "Categories put in order"),
    "order_spaces": lazy_pgettext("act", "Spaces put in order"),
    "order_terms": lazy_pgettext("act", "Terms put in order"),
    "publish_page": lazy_pgettext("act", "Page of the site published"),
    "recovery_codes": lazy_pgettext("act", "Recovery codes renewed"),
    "rename_tag": lazy_pgettext("act", "Tag renamed"),
    "restore_category": lazy_pgettext("act", "Category taken into use again"),
    "restore_space": lazy_pgettext("act", "Space taken into use again"),
    "restore_term": lazy_pgettext("act", "Term taken into use again"),
    "retry_mail": lazy_pgettext("act", "Mails tried again"),
    "revoke_role": lazy_pgettext("act", "Role taken back"),
    "second_step_off": lazy_pgettext("act", "Second step turned off"),
    "second_step_on": lazy_pgettext("act", "Second step turned on"),
    "set_tag_rules": lazy_pgettext("act", "Rules of tags changed"),
    "turn_away": lazy_pgettext("act", "Person not let in"),
    "unblock": lazy_pgettext("act", "Address no longer blocked"),
    "withdraw_invitation": lazy_pgettext("act", "Invitation withdrawn"),
    "withdraw_tag": lazy_pgettext("act", "Tag withdrawn"),
    "withdraw_term": lazy_pgettext("act", "Term withdrawn"),
}


def act_name(code: str) -> Any:
    """An act in words; a code without any is shown as it is."""
    return ACTIONS.get(code) or ACTS.get(code) or code.replace("_", " ")
