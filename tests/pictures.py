"""The smallest pictures of every type that a profile may have, as data URIs."""

from base64 import b64encode

DATA = {
    "image/png": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c4944415478da636058fb1f00023d018d753d33950000000049454e44ae426082"
    ),
    "image/jpeg": bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9"),
    "image/jpg": bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9"),
    "image/gif": bytes.fromhex("4749463839610100010080000000addfffffff2c00000000010001000002024401003b"),
    "image/x-icon": b"\x00\x00\x01\x00\x01\x00\x01\x01\x00\x00\x01\x00\x18\x00\x00\x00\x00\x00\x16\x00\x00\x00",
    "image/svg+xml": b"<?xml version='1.0'?><!-- a dot --><svg xmlns='http://www.w3.org/2000/svg'/>",
}


def uri(media: str, data: bytes | None = None) -> str:
    return f"data:{media};base64,{b64encode(DATA[media] if data is None else data).decode()}"


PNG, GIF, SVG, ICON = (uri(media) for media in ("image/png", "image/gif", "image/svg+xml", "image/x-icon"))
