"""What people rely on when they open the pages: the fault is found, nothing is fetched, everybody can read them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

CONTEXT = "nba_analytics.upcoming_player_game_context"
FACTORS = "nba_precompute.player_composite_factors"
COVERAGE = f"rules/{FACTORS}.covers_players_who_played.html"
KINDS = ("index", "table", "rule", "date", "season", "run", "operations", "runs", "month", "search", "history")


def page_of(site: Path, kind: str) -> Path:
    """A page of that kind."""
    names = {
        "table": f"tables/{FACTORS}.html",
        "rule": COVERAGE,
        "date": "dates/2023-02-23.html",
        "season": "seasons/2022-23.html",
        "run": "runs/season_audit-2023-04-11T12-00-00Z.html",
        "month": "months/2023-04.html",
        "history": "run_history.html",
    }
    return site / names.get(kind, f"{kind}.html")


def test_the_front_page_answers_every_question_without_scrolling(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    headline = page.get_by_role("heading", level=1)
    assert headline.inner_text() == (
        "Upcoming player context and Player composite factors are broken on 2023-02-23 and 2023-02-24"
    )
    cause = page.locator(".cause").first
    for answer in ("What", "Which games", "Since", "Is it known", "What to do"):
        expect(cause.get_by_text(answer, exact=True)).to_be_in_viewport(ratio=1)
    expect(cause.get_by_text("neither empty nor complete").first).to_be_in_viewport(ratio=1)
    expect(cause.get_by_text("Yes, I-03")).to_be_in_viewport(ratio=1)
    expect(cause.get_by_text("Delete the date's rows")).to_be_in_viewport(ratio=1)


def test_the_planted_fault_is_two_clicks_away_with_its_keys(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    page.locator(".cause").first.get_by_role("link", name="fallback_is_empty_or_complete").click()
    expect(page.get_by_role("row", name="2023-02-23").first).to_contain_text("0.5%")
    expect(page.get_by_role("main")).to_contain_text("Delete the date's rows, then run the backfill again.")
    expect(page.get_by_role("group", name="Failing keys").get_by_text("player000").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("The first 200 of 293 keys")
    page.get_by_role("row", name="2023-02-23").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2023-02-23: 2 tables need a look")


def test_a_hole_is_followed_down_the_pipeline_on_the_page_of_its_date(watched: Watched, site: Path) -> None:
    page = watched.open(page_of(site, "date"))
    phases = page.locator(".flow dt").all_inner_texts()
    assert [name.split(":")[0] for name in phases] == ["Phase 2", "Phase 3", "Phase 4", "Operations"]
    broken = page.locator(".flow .v-fail")
    expect(broken).to_have_count(2)
    broken.last.click()
    row = page.locator("tr:target")
    expect(row).to_contain_text("1 of 187 keys")
    row.get_by_role("link", name="covers_players_who_played").click()
    assert page.url.endswith(COVERAGE)


def test_the_page_of_a_date_shows_its_slate(watched: Watched, small_site: Path) -> None:
    page = watched.open(page_of(small_site, "date"))
    games = page.get_by_role("group", name="Games")
    expect(games.get_by_role("row")).to_have_count(4)
    expect(games.get_by_role("row", name="DEN at CLE")).to_contain_text("0022200894")
    expect(games.get_by_role("row", name="MEM at PHI")).to_contain_text("Final, without both scores")


def test_a_red_cell_leads_to_its_date(watched: Watched, site: Path) -> None:
    page = watched.open(site / "seasons" / "2022-23.html")
    row = page.locator(".heat tbody tr", has_text="Player composite factors").first
    row.locator("svg a").filter(has_text="2023-02-24").click()
    expect(page.locator("tr:target")).to_contain_text("68 of 175 keys")


def test_sql_can_be_reached_and_copied(watched: Watched, site: Path) -> None:
    page = watched.open(site / COVERAGE)
    page.get_by_text("SQL, with literal values").click()
    statement = page.locator("details.sql[open]")
    expect(statement).to_contain_text("WHERE r.`game_date` IN (DATE '2023-02-23', DATE '2023-02-24')")
    statement.get_by_role("button", name="Copy").click()
    expect(statement.get_by_role("button")).to_have_text("Copied")


def test_failing_keys_sort_by_a_click_and_come_as_csv(watched: Watched, site: Path) -> None:
    page = watched.open(site / COVERAGE)
    keys = page.get_by_role("group", name="Failing keys")
    head = keys.get_by_role("button", name="player_lookup")
    head.click()
    head.click()
    expect(keys.get_by_role("row").nth(1)).to_contain_text("player185")
    name = page.get_by_role("link", name="failing keys as CSV").get_attribute("href")
    rows = list(csv.DictReader((site / "rules" / str(name)).open()))
    assert len(rows) == 200
    assert rows[0] == {
        "run_id": "season_audit-2023-04-11T12-00-00Z",
        "game_date": "2023-02-23",
        "player_lookup": "player000",
    }


def test_search_finds_tables_rules_columns_incidents_and_processors(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    page.keyboard.press("/")
    page.keyboard.type("covers_players")
    page.keyboard.press("Enter")
    expect(page.locator(".entries li:visible")).to_have_count(1)
    for word in ("fatigue_score", "CompositeFactorsProcessor", "i-17", "2022-23"):
        page.get_by_role("searchbox").fill(word)
        expect(page.locator(".entries li:visible").first).to_be_visible()
    page.get_by_role("searchbox").fill("covers_players")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Player composite factors")


def test_any_two_runs_are_set_side_by_side(watched: Watched, site: Path) -> None:
    page = watched.open(page_of(site, "run"))
    page.get_by_role("link", name="Compare with any other run").click()
    expect(page.locator(".choose")).to_contain_text("season_audit 2022-10-18 to 2023-04-10, started")
    page.get_by_role("row", name="daily").get_by_role("link").click()
    section = page.locator(".compared")
    expect(section).to_contain_text("0 rules need a look only here, 6 only there")
    row = section.get_by_role("row", name=f"{FACTORS}.covers_players_who_played")
    expect(row.get_by_role("cell").first).to_have_text("fail")
    section.get_by_role("link").click()
    assert page.url.endswith(page_of(site, "run").name)


@pytest.mark.parametrize(
    "carried",
    [
        "%",
        "%7B",
        '{"page":"javascript:alert(1)","name":"x","loud":{}}',
        '{"page":"x","name":"<img src=x onerror=alert(1)>","loud":{"<script>alert(1)</script>":"fail"}}',
        '{"page":"x","name":"x","loud":{"a":"v\\" onclick=alert(1)"}}',
    ],
)
def test_a_forged_comparison_is_text_or_nothing(watched: Watched, site: Path, carried: str) -> None:
    page = watched.page
    page.goto(f"{page_of(site, 'run').as_uri()}#compare={carried}")
    assert (
        page.locator(".compared script, .compared img, .compared [onclick], .compared a[href^=javascript]").count() == 0
    )
    assert watched.trouble == []


def test_filters_leave_the_causes_of_an_owner(watched: Watched, site: Path) -> None:
    page = watched.open(site / "index.html")
    causes = page.locator(".cause")
    whole = causes.count()
    page.get_by_label("owner").select_option("platform")
    expect(page.locator(".cause:visible")).to_have_count(1)
    expect(page.locator(".cause:visible")).to_contain_text("records_processed_agree")
    page.get_by_label("owner").select_option("all")
    expect(page.locator(".cause:visible")).to_have_count(whole)


def test_waivers_stand_beside_the_cells_they_cover(watched: Watched, site: Path) -> None:
    page = watched.open(site / "rules" / "nba_raw.bdl_player_boxscores.player_counts_match_schedule.html")
    row = page.locator(".dates tr", has_text="2022-12-28")
    expect(row).to_contain_text("waived")
    expect(row).to_contain_text("The source never had these games")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_can_be_read_by_everybody_and_on_a_phone(
    watched: Watched, small_site: Path, kind: str
) -> None:
    page = watched.open(page_of(small_site, kind))
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("kind", ["index", "date"])
def test_dark_mode_is_dark_and_has_contrast(watched: Watched, small_site: Path, kind: str) -> None:
    watched.page.emulate_media(color_scheme="dark")
    page = watched.open(page_of(small_site, kind))
    results = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 21, 25)"


def test_hostile_values_stay_text_on_every_page(watched: Watched, hostile_site: Path) -> None:
    for path in sorted(hostile_site.rglob("*.html")):
        page = watched.open(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.locator("script").count() == 1
        assert page.locator("img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_pages_read_well_without_javascript(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("are broken on 2023-02-23")
    expect(page.get_by_role("searchbox", include_hidden=True)).to_be_hidden()
    page.get_by_role("link", name="Index").click()
    expect(page.get_by_role("link", name="covers_players_who_played")).to_be_visible()
    page.goto((site / COVERAGE).as_uri())
    expect(page.get_by_text("player000").first).to_be_visible()
    context.close()


def test_every_link_leads_to_a_file_and_an_anchor_that_exist(small_site: Path) -> None:
    anchors: dict[Path, set[str]] = {}
    links: set[tuple[Path, str]] = set()
    for path in small_site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        anchors[path] = set(re.findall(r' id="([^"]*)"', text))
        links |= {(path, href) for href in re.findall(r' href="([^"]*)"', text)}
    assert len(links) > 1_000
    for path, href in links:
        name, _, anchor = href.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path.name}: {name}"
        assert not anchor or anchor in anchors[target], f"{path.name}: {name}#{anchor}"
