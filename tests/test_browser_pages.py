"""Pages of reports in a browser: no complaint, nothing wider than the window, sorted by a click, light and dark."""

from __future__ import annotations

import pytest

from browser import Browser, needs_browser
from crmcli.errors import CrmError, ExitCode
from crmcli.render.report_page import PageAbout, Section, page, report_page
from crmcli.services.reporting.built_in import REPORTS as REPORTS_THAT_COME
from inside import Inside
from report_tables import (
    CHANGES,
    CONTEXT,
    COUNT,
    COUNTS,
    FUNNEL,
    HOSTILE,
    HOSTILE_TABLE,
    MONEY,
    OWNERS,
    PIVOT,
    REVENUE,
    STAGES,
    TEXT,
    table,
)
from terminal import Terminal

pytestmark = needs_browser

WIDE = table(
    {"Owner": TEXT, **{f"#A long heading, number {n}": MONEY for n in range(30)}},
    ("W" * 300, *["123456789012345678.5"] * 30),
    ("漢字" * 100, *["1"] * 30),
    title="Unbreakable" * 20,
)
MANY = table({"Day": TEXT, "#Calls": COUNT}, *((f"Day {n}", n * n % 97) for n in range(500)), title="Calls")
REPORTS = (STAGES, COUNTS, REVENUE, OWNERS, FUNNEL, PIVOT, CHANGES, MANY)
SECTIONS = [
    *(Section(made.title, made) for made in REPORTS),
    Section("Broken", failure=CrmError(f'There is no property "{HOSTILE[0]}"', HOSTILE[1])),
    Section(HOSTILE[0], HOSTILE_TABLE),
    Section("Nothing", table({"Owner": TEXT, "#Count": COUNT})),
]
PAGES = {
    "one": report_page(STAGES, CONTEXT, "Analytical", "bar"),
    "wide": report_page(WIDE, CONTEXT, "Analytical"),
    "hostile": report_page(HOSTILE_TABLE, CONTEXT, HOSTILE[2]),
    "line": report_page(OWNERS, CONTEXT, "Analytical"),
    **{f"dashboard{n}": page(PageAbout("Monday", "Analytical", n), SECTIONS, CONTEXT) for n in (1, 2, 4)},
}
# Each text of the page that is seen, whose colour has a contrast below 4.5 on what lies behind it (WCAG 2.1, 1.4.3).
FAINT = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = parts => parts.slice(0, 3).map(part => part / 255).map(
    part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  ).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = rgb(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("h1, h2, header p, th, td, .note, summary, .failed, svg text")].filter(each => {
    const style = getComputedStyle(each), ink = light(rgb(each.closest("svg") ? style.fill : style.color));
    const [low, high] = [ink, light(behind(each))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05) < 4.5;
  }).map(each => each.outerHTML.slice(0, 200));
})()
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def shown(browser, tmp_path):
    """Open a page of PAGES."""

    def show(name, *, columns=1400, **seen):
        path = tmp_path / f"{name}.html"
        path.write_text(PAGES[name], encoding="utf-8")
        browser.wide(columns)
        browser.seen(**seen)
        browser.open(path)
        return browser

    return show


@pytest.mark.parametrize("columns", [400, 1400])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_complains_of_nothing_and_is_no_wider_than_the_window(shown, name, columns):
    browser = shown(name, columns=columns)
    assert browser.run("innerWidth") == columns
    assert browser.run("document.documentElement.scrollWidth") <= columns
    assert browser.complaints == []


@pytest.mark.parametrize("name", ["hostile", "dashboard2"])
def test_what_records_hold_is_text_and_nothing_else(shown, name):
    browser = shown(name)
    assert browser.run("document.scripts.length") == 1
    elements = "img, a, iframe, link, object, embed, form, input, [onerror], [onclick]"
    assert browser.run(f"document.querySelectorAll({elements!r}).length") == 0
    assert browser.run("document.title") == (HOSTILE[0] if name == "hostile" else "Monday")
    cells = browser.run("[...document.querySelectorAll('tbody th')].map(cell => cell.textContent)")
    assert HOSTILE[0] in cells
    assert "\\u001b[31mred\\u0007\\u202eabc\\u0000" in cells


def test_no_script_but_the_page_s_own_runs(shown):
    browser = shown("one")
    browser.run(
        "(() => { const own = document.createElement('script'); own.textContent = 'window.ran = 1';"
        " document.body.append(own); })()"
    )
    assert browser.run("window.ran === undefined")
    assert browser.run("new Promise(done => { fetch('data:,x').then(() => done(false), () => done(true)) })")
    assert any("Content Security Policy" in complaint for complaint in browser.complaints)


def column(browser, place):
    """The cells of a column in the order of the rows."""
    return browser.run(f"[...document.querySelectorAll('tbody tr')].map(row => row.cells[{place}].textContent)")


def test_a_click_on_a_heading_sorts_and_a_third_gives_the_order_back(shown):
    browser = shown("one")
    click = "document.querySelectorAll('thead button')[{}].click()".format
    order = "document.querySelectorAll('thead th')[{}].getAttribute('aria-sort')".format
    browser.run(click(2))
    assert browser.run(order(2)) == "descending"
    assert column(browser, 2) == ["120,400.50 EUR", "80,000.00 EUR", "125.00 EUR", "0.00 EUR"]
    browser.run(click(2))
    assert browser.run(order(2)) == "ascending"
    assert column(browser, 2) == ["0.00 EUR", "125.00 EUR", "80,000.00 EUR", "120,400.50 EUR"]
    browser.run(click(0))
    browser.run(click(0))
    assert (browser.run(order(2)), browser.run(order(0))) == (None, "descending")
    assert column(browser, 0) == ["Won", "Sent", "Qualified", "Appointment"]
    browser.run(click(0))
    assert column(browser, 0) == ["Appointment", "Qualified", "Sent", "Won"]
    assert browser.run("document.querySelector('tfoot th').textContent") == "Total"  # stays where it is


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_in_light_and_in_dark(shown, scheme):
    browser = shown("dashboard2", scheme=scheme)
    ground = browser.run("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 15, 18)"}[scheme]
    assert browser.run(FAINT) == []


def test_on_paper_it_is_light_and_whole(shown):
    browser = shown("dashboard2", scheme="dark", medium="print", columns=800)
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.run("getComputedStyle(document.querySelector('.table')).maxHeight") == "none"
    assert browser.run("getComputedStyle(document.querySelector('svg text:not(.dim)')).fill") == "rgb(28, 30, 33)"


def test_headings_and_pictures_say_what_they_are(shown):
    browser = shown("dashboard2")
    assert browser.run("document.querySelectorAll('thead th:not([scope=col]), tbody th:not([scope=row])').length") == 0
    assert browser.run("document.querySelectorAll('svg:not([role=img]), svg > title:empty').length") == 0
    names = browser.run("[...document.querySelectorAll('h2')].map(each => each.textContent)")
    assert names[:2] == ["Pipeline", "Contacts by owner"]
    unique = "new Set([...document.querySelectorAll('[id]')].map(each => each.id)).size"
    assert browser.run(unique) == browser.run("document.querySelectorAll('[id]').length")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, one of its deals and one of its owners named in the worst way."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "home").mkdir()
    made = Terminal(folder, folder / "home")
    for line in ("demo crm", "-C crm user add eve", "-C crm set deal:1 owner=eve"):
        assert made.crm(*line.split()).code == 0
    settings = folder / "crm" / "crm.toml"
    settings.write_text(settings.read_text().replace('name = "eve"', f"name = '{HOSTILE[0]}'"))
    named = made.crm("-C", "crm", "set", "deal:1", f"name={HOSTILE[1]}")
    assert named.code == 0, named.transcript()
    return Inside(folder / "crm", made)


@pytest.mark.parametrize(
    "line",
    [*(f"report {name}" for name in REPORTS_THAT_COME), "dashboard monday", "report deals --group-by owner,dealname"],
)
def test_every_report_of_the_demo_is_a_sound_page(browser, demo, line, tmp_path):
    answer = demo.crm(*line.split(), "-o", "html")
    if answer.code == ExitCode.USAGE:  # it is about one object
        answer = demo.crm(*line.split(), "contacts", "-o", "html")
    assert answer.code == 0, answer.transcript()
    path = tmp_path / "report.html"
    path.write_text(answer.stdout, encoding="utf-8")
    for columns in (400, 1400):
        browser.wide(columns)
        browser.seen()
        browser.open(path)
        assert browser.run("document.documentElement.scrollWidth") <= columns
        assert browser.run("document.scripts.length") == 1
        assert browser.run("document.images.length") == 0
        assert browser.complaints == []
