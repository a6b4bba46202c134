"""Examples in the words of the CRM that one is in: `crm list accounts` where companies are called so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.cli import place
from crmcli.errors import CrmError

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def in_own_words(examples: str, session: Session) -> str:
    """Put the names that a workspace gives its objects into examples; outside of one they stay as they are.

    Help is given whatever state the workspace is in.
    """
    try:
        names = _names(session)
    except CrmError:
        return examples
    for (name, plural), (singular, several) in names.items():
        examples = re.sub(rf"(?<![\w.=:/-]){plural}(?![\w.=:/-])", several, examples)
        examples = re.sub(rf"(?<=crm create ){name}\b|(?<![\w.=:/-]){name}(?=:\d)", singular, examples)
    return examples


def _names(session: Session) -> dict[tuple[str, str], tuple[str, str]]:
    """Give name and plural of each object that is called something else here, and what it is called, as typed."""
    from crmcli.model.compiled import load_model
    from crmcli.model.names import typed
    from crmcli.model.personal import personalised
    from crmcli.model.settings import load_settings

    root = place.find_root(session.folder)
    cache = place.cache_folder(root)
    settings = load_settings(root, cache)
    renamed = [said.name for said in settings.objects if said.singular or said.plural]
    if not renamed:
        return {}
    model = load_model(root, cache)
    personal = personalised(model, settings.objects)
    return {
        (name, typed(model.words[name])): ("_".join(words.label.casefold().split()), typed(words))
        for name, words in personal.words.items()
        if name in renamed
    }
