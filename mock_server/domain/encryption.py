"""How finAPI encrypts what it hands out for others to read: password change tokens, and personal data beside them.

AES-128 in CBC mode with PKCS #5 padding, in Base64. The client's data decryption key (32 hexadecimal digits) serves
three times: its bytes are the salt and the initialisation vector, its digits are the password of the AES key.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import pbkdf2_hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

ROUNDS = 1000
BLOCK = 16


def encrypt(key: str, text: str) -> str:
    """The same key and text always give the same result, because the key fixes the initialisation vector too."""
    raw = text.encode()
    padding = BLOCK - len(raw) % BLOCK
    encryptor = _cipher(key).encryptor()
    return b64encode(encryptor.update(raw + bytes([padding]) * padding) + encryptor.finalize()).decode()


def _cipher(key: str) -> "Cipher[CBC]":
    # late: most runs encrypt nothing
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES128(_aes_key(key)), modes.CBC(bytes.fromhex(key)))


@lru_cache(maxsize=256)
def _aes_key(key: str) -> bytes:
    return pbkdf2_hmac("sha1", key.encode(), bytes.fromhex(key), ROUNDS, dklen=BLOCK)
