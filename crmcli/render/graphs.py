"""An association graph: as a tree on a terminal, as data, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.drawings import Drawing, Line, Shape, dot, mermaid
from crmcli.render.graph_svg import graph_svg, roles
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from crmcli.render.output import Output, Span
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
    from crmcli.render.terminal import Branch, write_tree

    below: dict[Ref, list[Branch]] = {graph.root: []}
    for edge in graph.edges:
        further = [] if edge.again else below.setdefault(edge.b, [])
        below[edge.a].append(Branch(_named(graph, edge.b, edge), further))
    for fold in graph.folds:
        below[fold.ref].append(Branch([(f"and {fold.count:,} {fold.noun} more", "dim")]))
    write_tree(output, Branch(_named(graph, graph.root), below[graph.root]))
    if any(edge.again for edge in graph.edges):
        output.say((f"{AGAIN} stands in the tree already", "dim"))


def _named(graph: Graph, ref: Ref, edge: Edge | None = None) -> list[Span]:
    notes = roles(edge) if edge else []
    again = f"{AGAIN} " if edge and edge.again else ""
    title = (f"{again}{graph.nodes[ref].title}", "" if edge else "title")
    return [title, (f"  {ref}", "ref"), (f"  {', '.join(notes)}" if notes else "", "dim")]
