"""Where the repository and its own texts are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXTS = sorted(path.name for path in (ROOT / "raw").iterdir() if path.is_dir())
