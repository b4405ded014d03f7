"""emend as a processor of OCR-D: PAGE in, corrected PAGE out.

The workspace is made with OCR-D's own package, where it is installed (`pip install ocrd`).
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.cli.ocrd_correct import corrected
from pipeline.ingest import read

PAGES = (
    ["In winter tbe ferryman kept a ledger", "of the tides, and wrote in it when"],
    ["the river froze. He thought tbat the", "ice would hold until the spring came."],
)
NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"


def page(lines):
    body = "".join(
        f'<pc:TextLine id="l{n}"><pc:Coords points="1,{20 * n} 90,{20 * n} 90,{20 * n + 9} '
        f'1,{20 * n + 9}"/>'
        f"<pc:TextEquiv><pc:Unicode>{line}</pc:Unicode></pc:TextEquiv></pc:TextLine>"
        for n, line in enumerate(lines)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><pc:PcGts xmlns:pc="{NAMESPACE}" pcGtsId="p">'
        f"<pc:Metadata>"
        "<pc:Creator>OCR-D/core</pc:Creator><pc:Created>2024-01-01T00:00:00</pc:Created>"
        "<pc:LastChange>"
        '2024-01-01T00:00:00</pc:LastChange></pc:Metadata><pc:Page imageFilename="p.png" '
        'imageWidth="100" '
        'imageHeight="100"><pc:TextRegion id="r"><pc:Coords points="0,0 99,0 99,99 0,99"/>'
        f"{body}</pc:TextRegion></pc:Page></pc:PcGts>"
    ).encode()


def written(folder):
    paths = [folder / f"p{n}.xml" for n in (1, 2)]
    for path, lines in zip(paths, PAGES, strict=True):
        path.write_bytes(page(lines))
    return paths


def test_pages_are_corrected_together_and_keep_the_ocr_reading(tmp_path):
    paths = written(tmp_path)
    found = corrected(paths)
    assert list(found) == ["p1.xml", "p2.xml"]
    first, second = (read(data, name).text for name, data in found.items())
    assert first.startswith("In winter the ferryman")
    assert "thought that the" in second
    assert b"In winter tbe ferryman" in found["p1.xml"]


def test_an_empty_book_has_nothing_to_correct(tmp_path):
    (tmp_path / "p1.xml").write_bytes(page([]))
    assert corrected([tmp_path / "p1.xml"]) == {}


def test_a_workspace_of_ocrd(tmp_path):
    pytest.importorskip("ocrd")
    from ocrd import Resolver
    from ocrd.processor.helpers import run_processor

    from pipeline.cli.ocrd_correct import processor

    workspace = Resolver().workspace_from_nothing(str(tmp_path), "mets.xml")
    for n, lines in reversed([*enumerate(PAGES, 1)]):
        workspace.add_file(
            "OCR-D-OCR",
            file_id=f"OCR-D-OCR_{n:04}",
            page_id=f"PHYS_{n:04}",
            mimetype="application/vnd.prima.page+xml",
            local_filename=f"OCR-D-OCR/OCR-D-OCR_{n:04}.xml",
            content=page(lines),
        )
    workspace.save_mets()
    run_processor(
        processor(),
        workspace=workspace,
        input_file_grp="OCR-D-OCR",
        output_file_grp="OCR-D-COR",
        parameter={"language": "en"},
    )
    files = list(workspace.find_files(file_grp="OCR-D-COR"))
    assert sorted(one.pageId for one in files) == ["PHYS_0001", "PHYS_0002"]
    texts = {one.pageId: (tmp_path / one.local_filename).read_bytes() for one in files}
    assert read(texts["PHYS_0001"], "1.xml").text.startswith("In winter the ferryman")
    assert "thought that the" in read(texts["PHYS_0002"], "2.xml").text
    assert b"thought tbat the" in texts["PHYS_0002"]
    assert b"ocrd-emend-correct" in texts["PHYS_0001"]  # the processing step


def test_without_the_package_a_sentence_says_what_to_install():
    code = (
        "import sys; sys.modules['ocrd'] = None; from pipeline.cli.ocrd_correct import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("run pip install ocrd.")
