"""Colours written as `#rrggbb`: contrast as WCAG 2 defines it, and lighter shades."""

BLACK, WHITE = "#000000", "#ffffff"


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """WCAG's relative luminance: 0 for black, 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    linear: float = share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
    return linear


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """Black or white, whichever is read more easily on this background."""
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, background))


def tint(colour: str, percent: int) -> str:
    """`percent` of the colour, and white for the rest."""
    mixed = (round(255 + (channel - 255) * percent / 100) for channel in channels(colour))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
