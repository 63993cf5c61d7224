"""Takes the README's picture: the Data Docs index of the demo, in headless Chromium, with the network off.

.venv/bin/contracts demo && .venv/bin/python scripts/screenshots.py
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from gx.paths import project_paths

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Write docs/images/index.png."""
    paths = project_paths(Path(__file__).resolve().parent.parent)
    target = paths.root / "docs" / "images" / "index.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto((paths.docs / "index.html").as_uri())
        page.screenshot(path=target)
        browser.close()
    print(f"wrote {target.relative_to(paths.root)}")


if __name__ == "__main__":
    main()
