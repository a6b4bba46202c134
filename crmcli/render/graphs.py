"""An association graph: as a tree on a terminal, as data, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.drawings import Drawing, Line, Shape, dot, mermaid
from crmcli.render.graph_svg import graph_svg, roles
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.graph import Edge, Graph
    from crmcli.services.references import Ref

AGAIN = "↩"


def write_graph(output: Output, graph: Graph) -> None:
    """Write a graph in the form that was asked for."""
    if output.format == "svg":
        output.data(graph_svg(graph))
    elif output.format == "dot":
        output.data(dot(_drawing(graph)))
    elif output.format == "mermaid":
        output.data(mermaid(_drawing(graph)))
    else:
        write_document(output, Document(graph_value(graph), lambda out: _write_tree(out, graph), lambda: _sheet(graph)))


def graph_value(graph: Graph) -> dict[str, object]:
    """Give the JSON shape `graph`."""
    return {
        "root": str(graph.root),
        "nodes": [
            {"id": str(ref), "object": ref.object_name, "title": node.title} for ref, node in graph.nodes.items()
        ],
        "edges": [
            {
                "from": str(edge.a),
                "to": str(edge.b),
                "from_is": list(edge.a_is),
                "to_is": list(edge.b_is),
                "primary": edge.primary,
            }
            for edge in graph.edges
        ],
        "more": [{"id": str(fold.ref), "object": fold.object_name, "count": fold.count} for fold in graph.folds],
    }


def _sheet(graph: Graph) -> Sheet:
    columns = (Column("from", "From"), Column("to", "To"), Column("to_is", "Is"), Column("title", "Title"))
    rows: list[Row] = [
        ("", (str(edge.a), str(edge.b), "; ".join(roles(edge)), graph.nodes[edge.b].title)) for edge in graph.edges
    ]
    return Sheet(columns, rows)


def _drawing(graph: Graph) -> Drawing:
    shapes = [Shape(str(ref), node.title, str(ref)) for ref, node in graph.nodes.items()]
    lines = [Line(str(edge.a), str(edge.b), ", ".join(roles(edge)), edge.again) for edge in graph.edges]
    for fold in graph.folds:
        key = f"{fold.ref} {fold.object_name}"
        shapes.append(Shape(key, f"{fold.count:,} more", fold.noun))
        lines.append(Line(str(fold.ref), key))
    return Drawing(shapes, lines)


def _write_tree(output: Output, graph: Graph) -> None:
    from rich.tree import Tree

    from crmcli.render.terminal import write_tree

    branches: dict[Ref, Tree] = {graph.root: Tree(_named(graph, graph.root), guide_style="dim")}
    for edge in graph.edges:
        if edge.again:
            branches[edge.a].add(_named(graph, edge.b, edge))
        else:
            branches[edge.b] = branches[edge.a].add(_named(graph, edge.b, edge))
    for fold in graph.folds:
        branches[fold.ref].add(_text((f"and {fold.count:,} {fold.noun} more", "dim")))
    write_tree(output, branches[graph.root])
    if any(edge.again for edge in graph.edges):
        output.say((f"{AGAIN} stands in the tree already", "dim"))


def _named(graph: Graph, ref: Ref, edge: Edge | None = None) -> Text:
    notes = roles(edge) if edge else []
    again = f"{AGAIN} " if edge and edge.again else ""
    title = (f"{again}{graph.nodes[ref].title}", "bold" if edge is None else "")
    return _text(title, (f"  {ref}", "cyan"), (f"  {', '.join(notes)}" if notes else "", "dim"))


def _text(*spans: tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*((safe(words), style) for words, style in spans))
