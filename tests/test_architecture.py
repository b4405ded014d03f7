"""The architecture's laws, held over the code: who may import, know, print and exit."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))

# A layer may import those below it, and nothing above. What is not named here lies beside `stages`.
LAYERS = ["cli", "flow", "publish", "review", "stages", "tei", "ingest", "correct", "document"]


def imports(path):
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    return path.relative_to(ROOT / "pipeline").with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestModule:
    def test_stages_never_import_one_another(self, path):
        if part(path) == "stages":
            assert [name for name in imports(path) if name.startswith("pipeline.stages")] == []

    def test_nothing_imports_the_command_line(self, path):
        if part(path) not in {"cli", "__main__"}:
            assert not any(name.startswith("pipeline.cli") for name in imports(path))

    def test_the_document_imports_nothing_of_ours(self, path):
        if part(path) in {"document", "errors"}:
            assert [name for name in imports(path) if name.startswith("pipeline")] == []

    def test_only_ingest_knows_pytesseract(self, path):
        if part(path) != "ingest":
            assert not any(
                name.startswith(("pytesseract", "cv2", "pypdfium2")) for name in imports(path)
            )

    def test_only_the_lexicon_knows_symspellpy(self, path):
        if path.relative_to(ROOT / "pipeline").as_posix() not in {
            "language/lexicon.py",
            "correct/spelling/candidates.py",
        }:
            assert not any(name.startswith("symspellpy") for name in imports(path))

    def test_the_corrector_and_publishing_know_no_stage_and_no_flow(self, path):
        if part(path) in {"correct", "language", "text", "publish", "tei", "ingest"}:
            assert not any(
                name.startswith(("pipeline.stages", "pipeline.flow")) for name in imports(path)
            )

    def test_only_the_command_line_prints_or_exits(self, path):
        if part(path) == "cli":
            return
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit", "quit"}, f"line {node.lineno}"
        assert "sys.exit" not in path.read_text(encoding="utf-8")

    def test_nothing_is_called_a_helper(self, path):
        assert not any(
            word in path.stem
            for word in ("util", "manager", "processor", "helper", "context", "common", "misc")
        )
