"""What every page owes everybody: no barrier that axe finds, light or dark, and no sideways scrolling."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe cannot judge what is scrolled out of sight inside a box.
UNROLL = """document.querySelectorAll('main *').forEach(box => {
  if (box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY !== 'visible') box.style.maxHeight = 'none'
})"""
OPTIONS = {"resultTypes": ["violations", "incomplete"], "runOnly": {"type": "tag", "values": RULES}}
# Only what is wrong leaves the browser: to bring over all that axe says takes as long as to find it.
BARRIERS = """async options => {
  const found = await axe.run(document, options)
  return [...found.violations, ...found.incomplete.filter(each => each.id === 'color-contrast')]
}"""


def assert_accessible(page: Page) -> None:
    """Raises AssertionError with each barrier. Contrast that axe cannot decide counts: black on black is one."""
    page.evaluate(UNROLL)
    page.evaluate(Axe().axe_script)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        told = [
            f"{scheme}: {barrier['id']}: {barrier['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for barrier in page.evaluate(BARRIERS, OPTIONS)
            for node in barrier["nodes"]
        ]
        assert not told, f"{page.url}\n" + "\n".join(told)
    page.emulate_media(color_scheme="light")


def assert_reflows(page: Page) -> None:
    """WCAG 1.4.10: nothing is lost or scrolls sideways on 320 CSS pixels."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.scrollingElement.scrollWidth")
    wide = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 321)
           .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    )
    if before is not None:
        page.set_viewport_size(before)
    assert width <= 320, f"{page.url} is {width} px wide on a screen of 320: {wide}"
