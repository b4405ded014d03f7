"""Pages are one text, however they are delivered: what one page teaches of the engine helps all."""

from __future__ import annotations

import pytest
from given import alto, write

from pipeline.document import Document
from pipeline.ingest import gather, read
from pipeline.stages.spelling import spelling

DOUBTFUL = "The garden lay behind the church. An old kat lay there. Nobody spoke of it again."
TAUGHT = (
    "He said tkat tke men wko were on tke skip kad gone to tke karbour wken tke wind rose, and "
    "tkat tkey were not to be found tkere. Tke captain kad been told tkat tke town was quiet."
)


def with_form_feeds(pages, _folder):
    return read("\f".join(pages).encode(), "book.txt")


def in_a_folder(pages, folder):
    return gather([write(folder, {f"{n:04}.txt": page for n, page in enumerate(pages, 1)})])


def in_a_mets(pages, folder):
    files = {f"ALTO/{n:04}.xml": alto(page) for n, page in enumerate(pages, 1)}
    write(folder, {**files, "mets.xml": mets(files)})
    return gather([folder / "mets.xml"])


def in_a_pdf(pages, _folder):
    return read(pdf(pages), "book.pdf", ocr="never")


def mets(names):
    files = "".join(
        f'<file ID="{name[-8:-4]}"><FLocat LOCTYPE="URL" xlink:href="{name}"/></file>'
        for name in names
    )
    divs = "".join(f'<div TYPE="PAGE"><fptr FILEID="{name[-8:-4]}"/></div>' for name in names)
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<fileSec><fileGrp USE="ALTO">{files}</fileGrp></fileSec>'
        f'<structMap TYPE="PHYSICAL"><div>{divs}</div></structMap></mets>'
    )


def pdf(pages):
    """A PDF with nothing but a text layer, one line a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    ]
    for n, text in enumerate(pages):
        drawn = f"BT /F 9 Tf 20 700 Td ({text}) Tj ET"
        content = f"/Contents {5 + 2 * n} 0 R/Resources<</Font<</F 3 0 R>>>>"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 800]{content}>>",
            f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        ]
    body = b"%PDF-1.4\n"
    starts = []
    for number, one in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    return (
        body
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
        ).encode()
    )


@pytest.mark.parametrize("delivered", [with_form_feeds, in_a_folder, in_a_mets, in_a_pdf])
def test_a_later_page_helps_an_earlier_one(delivered, tmp_path):
    alone = delivered([DOUBTFUL], tmp_path / "alone")
    both = delivered([DOUBTFUL, TAUGHT], tmp_path / "both")
    assert "An old kat lay" in Document(alone, language="en").run(spelling).text
    assert "An old hat lay" in Document(both, language="en").run(spelling).text
