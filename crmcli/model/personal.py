"""The objects as one workspace has them: which are active, and what they are called here.

It is laid over the compiled model when a command begins, and so changes neither the cache nor the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.frozen import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType, Summary
    from crmcli.model.settings import ObjectSettings

    _Words = TypeVar("_Words", Summary, ObjectType)


def personalised(model: Model, settings: Sequence[ObjectSettings]) -> Model:
    """Give the model with what crm.toml says of objects; the names that they had go on working as aliases.

    What it says of objects that are not there is passed over.
    """
    said = {one.name: one for one in settings if one.name in model.words}
    if not said:
        return model
    from crmcli.model.packed import Lazy

    objects = Lazy(model.objects, _with(said))
    return replace(model, objects=objects, summaries=Lazy(model.summaries, _with(said)) if model.summaries else {})


def _with(said: Mapping[str, ObjectSettings]) -> Callable[[_Words], _Words]:
    def personal(words: _Words) -> _Words:
        if words.name not in said:
            return words
        own = said[words.name]
        former: tuple[str, ...] = (words.label,) * bool(own.singular) + (words.plural,) * bool(own.plural)
        return replace(
            words,
            label=own.singular or words.label,
            plural=own.plural or words.plural,
            aliases=tuple(dict.fromkeys((*words.aliases, *former))),
            active=words.active if own.active is None else own.active,
        )

    return personal
