"""Colours and fonts of a look as CSS, whatever a stranger calls its fonts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.profiles import look_of
from mock_server.domain.themes import GENERIC, font_stack, theme_css

STRING = r'"(?:[A-Za-z0-9 \-]|\\[0-9a-f]{1,6} )+"'
STACK = rf"(?:{STRING}|[a-z\-]+)(?:,(?:{STRING}|[a-z\-]+))*"
COLOURS = ("brand", "brand-text", "secondary", "secondary-text", "text", "text-muted")
DECLARATIONS = "".join(f"--{name}: #[0-9a-fA-F]{{6}}; " for name in COLOURS) + f"--font: {STACK}; "
RULE = re.compile(rf":root, :host \{{ {DECLARATIONS}\}}")

HOSTILE = [
    "x; } body { display:none",
    "x</style><script>alert(1)</script>",
    "url(https://evil.example/x)",
    "expression(alert(1))",
    "var(--brand)",
    'Arial"; } * { color: red',
    '"Segoe UI',
    "'Segoe UI",
    "\"a'b\"c'",
    '\\"; }',
    "\\",
    '"\\',
    "a\\22 ; }",
    "/* , */",
    "<!-- -->",
    "a\nb\r\fc\0d",
    "@import 'x'",
    "ａｒｉａｌ; é \U0001f600",
    "!important",
    "inherit",
]


def is_one_rule(css: str) -> bool:
    """Whether the stylesheet is the one rule that it should be, with nothing in it that could end a string early."""
    return RULE.fullmatch(css) is not None


def test_a_look_is_one_rule_of_custom_properties() -> None:
    assert theme_css(look_of(None)) == (
        ":root, :host { --brand: #00ADDF; --brand-text: #000000; --secondary: #cceff9; --secondary-text: #000000; "
        '--text: #232323; --text-muted: #848484; --font: "Calibri","Roboto","Segoe UI","Helvetica Neue",sans-serif; }'
    )


def test_words_on_the_brand_are_those_with_more_contrast() -> None:
    dark = replace(look_of(None), brand_colour="#003366", secondary_colour="#001122")
    assert "--brand: #003366; --brand-text: #ffffff; --secondary: #001122; --secondary-text: #ffffff;" in theme_css(
        dark
    )


@pytest.mark.parametrize(
    ("font_family", "stack"),
    [
        ("Georgia", '"Georgia",sans-serif'),
        ("Georgia, serif", '"Georgia",serif'),
        ("'Fira  Sans' ,Arial,", '"Fira Sans","Arial",sans-serif'),
        ('"Foo, Bar", Baz', '"Foo\\2c  Bar","Baz",sans-serif'),
        ("Monospace", "monospace"),
        ("serif, Arial", 'serif,"Arial",sans-serif'),
        ("-apple-system, BlinkMacSystemFont", '"-apple-system","BlinkMacSystemFont",sans-serif'),
        ("Größe", '"Gr\\f6 \\df e",sans-serif'),
        (" , \"\" , '' ", "sans-serif"),
        ('"Segoe UI, Arial', '"Segoe UI","Arial",sans-serif'),
        ("url(x)", '"url\\28 x\\29 ",sans-serif'),
        ("inherit", '"inherit",sans-serif'),
        ("x; } body { display:none", '"x\\3b  \\7d  body \\7b  display\\3a none",sans-serif'),
        ("</style>", '"\\3c \\2f style\\3e ",sans-serif'),
    ],
)
def test_fonts_are_read_and_written_anew(font_family: str, stack: str) -> None:
    assert font_stack(font_family) == stack


@pytest.mark.parametrize("font_family", HOSTILE)
def test_a_hostile_font_stays_inside_its_declaration(font_family: str) -> None:
    assert is_one_rule(theme_css(replace(look_of(None), font_family=font_family)))


@given(st.text(max_size=512) | st.text(alphabet="\"'\\,;{}()<>/* \nab1", max_size=60))
def test_no_font_whatever_breaks_out(font_family: str) -> None:
    css = theme_css(replace(look_of(None), font_family=font_family))
    assert is_one_rule(css)
    assert (css.count("{"), css.count("}"), css.count('"') % 2) == (1, 1, 0)
    assert css.isascii()
    assert css.isprintable()
    assert not set("<>&`'") & set(css)


NAMES = (
    st.text(min_size=1, max_size=100)
    .map(lambda name: " ".join(name.split()))
    .filter(lambda name: name and not set("\"',") & set(name) and name.lower() not in GENERIC)
)


@given(NAMES)
def test_an_escaped_name_says_the_same(name: str) -> None:
    quoted, _ = font_stack(name).rsplit(",", 1)
    assert re.sub(r"\\([0-9a-f]{1,6}) ", lambda found: chr(int(found[1], 16)), quoted) == f'"{name}"'
