"""A stream of any length, encrypted piece by piece with AES-256-GCM, so that a piece lost, moved or cut off shows.

The layout: a mark, 16 bytes of salt, then pieces of one mebibyte, each with its tag. The key of one file is drawn by
HKDF from the backup's key and the salt; the nonce of a piece is its number, and whether it is the last.
"""

import os
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mash.backup.manifest import BackupRefused

MARK = b"mash-sealed-1\n"
SALT = 16
PIECE = 1024 * 1024
TAG = 16


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"mash backup data").derive(bytes.fromhex(key)))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def seal(plain: IO[bytes], out: IO[bytes], key: str) -> Iterator[int]:
    """Encrypt a stream to its end, giving how many bytes have been read after each piece."""
    salt = os.urandom(SALT)
    out.write(MARK + salt)
    cipher, number, done = _cipher(key, salt), 0, 0
    piece = plain.read(PIECE)
    while True:
        following = plain.read(PIECE) if len(piece) == PIECE else b""
        out.write(cipher.encrypt(_nonce(number, last=not following), piece, MARK))
        number, done = number + 1, done + len(piece)
        yield done
        if not following:
            return
        piece = following


def unseal(sealed: IO[bytes], key: str) -> Iterator[bytes]:
    """Decrypt a stream, piece by piece.

    Raises:
        BackupRefused: If it is not ours, was changed or cut, or is another key's.
    """
    if sealed.read(len(MARK)) != MARK:
        raise BackupRefused("This is not the data of a backup.")
    cipher, number = _cipher(key, sealed.read(SALT)), 0
    piece = sealed.read(PIECE + TAG)
    while True:
        following = sealed.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, MARK)
        except InvalidTag as wrong:
            raise BackupRefused("The data of this backup was changed or cut off. Use another backup.") from wrong
        if not following:
            return
        number, piece = number + 1, following
