"""A database with a damaged page, whichever it is, is refused in one line, or opens where that page is not read."""

import shutil
from pathlib import Path

from mash.cli.opening import opened
from mash.config import Config
from mash.db import Unavailable

PAGE, EVERY = 4096, 4


def test_a_damaged_page_is_refused_in_words_wherever_it_is(migrated_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(migrated_folder, tmp_path / "var")
    settings = Config(folder=tmp_path / "var", secure_cookies=False)
    whole, refused = settings.database_file.read_bytes(), list[str]()
    for at in range(0, len(whole), EVERY * PAGE):
        damaged = bytearray(whole)
        damaged[at + PAGE // 2] ^= 4
        settings.database_file.write_bytes(damaged)
        try:
            with opened(settings):
                pass
        except Unavailable as wrong:
            refused.append(str(wrong))
    assert refused
    assert all((len(said.splitlines()) == 1 and "backup back" in said) or "damaged" in said for said in refused)
