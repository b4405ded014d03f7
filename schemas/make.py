"""Make what is made in this folder: edition.rng from edition.rnc, edition.sch.xsl from edition.sch.

    python schemas/make.py

The grammar is translated by rnc2rng, the Schematron by SchXslt, which comes with the npm package
node-xsl-schematron. Both results are kept under version control, so that an installed emend needs
neither; a test holds that they are current.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = (
    "node-xsl-schematron@1.1.0"  # SchXslt 1.9.5, and the Consortium's tei_all.rng of TEI 4.6.0
)
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
CACHE = HERE.parent / "build" / "schematron"


def fetched() -> Path:
    """The folder of the npm package, fetched once.

    Raises:
        OSError: npm is not there.
        subprocess.CalledProcessError: npm could not fetch it.

    """
    folder = CACHE / "package"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE],
            cwd=CACHE,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        with tarfile.open(CACHE / packed.stdout.split()[-1]) as archive:
            archive.extractall(CACHE, filter="data")
    return folder


def grammar() -> str:
    """edition.rng, made from edition.rnc."""
    from rnc2rng import parser, serializer

    made = serializer.XMLSerializer().toxml(parser.parse(f=str(HERE / "edition.rnc")))
    declaration, rest = made.split("\n", 1)
    return (
        f"{declaration}\n<!-- Made from edition.rnc by make.py: read and edit that. -->\n"
        f"{rest.rstrip()}\n"
    )


def schematron() -> str:
    """edition.sch.xsl, made from edition.sch."""
    from lxml import etree
    from saxonche import PySaxonProcessor

    pipeline = fetched() / "lib" / "schxslt-1.9.5" / "2.0" / "pipeline-for-svrl.xsl"
    with PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(pipeline)
        )
        made = etree.fromstring(
            compiler.transform_to_string(source_file=str(HERE / "edition.sch")).encode()
        )
    for description in list(made.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")):
        description.getparent().remove(description)  # when and with what it was made
    # Which rule was tried on which element is a third of the running time, and nobody reads it.
    for told in [*made.iter(*(f"{SVRL}{name}" for name in ("fired-rule", "suppressed-rule")))]:
        told.getparent().remove(told)
    made.insert(0, etree.Comment(" Made from edition.sch by make.py: read and edit that. "))
    return etree.tostring(made, encoding="unicode").rstrip() + "\n"


if __name__ == "__main__":
    (HERE / "edition.rng").write_text(grammar(), encoding="utf-8")
    (HERE / "edition.sch.xsl").write_text(schematron(), encoding="utf-8")
    sys.stdout.write("Made edition.rng and edition.sch.xsl.\n")
