"""The check of the benchmarks' data finds what is missing and what is different."""

import subprocess
import sys

import pytest
from paths import ROOT

SCRIPT = ROOT / "benchmarks" / "data.py"


@pytest.fixture
def check(tmp_path):
    script = tmp_path / "data.py"
    script.write_bytes(SCRIPT.read_bytes())
    (tmp_path / "data.toml").write_text(
        '[[set]]\nname = "one"\n[set.sha256]\n'
        '"a.txt" = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"\n'
        '[[set]]\nname = "two"\n[set.sha256]\n'
        '"b/c.txt" = "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"\n',
        encoding="utf-8",
    )
    (tmp_path / "data" / "b").mkdir(parents=True)

    def run(*sets):
        command = [sys.executable, script, tmp_path / "data", *sets]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()

    return run


def test_a_folder_that_matches(check, tmp_path):
    (tmp_path / "data" / "a.txt").write_bytes(b"a")
    (tmp_path / "data" / "b" / "c.txt").write_bytes(b"c")
    assert check() == (0, ["2 of 2 files match"])


def test_a_folder_that_does_not(check, tmp_path):
    (tmp_path / "data" / "a.txt").write_bytes(b"A")
    code, said = check()
    assert code == 1
    assert said[0].startswith("a.txt differs: SHA-256 559aead0")
    assert said[1:] == ["b/c.txt is missing", "0 of 2 files match"]
    assert check("two") == (1, ["b/c.txt is missing", "0 of 1 files match"])
