"""What people rely on when they open the pages: the fault is found, nothing is fetched, everybody can read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watched
from tests.data_docs.documents import HOSTILE

pytestmark = pytest.mark.browser

FACTORS = "tables/nba_precompute.player_composite_factors.html"
BOX_SCORES = "tables/nba_raw.bdl_player_boxscores.html"


def pages(site: Path) -> list[Path]:
    """One page of each kind."""
    return [site / "index.html", site / FACTORS, next((site / "runs").glob("season_audit*.html"))]


def test_the_front_page_says_without_scrolling_what_is_wrong_where_and_when(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    headline = page.get_by_role("heading", level=1)
    assert headline.inner_text() == (
        "Upcoming player context and Player composite factors are broken on 2023-02-23 and 2023-02-24"
    )
    expect(page.get_by_text("1 of 187, 0.5%").first).to_be_in_viewport()
    expect(page.locator(".brief", has_text="covers_players_who_played")).to_be_in_viewport()


def test_the_planted_fault_is_two_clicks_away_with_its_keys(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    page.locator(".brief", has_text="covers_players_who_played").get_by_role("link").click()
    found = page.locator("article:target")
    expect(found.get_by_role("row", name="2023-02-23")).to_contain_text("0.5%")
    expect(found).to_contain_text("Clear the stale context rows of the date")
    found.get_by_text("Failing keys").click()
    expect(found.get_by_role("group", name="Failing keys").get_by_text("player000").first).to_be_visible()
    expect(found).to_contain_text("The first 200 of 293 keys")


def test_a_red_cell_leads_to_the_rule_that_made_it(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    row = page.locator(".heat tbody tr", has_text="Player composite factors").first
    row.locator("svg a").filter(has_text="2023-02-24").click()
    expect(page.locator("article:target")).to_contain_text("covers_players_who_played")


def test_sql_can_be_reached_and_copied(watched: Watched, site: Path) -> None:
    page = watched.open(site / FACTORS)
    finding = page.locator("article", has_text="covers_players_who_played")
    finding.get_by_text("Threshold, scope and SQL").click()
    finding.get_by_role("link", name="Statement").click()
    statement = page.locator("details.sql[open]")
    expect(statement).to_contain_text("WHERE r.`game_date` IN (DATE '2023-02-23', DATE '2023-02-24')")
    statement.get_by_role("button", name="Copy").click()
    expect(statement.get_by_role("button")).to_have_text("Copied")


def test_the_filter_leaves_what_was_asked_for(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    page.keyboard.press("/")
    page.keyboard.type("i-03")
    expect(page.locator(".brief:visible")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator(".brief:visible")).to_have_count(5)


def test_waivers_stand_beside_the_cells_they_cover(watched: Watched, site: Path) -> None:
    page = watched.open(site / BOX_SCORES)
    row = page.locator(".dates tr", has_text="2022-12-28")
    expect(row).to_contain_text("waived")
    expect(row).to_contain_text("The source never had these games")


@pytest.mark.parametrize("number", range(3), ids=["index", "table", "run"])
def test_no_page_breaks_an_accessibility_rule(watched: Watched, small_site: Path, number: int) -> None:
    page = watched.open(pages(small_site)[number])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.emulate_media(color_scheme="dark")
    results = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_dark_mode_is_dark(watched: Watched, site: Path) -> None:
    watched.page.emulate_media(color_scheme="dark")
    page = watched.open(site / "index.html")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 21, 25)"


@pytest.mark.parametrize("number", range(3), ids=["index", "table", "run"])
def test_a_phone_never_scrolls_sideways(watched: Watched, site: Path, number: int) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 740})
    page = watched.open(pages(site)[number])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_hostile_values_stay_text_on_every_page(watched: Watched, hostile_site: Path) -> None:
    for path in sorted(hostile_site.rglob("*.html")):
        page = watched.open(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert HOSTILE in page.locator("main").inner_text()
        assert page.locator("script").count() == 1
        assert page.locator("img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_pages_read_well_without_javascript(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("are broken on 2023-02-23")
    expect(page.get_by_label("Filter")).to_be_hidden()
    page.goto((site / FACTORS).as_uri())
    page.get_by_text("Failing keys").first.click()
    expect(page.get_by_text("player000").first).to_be_visible()
    context.close()


def test_every_link_leads_to_a_file_and_an_anchor_that_exist(watched: Watched, site: Path) -> None:
    anchors: dict[Path, set[str]] = {}
    links: list[tuple[Path, str, str]] = []
    for path in sorted(site.rglob("*.html")):
        page = watched.open(path)
        anchors[path] = set(page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)"))
        hrefs = page.evaluate("[...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))")
        links += [(path, *href.partition("#")[::2]) for href in set(hrefs)]
    assert len(links) > 100
    for path, name, anchor in links:
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path.name}: {name}"
        assert not anchor or anchor in anchors[target], f"{path.name}: {name}#{anchor}"
