"""Images in data URIs are looked at, not only their URIs."""

import pytest

from mock_server.domain.images import RECOGNISED, fault_of
from tests.pictures import DATA, uri

OTHER_TYPE = f"Must have one of the media types {', '.join(RECOGNISED)}."


@pytest.mark.parametrize("media", DATA)
def test_a_picture_of_the_type_that_it_names_is_accepted(media: str) -> None:
    assert fault_of(uri(media)) is None


def test_the_types_are_those_of_the_documents() -> None:
    assert set(RECOGNISED) == set(DATA)


@pytest.mark.parametrize("media", DATA)
def test_a_picture_of_another_type_is_refused(media: str) -> None:
    others = [data for other, data in DATA.items() if data != DATA[media]]
    assert len(others) >= 4
    for data in [*others, b"no picture", DATA[media][1:3]]:
        assert fault_of(uri(media, data)) == f"The data are not of the media type {media} that the URI names."


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("data:image/png;base64,", "There are no data after 'base64,'."),
        ("data:image/png;base64,iVBORw0KGgo", "Must be valid base64 after 'base64,'."),  # without padding
        ("data:image/png;base64,iVBO Rw0KGgo=", "Must be valid base64 after 'base64,'."),
        ("data:image/png;base64,äöü=", "Must be valid base64 after 'base64,'."),
        ("data:image/bmp;base64,Qk0=", OTHER_TYPE),
        ("https://shop.example/logo.png", OTHER_TYPE),
    ],
)
def test_what_holds_no_picture_is_refused(given: str, fault: str) -> None:
    assert fault_of(given) == fault


@pytest.mark.parametrize("root", ["<svg>", "<svg/>", "<svg\nwidth='1'>", "<svg:svg xmlns:svg='x'>", "\ufeff<svg >"])
def test_an_svg_is_recognised_by_its_root(root: str) -> None:
    assert fault_of(uri("image/svg+xml", root.encode())) is None


@pytest.mark.parametrize("text", ["<html>", "<svgs>", "svg", "<g/>"])
def test_other_markup_is_no_svg(text: str) -> None:
    assert fault_of(uri("image/svg+xml", text.encode())) is not None
