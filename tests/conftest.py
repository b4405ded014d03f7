"""What the tests share: Hypothesis without deadlines (the machines are shared), the repository's own texts."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("emend", deadline=None, max_examples=int(os.environ.get("EMEND_EXAMPLES", "100")), print_blob=True)
settings.load_profile("emend")

ROOT = Path(__file__).parent.parent
TEXTS = sorted(path.name for path in (ROOT / "raw").iterdir() if path.is_dir())


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
