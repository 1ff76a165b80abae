"""Addresses that callbacks can be sent to, and those that finAPI would refuse."""

import pytest

from mock_server.domain.callbacks import is_sendable, would_be_refused


@pytest.mark.parametrize(
    ("url", "refused", "sendable"),
    [
        ("https://app.example.com/finapi/form?state=42", False, True),
        ("https://app.test/cb?state=42", False, True),
        ("https://127.0.0.1:8443/cb", False, True),
        ("https://www.shop.example", False, True),
        # what a developer has, and finAPI does not take
        ("http://localhost:9000/cb", True, True),
        ("https://localhost:9000/cb", True, True),
        ("https://host/cb", True, True),
        ("http://app.example.com/cb", True, True),
        ("https://app.example.com/?y=1;2", True, True),
        ("https://app.example.com/x,y", True, True),
        ("http://host.docker.internal:3000/cb", True, True),
        ("http://[::1]:3000/cb", True, True),
        # what nobody can send to
        ("", True, False),
        ("localhost:9000/cb", True, False),
        ("//app.example.com/cb", True, False),
        ("ftp://app.example.com/cb", True, False),
        ("javascript:alert(1)", True, False),
        ("http://", True, False),
        ("https:///cb", True, False),
        ("https://?state=42", True, False),
        ("http://app.example.com/a b", True, False),
        ("https://app.example.com/cb\n", True, False),
        ("see https://app.example.com/cb", True, False),
    ],
)
def test_finapi_wants_https_and_a_dot_in_the_host(url: str, refused: bool, sendable: bool) -> None:
    assert would_be_refused(url) is refused
    assert is_sendable(url) is sendable
