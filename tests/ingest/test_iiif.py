"""IIIF manifests and annotations on disk, and the JSON of kraken."""

from __future__ import annotations

import json

import pytest
from given import png, write

from pipeline.errors import SourceError
from pipeline.ingest import copied, gather, read, survey

LINES = {1: ["The ferry left", "at noon."], 2: ["Nobody", "came."]}


def version2(images="images/{}.png", text="text/{}.json"):
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@type": "sc:Manifest",
        "label": "The Ferry",
        "metadata": [
            {"label": "Creator", "value": "Ada Holm"},
            {"label": [{"@value": "Langue", "@language": "fr"}], "value": "anglais; English"},
            {"label": "Date", "value": "<b>1871</b>"},
        ],
        "sequences": [
            {
                "canvases": [
                    {
                        "@id": f"https://library.example/canvas/{n}",
                        "label": f"{n}r",
                        "width": 100,
                        "height": 140,
                        "images": [{"resource": {"@id": images.format(n)}}],
                        "otherContent": [{"@id": text.format(n), "@type": "sc:AnnotationList"}],
                    }
                    for n in (2, 1)  # the order of the manifest, not of the names
                ]
            }
        ],
    }


def annotations2(n):
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@type": "sc:AnnotationList",
        "resources": [
            {
                "motivation": "sc:painting",
                "resource": {"@type": "cnt:ContentAsText", "chars": line},
                "on": f"https://library.example/canvas/{n}#xywh=10,{20 * i},60,10",
            }
            for i, line in enumerate(LINES[n])
        ]
        + [
            {
                "motivation": "oa:commenting",
                "resource": {"chars": "A reader's remark"},
                "on": f"https://library.example/canvas/{n}#xywh=10,90,60,10",
            }
        ],
    }


def version3(*, embedded=True, images="https://library.example/iiif/p{}/full/max/0/default.jpg"):
    def canvas(n):
        words = [
            (word, 30 * i, 20 * j)
            for j, line in enumerate(LINES[n])
            for i, word in enumerate(line.split())
        ]
        text = {
            "type": "AnnotationPage",
            "items": [
                {
                    "type": "Annotation",
                    "motivation": ["supplementing"],
                    "textGranularity": "word",
                    "body": {"type": "TextualBody", "value": word},
                    "target": {
                        "type": "SpecificResource",
                        "source": f"canvas/{n}",
                        "selector": {"type": "FragmentSelector", "value": f"xywh={x},{y},25,10"},
                    },
                }
                for word, x, y in words
            ],
        }
        body = {"id": images.format(n), "type": "Image"}
        return {
            "id": f"canvas/{n}",
            "type": "Canvas",
            "label": {"none": [str(n)]},
            "width": 100,
            "height": 140,
            "items": [
                {"type": "AnnotationPage", "items": [{"motivation": "painting", "body": body}]}
            ],
            "annotations": [text] if embedded else [],
        }

    return {
        "@context": [
            "http://www.w3.org/ns/anno.jsonld",
            "http://iiif.io/api/presentation/3/context.json",
        ],
        "type": "Manifest",
        "label": {"en": ["The Ferry"]},
        "items": [canvas(1), canvas(2)],
    }


def test_a_manifest_of_version_2_with_its_files(tmp_path):
    write(tmp_path, {"manifest.json": version2(), "notes.txt": b"Ours."})
    write(tmp_path, {f"images/{n}.png": png(200, 280) for n in (1, 2)})
    write(tmp_path, {f"text/{n}.json": annotations2(n) for n in (1, 2)})
    found = survey([tmp_path])
    assert found.facts == {"title": "The Ferry", "author": "Ada Holm", "date": "1871"}
    assert [(one.name, one.why) for one in found.left_out] == [
        ("notes.txt", "manifest.json does not name it")
    ]
    source = gather([tmp_path])
    assert source.text == "Nobody\ncame.\n\fThe ferry left\nat noon.\n"
    assert [(one.url, one.n, one.width) for one in source.layout.surfaces] == [
        ("images/2.png", "2r", 200),
        ("images/1.png", "1r", 200),
    ]
    box = next(one.box for one in source.layout.zones if one.level == "word")
    assert (box.x0, box.x1) == (20, 140)  # the image is twice as large as the canvas
    names = [name for _, name in copied([tmp_path / "manifest.json"], tmp_path / "unpacked")]
    assert sorted(names) == [
        "images/1.png",
        "images/2.png",
        "manifest.json",
        "text/1.json",
        "text/2.json",
    ]
    assert gather([tmp_path / "manifest.json"]).text == source.text


@pytest.mark.parametrize("images", [True, False])
def test_a_manifest_of_version_3_with_the_text_in_it(images, tmp_path):
    write(tmp_path, {"manifest.json": version3()})
    if images:
        write(tmp_path, {f"scans/p{n}.png": png(200, 280) for n in (1, 2)})
    source = gather([tmp_path])
    assert source.text == "The ferry left\nat noon.\n\fNobody\ncame.\n"
    assert [one.n for one in source.layout.surfaces] == ["1", "2"]
    urls = ["scans/p1.png", "scans/p2.png"] if images else ["", ""]
    assert [one.url for one in source.layout.surfaces] == urls
    assert gather([tmp_path / "manifest.json"]).text == source.text


def test_the_images_of_a_manifest_are_its_pages(tmp_path):
    write(tmp_path, {"manifest.json": version3(embedded=False)})
    write(tmp_path, {f"p{n}.png": png(200, 280) for n in (1, 2)})
    assert [part.name for part in survey([tmp_path]).parts] == ["p1.png", "p2.png"]


def test_a_canvas_without_a_file_is_a_fault(tmp_path):
    write(tmp_path, {"manifest.json": version2(), "text/1.json": annotations2(1)})
    found = survey([tmp_path])
    assert [one.why for one in found.faults] == [
        "manifest.json has 1 pages of which no file is there"
    ]


def test_a_manifest_whose_pages_are_on_the_web(tmp_path):
    write(tmp_path, {"manifest.json": version3(embedded=False)})
    with pytest.raises(SourceError, match="download its images or its text"):
        survey([tmp_path / "manifest.json"])
    write(tmp_path, {"a.txt": b"one\n", "b.txt": b"two\n"})
    found = survey([tmp_path])
    assert ([part.name for part in found.parts], found.facts["title"]) == (
        ["a.txt", "b.txt"],
        "The Ferry",
    )


def test_a_page_of_annotations_by_itself():
    assert read(json.dumps(annotations2(1)).encode(), "1.json").text == "The ferry left\nat noon.\n"


def test_remarks_alone_are_no_text():
    page = annotations2(1)
    page["resources"] = page["resources"][-1:]
    with pytest.raises(SourceError, match="JSON in a form that emend does not read"):
        read(json.dumps(page).encode(), "1.json")


# kraken


def kraken(**more):
    def line(n, text, **fields):
        y = 20 * n
        return {
            "id": f"l{n}",
            "baseline": [[10, y + 8], [80, y + 8]],
            "boundary": [[10, y], [80, y], [80, y + 10], [10, y + 10]],
            "text": text,
            "regions": ["r1"],
        } | fields

    return {
        "type": "baselines",
        "imagename": "/home/ann/p1.png",
        "text_direction": "horizontal-lr",
        "regions": {
            "RunningTitleZone": [{"id": "r0"}],
            "text": [{"id": "r1", "boundary": [[0, 0], [90, 90]]}],
        },
        "lines": [
            line(0, "THE FERRY", regions=["r0"]),
            line(1, "The ferry"),
            line(2, "left.", confidences=[0.9, 0.8, 0.95, 0.9, 0.7]),
            line(
                4,
                "it sank",
                confidences=[0.9] * 6 + [0.5],
                cuts=[[[9 * i, 80], [9 * i + 8, 90]] for i in range(7)],
            ),
            line(3, "12", tags={"type": [{"type": "NumberingZone:page"}]}),
        ],
    } | more


def test_the_json_of_kraken():
    source = read(json.dumps(kraken()).encode(), "p1.json")
    assert source.text == "THE FERRY\n\nThe ferry\nleft.\nit sank\n\n12\n"
    roles = {
        source.text[z.start : z.end]: z.role for z in source.layout.zones if z.level == "region"
    }
    assert roles == {"THE FERRY": "header", "The ferry\nleft.\nit sank": "", "12": "page-number"}
    sure = [zone.confidence for zone in source.layout.zones if zone.level == "word"]
    assert sure == [None, None, 0.7, 0.9, 0.5, None]
    boxes = [zone.box for zone in source.layout.zones if zone.confidence in {0.7, 0.5}]
    assert [(box.x0, box.x1) for box in boxes] == [(10, 80), (27, 62)]  # a line, a word
    assert source.layout.surfaces[0].url == "p1.png"


def test_the_reading_order_of_kraken():
    data = kraken(line_orders=[[0, 2, 1, 3, 4]])
    assert (
        read(json.dumps(data).encode(), "p1.json").text
        == "THE FERRY\n\nleft.\nThe ferry\nit sank\n\n12\n"
    )


@pytest.mark.parametrize("lines", [[], [{"id": "l1", "boundary": [[0, 0], [9, 9]]}]])
def test_a_segmentation_without_text_is_refused(lines):
    with pytest.raises(SourceError, match="JSON in a form that emend does not read"):
        read(json.dumps(kraken(lines=lines)).encode(), "p1.json")
