"""Takes the pictures of docs/images: the main pages of the demo's Data Docs, in headless Chromium, network off.

`make docs-demo` runs the demo first. Two of the pictures are in the README.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from gx.paths import project_paths

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

PICTURES = {
    "index": "index.html",
    "table": "tables/nba_precompute.player_composite_factors.html",
    "rule": "rules/nba_analytics.upcoming_player_game_context.fallback_is_complete.html",
    "date": "dates/2023-02-23.html",
    "season": "seasons/2022-23.html",
}
"""The pictures and the pages that they show."""


def main() -> None:
    """Write docs/images/*.png."""
    paths = project_paths(Path(__file__).resolve().parent.parent)
    target = paths.root / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, page in PICTURES.items():
            take(browser, paths.docs / page, target / f"{name}.png")
            print(f"wrote {(target / name).relative_to(paths.root)}.png")
        browser.close()


def take(browser: Browser, page: Path, target: Path) -> None:
    """A picture of what a screen of 1440 by 900 shows of the page."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.goto(page.as_uri())
    opened.screenshot(path=target)
    opened.close()


if __name__ == "__main__":
    main()
