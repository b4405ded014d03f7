"""The architecture's laws, held over the code: who may import, know, print and exit."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))

# From the top. A part may import those of the layers below its own: none above, none beside.
LAYERS = (
    {"cli", "__main__"},
    {"builds", "service"},
    # `from pipeline import clean` is the flow
    {"edition", "explain", "installation", "clean", "__init__"},
    {"corrector", "prepared"},
    {"flow"},
    {"stages", "review", "publish", "measure", "corpus"},
    {"ingest", "inputs"},
    {"correct", "tei", "project"},
    {"counts", "version"},
    {"interface", "text"},
    {"kept", "language", "ledger"},
    {"digests", "document", "folders", "xml"},
    {"cache", "table", "errors", "html", "memory", "roles", "rules"},
)
# Subjects of one layer that know nothing of one another.
APART = ({"pipeline.correct.spelling", "pipeline.correct.line_ends"},)


_LONGEST = 100  # characters in a line
_SOURCES = (
    *("pipeline/**/*.py", "pipeline/**/*.js", "pipeline/**/*.css", "pipeline/**/*.jinja"),
    *("pipeline/**/*.html", "schemas/*.rnc", "schemas/*.sch", "schemas/*.py", "tests/**/*.py"),
    *("tests/**/*.js", "docs/*.py", "benchmarks/**/*.py"),
)
# Not among the sources are texts (cases, samples, catalogues) and what is made: editions, the
# schemas' .rng and .xsl.
_EXCEPT = {
    "datasheet.md.jinja": "a paragraph of Markdown is one line, as its readers' tools expect",
}
_PRAGMA = re.compile(r"  # (?:type: ignore|noqa)\b.*$")  # works only on the line that it is about


def imports(source, module="pipeline"):
    """The modules that a source imports, wherever in it; `module` is its package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(module.split(".")[: 1 - node.level or None]) if node.level else ""
            base = ".".join(name for name in (package, node.module) if name)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def layer(part):
    """How far from the top a part lies."""
    found = [n for n, parts in enumerate(LAYERS) if part in parts]
    assert found, f"give pipeline/{part} a layer, in LAYERS and in docs/architecture.md"
    return found[0]


def misplaced(source, module):
    """The imports of a module's source that lead up or sideways."""
    package, own = module.rpartition(".")[0], module.split(".")[1]
    for name in imports(source, package):
        if name.startswith("pipeline.") and (other := name.split(".")[1]) != own:
            if layer(other) <= layer(own):
                yield name
        elif any(
            a != b and module.startswith(f"{a}.") and f"{name}.".startswith(f"{b}.")
            for group in APART
            for a in group
            for b in group
        ):
            yield name


def named(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def part(path):
    return path.relative_to(ROOT / "pipeline").with_suffix("").parts[0]


def caches(source):
    """What a module keeps for the whole program: cached functions and empty containers to fill."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", []):
            if re.match(r"(functools\.)?(lru_)?cache\b", ast.unparse(decorator)):
                yield node.name
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            fills = ast.unparse(node.value) in {"{}", "[]", "set()", "dict()", "list()"}
            if fills or re.match(r"(defaultdict|Counter)\(", ast.unparse(node.value)):
                yield ast.unparse(
                    node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                )


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("pipeline.correct.spelling.units", "from pipeline.review.decide.hand import hand"),
        ("pipeline.correct.spelling.units", "import pipeline.stages.verse"),
        ("pipeline.correct.spelling.units", "from pipeline import tei"),
        ("pipeline.correct.spelling.units", "from pipeline.correct.line_ends import breaks"),
        ("pipeline.correct.spelling.units", "from ..line_ends import breaks"),
        ("pipeline.correct.spelling.units", ("def late():\n    from pipeline.text import blocks\n"
         "    from pipeline import clean")),
        ("pipeline.document", "from pipeline.ledger import entries"),
        ("pipeline.stages.verse", "from ..review import diff"),
        ("pipeline.publish.site", "from pipeline.review.diff import diff"),
        ("pipeline.ingest.kinds", "from pipeline.flow import run"),
    ],
)  # fmt: skip
def test_a_planted_import_is_found(module, line):
    assert list(misplaced(line, module))


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("pipeline.correct.spelling.units", "from pipeline.language.lexicon import fold"),
        ("pipeline.correct.spelling.units", "from .forms import Forms"),
        ("pipeline.stages.verse", "import re\nfrom pipeline.text.blocks import lines"),
        ("pipeline.cli", "from pipeline import clean, edition"),
    ],
)
def test_what_leads_down_is_allowed(module, line):
    assert not list(misplaced(line, module))


def test_every_cache_is_listed():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## Caches")[2].partition("\n## ")[0]
    listed = {
        f"{module}.{name}"
        for module, names in re.findall(r"^\| `([\w.]+)` \| ([^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    found = {
        f"{named(path).removeprefix('pipeline.')}.{name}"
        for path in MODULES
        for name in caches(path.read_text(encoding="utf-8"))
    }
    assert listed == found


def test_a_planted_cache_is_found():
    assert set(caches("@cache\ndef a(): ...\n@functools.lru_cache(9)\ndef b(): ...")) == {"a", "b"}
    assert set(caches("a: dict[str, int] = {}\nb = set()\nC = {'x': 1}\nd = Counter()")) == set(
        "abd"
    )


def overlong(source):
    """The numbers of the lines that are too long to read beside another file."""
    lines = enumerate(source.split("\n"), 1)
    return [n for n, line in lines if len(_PRAGMA.sub("", line)) > _LONGEST]


def test_no_line_is_too_long():
    paths = {path for pattern in _SOURCES for path in ROOT.glob(pattern)}
    paths = {path for path in paths if ".min." not in path.name}  # of other projects
    assert paths >= {*MODULES, ROOT / "schemas" / "edition.rnc", Path(__file__)}
    assert {
        str(path.relative_to(ROOT)): found
        for path in paths
        if path.name not in _EXCEPT and (found := overlong(path.read_text(encoding="utf-8")))
    } == {}


def test_a_planted_long_line_is_found():
    assert overlong(f"short\n{'ü' * 100}\n{'x' * 101}\n{'x' * 90}  # type: ignore[misc]") == [3]
    assert overlong(f"{'x' * 90}  # that it is so is no pragma") == [1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestModule:
    def test_imports_lead_down(self, path):
        assert not list(misplaced(path.read_text(encoding="utf-8"), named(path)))

    def test_stages_never_import_one_another(self, path):
        if part(path) == "stages":
            assert [
                name
                for name in imports(path.read_text(encoding="utf-8"))
                if name.startswith("pipeline.stages")
            ] == []

    def test_only_ingest_knows_pytesseract(self, path):
        if part(path) != "ingest":
            assert not any(
                name.startswith(("pytesseract", "cv2", "pypdfium2", "djvu_rs"))
                for name in imports(path.read_text(encoding="utf-8"))
            )

    def test_only_language_knows_the_word_lists(self, path):
        if part(path) != "language":
            source = path.read_text(encoding="utf-8")
            assert not any(name.startswith(("symspellpy", "wordfreq")) for name in imports(source))
            assert not re.search(r"files\([\"'](symspellpy|wordfreq)", source)

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
