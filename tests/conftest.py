"""What the tests share: Hypothesis without deadlines (the machines are shared)."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from paths import ROOT

settings.register_profile("emend", deadline=None, max_examples=int(os.environ.get("EMEND_EXAMPLES", "100")), print_blob=True)
settings.load_profile("emend")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
