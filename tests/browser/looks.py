"""What every view of the form must be in a real browser, on a desktop and on a phone."""

import os
from pathlib import Path
from typing import Any

from tests.chromium import DESKTOP, PHONE, Page

PAPER = {"width": 800, "height": 700}
"""A picture shows the card with some of its surroundings."""
SERIOUS = ("serious", "critical")


def is_fine(page: Page, axe: str) -> None:
    """For everybody, in every width. `axe` is the source of axe-core."""
    page.evaluate(axe)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        fits(page)
        assert weak_texts(page) == []
        assert violations(page) == []


def fits(page: Page) -> None:
    """Nothing sticks out at the sides, and what one can press is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(SMALL) == []


SMALL = """
[...document.querySelectorAll('button, a, select, input:not([type=hidden], [type=radio], [type=checkbox]), .choice')]
  .filter(it => it.checkVisibility() && it.offsetHeight < 44)
  .map(it => it.outerHTML)
"""


def violations(page: Page) -> list[Any]:
    """What axe finds that keeps somebody from using the page."""
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [(it["id"], it["nodes"][0]["html"]) for it in found if it["impact"] in SERIOUS]


def picture(page: Page, name: str, **size: int) -> None:
    """A picture for the documentation, where `IMAGES` asks for it."""
    if "IMAGES" in os.environ:
        page.set_viewport_size(size or PAPER)
        page.screenshot(path=Path(os.environ["IMAGES"]) / f"{name}.png", full_page=True, animations="disabled")


def weak_texts(page: Page) -> list[str]:
    """Texts with less contrast than WCAG's level AA asks for (4.5 to 1)."""
    found: list[str] = page.evaluate(CONTRAST)
    return found


CONTRAST = """
() => {
  const light = ([r, g, b]) => [r, g, b]
    .map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = text => {  // whatever notation the colour has
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest('.unseen')) continue;
    const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) weak.push(`${node.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""
