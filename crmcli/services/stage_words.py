"""Pipelines and stages by the words that people use for them: id, label, or an unambiguous beginning of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.names import fold
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from crmcli.model.objects import ObjectType, Pipeline, Stage

    _T = TypeVar("_T", Pipeline, Stage)


class NoPipelines(CrmError):
    """An object whose records go through no pipeline."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType) -> None:
        super().__init__(
            f"{found.plural} have no pipelines",
            f"Those that have: crm pipeline list; to declare some: schemas/{found.name}.yaml",
        )


class UnknownPipeline(CrmError):
    """A word that means no pipeline of an object, or several."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, found: ObjectType, meant: Sequence[str] = ()) -> None:
        if meant:
            super().__init__(f'"{word}" may mean {" or ".join(meant)}', "Write more of the name")
        else:
            names = [name for p in found.pipelines for name in (p.id, p.label)]
            super().__init__(f'{found.plural} have no pipeline "{word}"', suggestion(word, names))


class UnknownStage(CrmError):
    """A word that means no stage of a pipeline, or several."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, pipeline: Pipeline, meant: Sequence[str] = ()) -> None:
        if meant:
            super().__init__(f'"{word}" may mean {" or ".join(meant)}', "Write more of the name")
        else:
            names = [name for stage in pipeline.stages for name in (stage.id, stage.label)]
            near = suggestion(word, names)
            labels = ", ".join(stage.label for stage in pipeline.stages)
            hint = near if near.startswith("did") else f"Its stages are {labels}"
            super().__init__(f'{pipeline.label} has no stage "{word}"', hint)


def find_pipeline(found: ObjectType, word: str) -> Pipeline:
    """Give the pipeline that a word means; the only one for "". Raises NoPipelines or UnknownPipeline."""
    if not found.pipelines:
        raise NoPipelines(found)
    if not word and len(found.pipelines) == 1:
        return found.pipelines[0]
    meant = _meant(word, found.pipelines)
    if len(meant) != 1:
        raise UnknownPipeline(word, found, [pipeline.label for pipeline in meant])
    return meant[0]


def find_stage(pipeline: Pipeline, word: str, others: Sequence[Pipeline] = ()) -> tuple[Pipeline, Stage]:
    """Give the stage of a pipeline that a word means, with it; else that of just one of the others.

    Raises UnknownStage.
    """
    meant = _meant(word, pipeline.stages)
    if not meant:
        elsewhere = [(other, stage) for other in others for stage in _meant(word, other.stages, begun=False)]
        if len(elsewhere) == 1:
            return elsewhere[0]
    if len(meant) != 1:
        raise UnknownStage(word, pipeline, [stage.label for stage in meant])
    return pipeline, meant[0]


def _meant(word: str, known: Sequence[_T], *, begun: bool = True) -> list[_T]:
    """Give what a word means, by the first way that finds anything.

    That is the id, the label, a beginning of either, a beginning of a word of the label.
    """
    folded = fold(word)
    ways = [
        [one for one in known if one.id == word],
        [one for one in known if folded and folded in (fold(one.id), fold(one.label))],
    ]
    if folded and begun:
        ways += [
            [one for one in known if any(fold(name).startswith(folded) for name in (one.id, one.label))],
            [one for one in known if any(fold(part).startswith(folded) for part in one.label.split())],
        ]
    return next((found for found in ways if found), [])
