"""How pages of reports look, in light, dark and on paper, and the script that sorts their tables."""

from __future__ import annotations

from crmcli.render.chart_colours import CHART_STYLE
from crmcli.render.svg import STYLE

# The ground of a section is that of pictures, on which the colours of charts stand out.
PAGE_STYLE = (
    """\
:root { color-scheme: light dark; --page: #ffffff; --ground: #f6f7f9; --ink: #1c1e21; --soft: #5f6671; --line: #d3d8df;
  --bad: #a40e26; --mark: #0b57a4 }
@media screen and (prefers-color-scheme: dark) { :root { --page: #0d0f12; --ground: #16191d; --ink: #e6e8eb;
  --soft: #9aa3af; --line: #333a44; --bad: #ff8a80; --mark: #7cb7ff } }
@media print { :root { color-scheme: light } }
* { box-sizing: border-box }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1.25rem; max-width: 100rem;
  background: var(--page); color: var(--ink); overflow-wrap: anywhere }
header p, footer, figcaption { color: var(--soft); font-size: .9rem }
h1 { font-size: 1.5rem; margin: 0 }
header p { margin: .25rem 0 1.25rem }
h2 { font-size: 1.1rem; margin: 0 0 .75rem }
.grid { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr) }
section { background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; min-width: 0 }
figure { margin: 0 0 1rem; overflow-x: auto }
figure svg { display: block; width: 100%; min-width: 30rem; max-width: 46rem; height: auto }
.table { overflow: auto }
@media screen { .several .table { max-height: 28rem } }
table { border-collapse: collapse; font-size: .93rem }
th, td { padding: .35rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
thead th { border-bottom-width: 2px; position: sticky; top: 0; background: var(--ground) }
tbody th { font-weight: normal }
th, td { overflow-wrap: break-word; max-width: 30rem }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0 }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.part1 { padding-left: 2rem } .part2 { padding-left: 3.3rem } .part3 { padding-left: 4.6rem }
thead button { all: unset; cursor: pointer; font: inherit; font-weight: 600; white-space: nowrap }
thead button:focus-visible, .table:focus-visible, figure:focus-visible, summary:focus-visible
  { outline: 2px solid var(--mark); outline-offset: 2px }
thead button::after { content: "\\2195"; display: inline-block; width: 1em; margin-left: .3em; color: var(--soft) }
thead [aria-sort=ascending] button::after { content: "\\25B2"; color: var(--mark) }
thead [aria-sort=descending] button::after { content: "\\25BC"; color: var(--mark) }
.note, details { color: var(--soft); font-size: .9rem; margin: .75rem 0 0 }
details p { margin: .3rem 0 }
.failed { color: var(--bad); margin: 0; white-space: pre-wrap }
@media print { body { padding: 0; max-width: none } section { border: 0; padding: 0 }
  figure, tr { break-inside: avoid } h2 { break-after: avoid } thead { display: table-header-group }
  figure, .table { overflow: visible } figure svg { min-width: 0 }
  thead th { position: static } thead button::after, details:not([open]) { display: none } }
"""
    + STYLE
    + CHART_STYLE
)

# Sorts by what stands in `data-v`, else by the text; a third click gives the order of the report back.
SORTING = """
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], original = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const texts = new Intl.Collator("en", {numeric: true});
  const value = (row, place) => row.cells[place].dataset.v ?? row.cells[place].textContent;
  const compare = (a, b, numeric) => numeric ? Number(a) - Number(b) : texts.compare(a, b);
  heads.forEach((head, place) => {
    const numeric = head.classList.contains("n"), button = document.createElement("button");
    const turns = numeric ? ["descending", "ascending"] : ["ascending", "descending"];
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const turn = turns[turns.indexOf(head.getAttribute("aria-sort")) + 1];
      heads.forEach(other => other.removeAttribute("aria-sort"));
      const rows = [...original];
      if (turn) {
        head.setAttribute("aria-sort", turn);
        const sign = turn === "ascending" ? 1 : -1;
        rows.sort((a, b) => {
          const [one, other] = [value(a, place), value(b, place)];
          return (one === "") - (other === "") || sign * compare(one, other, numeric);
        });
      }
      body.append(...rows);
    });
  });
}
"""
