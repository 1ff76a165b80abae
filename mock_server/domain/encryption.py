"""How finAPI encrypts what it hands out for others to read: password change tokens, and personal data beside them.

AES-128 in CBC mode with PKCS #5 padding, in Base64. The client's data decryption key (32 hexadecimal digits) serves
three times: its bytes are the salt and the initialisation vector, its digits are the password of the AES key.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import pbkdf2_hmac

ROUNDS = 1000
AES_KEY_BYTES = 16


def encrypt(key: str, text: str) -> str:
    """The same key and text always give the same result, because the key fixes the initialisation vector too."""
    # late: most runs encrypt nothing
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    padder = PKCS7(algorithms.AES.block_size).padder()
    cipher = Cipher(algorithms.AES(_aes_key(key)), modes.CBC(bytes.fromhex(key))).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return b64encode(cipher.update(padded) + cipher.finalize()).decode()


@lru_cache(maxsize=256)
def _aes_key(key: str) -> bytes:
    return pbkdf2_hmac("sha1", key.encode(), bytes.fromhex(key), ROUNDS, dklen=AES_KEY_BYTES)
