"""Page images on the site: found where they lie, shown as a browser can, put there once."""

import json
import os
import shutil

import pytest
from least import a_png, a_tei
from PIL import Image, ImageChops, ImageDraw, ImageFont

from pipeline.edition import build, write
from pipeline.project import add, init
from pipeline.publish import publish, scans, tiles
from pipeline.publish.settings import Settings


def written(folder, url, width=400, height=600):
    """A TEI file with one page image."""
    face = (
        f'<facsimile><surface xml:id="f0"><graphic url="{url}" width="{width}px" '
        f'height="{height}px"/></surface></facsimile>'
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "boat.xml"
    path.write_text(
        a_tei('<pb n="1" facs="#f0"/><p>a boat</p>').replace("<text>", f"{face}<text>"), "utf-8"
    )
    return path


@pytest.fixture
def project(tmp_path):
    """Where emend puts things: the edition here, its source there."""
    (tmp_path / "raw" / "boat" / "source").mkdir(parents=True)
    return tmp_path


def shown(project, path, **more):
    done = publish(
        [path],
        project / "site",
        images={"boat": [project / "raw" / "boat" / "source", project / "raw" / "boat"]},
        **more,
    )
    assert not done.refused
    return done


def test_an_image_of_the_source_is_shown(project):
    """The TEI names it as it lies beside the source, in another folder than the edition's; a name
    with a blank is found too.
    """
    (project / "raw" / "boat" / "source" / "leaf 1.png").write_bytes(a_png(400, 600))
    assert shown(project, written(project / "edition" / "boat", "leaf%201.png")).told == ()
    assert (project / "site" / "boat" / "images" / "0001.png").read_bytes() == a_png(400, 600)
    assert 'src="images/0001.png"' in (project / "site" / "boat" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "mode"), [("leaf.tif", "L"), ("leaf.jp2", "L"), ("leaf.tif", "RGB"), ("leaf.tif", "1")]
)
def test_what_no_browser_shows_is_drawn_anew(project, name, mode):
    """As a JPEG no wider than a screen, which the manifest tells, while its canvas keeps the zones'
    pixels.
    """
    Image.new(mode, (3000, 3600), 1).save(project / "raw" / "boat" / "source" / name)
    shown(project, written(project / "edition" / "boat", name, 3000, 3600))
    with Image.open(project / "site" / "boat" / "images" / "0001.jpg") as image:
        assert image.size == (scans.WIDEST, scans.WIDEST * 6 // 5)
        assert image.mode == ("RGB" if mode == "RGB" else "L")
    canvas = json.loads((project / "site" / "boat" / "manifest.json").read_text("utf-8"))["items"][
        0
    ]
    body = canvas["items"][0]["items"][0]["body"]
    assert (canvas["width"], canvas["height"], body["width"], body["height"]) == (
        3000,
        3600,
        2000,
        2400,
    )
    assert body["format"] == "image/jpeg"


def test_a_large_image_is_cut_into_tiles_if_the_site_wants_it(project, monkeypatch):
    """Put together again, the tiles are the image; the manifest and the page name them."""
    monkeypatch.setattr(scans, "WIDEST", 200)
    monkeypatch.setattr(tiles, "SIDE", 128)
    source = project / "raw" / "boat" / "source" / "leaf.tif"
    image = Image.linear_gradient("L").resize((300, 421))
    image.save(source)
    path = written(project / "edition" / "boat", "leaf.tif", 300, 421)
    site = Settings(address="https://example.org/", tiles=True)
    shown(project, path, site=site)
    boat = project / "site" / "boat"
    cut = boat / "images" / "0001"
    whole = Image.new("L", image.size)
    for file in cut.glob("*,*,*,*/*/0/default.jpg"):
        left, top, wide, _ = map(int, file.parts[-4].split(","))
        with Image.open(file) as tile:
            if tile.width == wide:  # not one of a reduced image
                whole.paste(tile, (left, top))
    assert ImageChops.difference(whole, image).getextrema()[1] < 8
    assert (cut / "full" / "75,106" / "0" / "default.jpg").is_file()
    info = json.loads((cut / "info.json").read_text("utf-8"))
    assert info["id"] == "https://example.org/boat/images/0001"
    assert (info["width"], info["height"]) == (300, 421)
    assert info["tiles"][0]["scaleFactors"] == [1, 2, 4]
    manifest = json.loads((boat / "manifest.json").read_text("utf-8"))
    (service,) = manifest["items"][0]["items"][0]["items"][0]["body"]["service"]
    assert service["id"] == info["id"]
    assert '"tiles":{' in (boat / "index.html").read_text("utf-8").replace(" ", "")
    shown(project, path)
    assert [path.name for path in (boat / "images").iterdir()] == ["0001.jpg"]


def test_a_page_of_a_tiff_is_drawn(project):
    """`#page=2` is the second."""
    pages = [Image.new("L", (400, 600), shade) for shade in (0, 200)]
    pages[0].save(project / "raw" / "boat" / "source.tif", save_all=True, append_images=pages[1:])
    shown(project, written(project / "edition" / "boat", "source.tif#page=2"))
    with Image.open(project / "site" / "boat" / "images" / "0001.jpg") as image:
        assert abs(image.getpixel((200, 300)) - 200) < 3


def test_a_heavy_image_is_made_smaller(project, monkeypatch):
    """What is not heavy is copied, byte for byte."""
    monkeypatch.setattr(scans, "HEAVIEST", 100)
    (project / "raw" / "boat" / "source" / "leaf.png").write_bytes(a_png(2400, 3000))
    shown(project, written(project / "edition" / "boat", "leaf.png", 2400, 3000))
    assert [path.name for path in (project / "site" / "boat" / "images").iterdir()] == ["0001.jpg"]


def test_an_image_is_drawn_once(project, monkeypatch):
    """A change of the text leaves it; a change of the image does not."""
    source = project / "raw" / "boat" / "source" / "leaf.tif"
    Image.new("L", (400, 600), 10).save(source)
    path = written(project / "edition" / "boat", "leaf.tif")
    shown(project, path)
    monkeypatch.setattr(scans, "_opened", lambda *_: pytest.fail("drawn again"))
    path.write_text(path.read_text("utf-8").replace("a boat", "two boats"), "utf-8")
    assert shown(project, path).written == ("boat",)
    monkeypatch.undo()
    Image.new("L", (400, 600), 240).save(source)
    os.utime(source, ns=(1, 1))
    assert shown(project, path).written == ("boat",)
    with Image.open(project / "site" / "boat" / "images" / "0001.jpg") as image:
        assert image.getpixel((9, 9)) > 230


def test_an_image_that_comes_later_is_found(project):
    """Missing, it is told of each time; as soon as it is there, the edition is made anew."""
    path = written(project / "edition" / "boat", "leaf.png")
    for _ in range(2):
        assert shown(project, path).told == (
            "boat: 1 of its page images is not shown, because the file is not there (leaf.png).",
        )
    (project / "raw" / "boat" / "leaf.png").write_bytes(a_png(400, 600))
    done = shown(project, path)
    assert (done.written, done.told) == (("boat",), ())


@pytest.mark.parametrize("name", ["leaf.tif", "leaf.pdf", "leaf.jp2"])
def test_a_damaged_image_is_told_and_the_rest_is_published(project, name):
    """One clear sentence; the text is there."""
    (project / "raw" / "boat" / "source" / name).write_bytes(b"no image")
    done = shown(project, written(project / "edition" / "boat", name))
    assert done.written == ("boat",)
    assert len(done.told) == 1
    assert name in done.told[0]
    assert not list((project / "site").rglob("images"))


def test_an_image_on_the_web_is_linked_to_and_not_loaded(project):
    """The site loads nothing from elsewhere."""
    shown(project, written(project / "edition" / "boat", "https://scans.example/1.png"))
    page = (project / "site" / "boat" / "index.html").read_text("utf-8")
    assert 'href="https://scans.example/1.png"' in page
    assert "<img" not in page


LINES = [
    "The ferry lies below the stone bridge and waits",
    "for nobody in particular on a summer evening.",
    "The oars are wet and the bell is silent now.",
]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="no Tesseract on this machine")
def test_from_a_page_image_to_the_line_that_is_lit(page, tmp_path):
    """A page is drawn, recognised, edited, published, opened: the line under the pointer lights up
    on the image, where it is.
    """
    image = Image.new("L", (1700, 700), 255)
    for i, line in enumerate(LINES):
        ImageDraw.Draw(image).text((120, 120 + 120 * i), line, 0, ImageFont.load_default(size=56))
    source = tmp_path / "leaf.png"
    image.save(source, dpi=(300, 300))
    project = init(tmp_path / "project")
    text = add(
        project,
        [source],
        name="boat",
        facts={"title": "The Boat", "language": "en", "edited": "2026-01-01"},
    )
    edition = write(project, "boat", *build(project, "boat"))
    publish(
        [edition / "boat.xml"],
        tmp_path / "site",
        images={"boat": [text.folder / "source", text.folder]},
    )
    page.goto((tmp_path / "site" / "boat" / "index.html").as_uri())
    page.get_by_text("in particular", exact=False).last.hover()
    lit = page.locator("rect.lit")
    assert abs(int(lit.get_attribute("y")) - 250) < 40
    assert page.evaluate("document.getElementById('ui-scan-image').naturalWidth") == 1700


@pytest.fixture(scope="module")
def leaves(tmp_path_factory):
    """An edition of three leaves as emend encodes page images: `<pb facs="#f1 #z.1"/>`."""
    folder = tmp_path_factory.mktemp("leaves")
    surfaces, pages = "", ""
    for n in (1, 2, 3):
        (folder / f"{n}.png").write_bytes(a_png(400, 600))
        zones = "".join(
            f'<zone xml:id="z.{n}{i}" type="line" ulx="20" uly="{i * 50}" lrx="300" '
            f'lry="{i * 50 + 40}"/>'
            for i in range(1, 9)
        )
        surfaces += (
            f'<surface xml:id="f{n}"><graphic url="{n}.png" width="400px" height="600px"/>'
            f"{zones}</surface>"
        )
        lines = "".join(f'<lb facs="#z.{n}{i}"/>line {i} of leaf {n} ' for i in range(2, 9))
        more = "".join(f"<p>Filling {i} of leaf {n}, long enough.</p>" for i in range(120 - 39 * n))
        pages += f'<pb facs="#f{n} #z.{n}1"/><p>line 1 of leaf {n} {lines}</p>{more}'
    path = folder / "leaves.xml"
    path.write_text(
        a_tei(pages).replace("<text>", f"<facsimile>{surfaces}</facsimile><text>"), "utf-8"
    )
    out = folder / "site"
    assert not publish([path], out).refused
    return out


def test_page_labels_agree(leaves):
    """The text, the contents, the counter of the scan and the canvases name each page alike."""
    page = (leaves / "leaves" / "index.html").read_text("utf-8")
    for n in (1, 2, 3):
        assert f'data-s="{n - 1}" aria-label="Page [{n}]: scan">[{n}]</a>' in page
    canvases = json.loads((leaves / "leaves" / "manifest.json").read_text("utf-8"))["items"]
    assert [canvas["label"]["none"] for canvas in canvases] == [["[1]"], ["[2]"], ["[3]"]]
    assert '<span id="ui-scan-n">[1]</span>' in page


@pytest.mark.parametrize("window", ["page", "phone"])
def test_text_and_scan_follow_one_another(leaves, window, request):
    """Scrolling turns the image, the image's buttons scroll the text, a line lights up in both."""
    view = request.getfixturevalue(window)
    view.goto((leaves / "leaves" / "index.html").as_uri() + "?scan=on")
    counter = view.locator("#ui-scan-n")
    assert counter.inner_text() == "[1]"
    for n in (2, 3, 1):
        view.evaluate(f"document.querySelectorAll('.pb')[{n - 1}].scrollIntoView()")
        view.wait_for_function(f"document.getElementById('ui-scan-n').textContent === '[{n}]'")
    for n in (2, 3):
        view.locator("#ui-scan-on").click()
        assert counter.inner_text() == f"[{n}]"
        first = view.get_by_text(f"line 1 of leaf {n}", exact=False).first
        assert first.evaluate("e => e.getBoundingClientRect().top < innerHeight")
    view.wait_for_timeout(700)
    assert counter.inner_text() == "[3]"  # the last page is short: it stays
    view.get_by_text("line 1 of leaf 3", exact=False).first.click()
    assert view.locator("rect.lit").get_attribute("y") == "50"
    view.locator("rect").nth(4).click()
    assert view.locator(".text .lit").first.inner_text().strip() == "line 5 of leaf 3"


@pytest.mark.parametrize(
    "facs", ['<pb n="7" facs="7.png"/>', '<pb n="7" facs="#g7"/>', '<pb n="7" facs="#z7"/>']
)
def test_every_way_to_name_a_page_image(project, facs):
    """The image itself, a graphic without a surface, a zone of a surface."""
    folder = project / "edition" / "boat"
    folder.mkdir(parents=True)
    (folder / "7.png").write_bytes(a_png(400, 600))
    declared = {
        "7.png": "",
        "#g7": '<graphic xml:id="g7" url="7.png"/>',
        "#z7": '<surface><graphic url="7.png"/><zone xml:id="z7" ulx="0" uly="0" lrx="9" lry="9"/>'
        "</surface>",
    }[facs.split('"')[3]]
    tei = a_tei(f"{facs}<p>a boat</p>")
    if declared:
        tei = tei.replace("<text>", f"<facsimile>{declared}</facsimile><text>")
    (folder / "boat.xml").write_text(tei, "utf-8")
    shown(project, folder / "boat.xml")
    page = (project / "site" / "boat" / "index.html").read_text("utf-8")
    assert 'data-s="0" aria-label="Page 7: scan"' in page
    assert 'src="images/0001.png"' in page
