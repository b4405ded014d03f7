"""TEI files from strangers: nothing private gets on to the site, and no script of theirs runs."""

import re

import pytest
from least import OURS, a_png, a_tei

from pipeline.publish import publish

SCRIPT = "data:text/xsl;base64,PHNjcmlwdC8+"


def published(path, out, **more):
    """What was published of a file that must not be refused."""
    done = publish([path], out, **more)
    assert not done.refused
    return done


def illustrated(url):
    face = f'<facsimile><surface xml:id="f0"><graphic url="{url}"/></surface></facsimile>'
    return a_tei('<pb n="1" facs="#f0"/><p>a boat</p>').replace("<text>", f"{face}<text>")


def everything(folder):
    """Every byte of a site that the file could have brought there."""
    return b"\n".join(
        path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "assets" not in path.parts
    )


@pytest.mark.parametrize(
    "url",
    [
        "private.png",  # of the folder above
        "../private.png",
        "%2e%2e/private.png",
        "images/../../private.png",
        "..\\private.png",
        "{root}/private.png",
        "file://{root}/private.png",
        "FILE:{root}/private.png",
        "link.png",
        "linked/private.png",
    ],
)
def test_an_image_outside_the_files_folder_is_not_published(tmp_path, url):
    """Wherever a path, an address or a link leads, only the file's own folder is looked in."""
    (tmp_path / "private.png").write_bytes(a_png(7, 7))
    inner = tmp_path / "downloads" / "tei"
    inner.mkdir(parents=True)
    (tmp_path / "downloads" / "private.png").write_bytes(a_png(7, 7))
    (inner / "link.png").symlink_to(tmp_path / "private.png")
    (inner / "linked").symlink_to(tmp_path)
    (inner / "up.xml").write_text(illustrated(url.format(root=tmp_path)), "utf-8")
    published(inner / "up.xml", tmp_path / "site")
    assert not list((tmp_path / "site").rglob("images"))
    assert a_png(7, 7) not in everything(tmp_path / "site")


def test_an_image_in_the_files_folder_is_published(tmp_path):
    """Or in a folder of that."""
    (tmp_path / "tei" / "images").mkdir(parents=True)
    (tmp_path / "tei" / "images" / "1.png").write_bytes(a_png(7, 7))
    (tmp_path / "tei" / "up.xml").write_text(illustrated("images/1.png"), "utf-8")
    published(tmp_path / "tei" / "up.xml", tmp_path / "site")
    assert (tmp_path / "site" / "up" / "images" / "0001.png").is_file()


def test_an_svg_is_not_published_and_the_reason_is_reported(tmp_path):
    """A browser runs the scripts in it, on the site's origin."""
    (tmp_path / "leaf.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    (tmp_path / "up.xml").write_text(illustrated("leaf.svg"), "utf-8")
    done = published(tmp_path / "up.xml", tmp_path / "site")
    assert not list((tmp_path / "site").rglob("leaf*"))
    assert not list((tmp_path / "site").rglob("images"))
    assert "save it as PNG" in done.told[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_no_processing_instruction_of_the_file_is_published(tmp_path, encoding):
    """A style sheet could hold a script; a schema could be anybody's. A comment stays one."""
    text = (
        a_tei(f'<?xml-stylesheet href="{SCRIPT}"?><p>a <?php x?>boat &amp; mast</p>')
        .replace("?>\n<TEI", f'?>\n<?xml-stylesheet type="text/xsl" href="{SCRIPT}"?>\n<TEI')
        .replace("<TEI", "<!-- a <?remark?> --><?xml-model href='javascript:x'?><TEI", 1)
        .replace("UTF-8", encoding.upper())
    )
    (tmp_path / "up.xml").write_bytes(
        (text + f'<?xml-stylesheet href="{SCRIPT}"?>').encode(encoding)
    )
    published(tmp_path / "up.xml", tmp_path / "site")
    tei = (tmp_path / "site" / "up" / "up.xml").read_bytes()
    outside = re.sub(rb"<!--.*?-->", b"", tei)
    assert re.findall(rb"<\?([\w-]+)", outside) == [b"xml", b"xml-model"]
    assert b"a boat &amp; mast" in tei
    assert SCRIPT.encode() not in everything(tmp_path / "site")


@pytest.mark.parametrize(
    "name", ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "urn:x"]
)
@pytest.mark.parametrize("head", ["", OURS])
def test_an_element_of_another_namespace_is_not_published(tmp_path, name, head):
    """`<script xmlns="http://www.w3.org/1999/xhtml">` in a TEI file runs where it is opened.

    An edition of emend's own has none and is refused; from any other file it is dropped.
    """
    body = f'<p s:on="x" xmlns:s="{name}">a boat <s:script>{SCRIPT}</s:script> and oars</p>'
    (tmp_path / "up.xml").write_text(a_tei(body, head=head))
    done = publish([tmp_path / "up.xml"], tmp_path / "site")
    if head:
        assert "remove it" in done.refused[0].why
        assert not (tmp_path / "site").exists()
        return
    assert "dropped script (1)" in done.told[0]
    published = everything(tmp_path / "site" / "up")
    assert SCRIPT.encode() not in published
    assert name.encode() not in (tmp_path / "site" / "up" / "up.xml").read_bytes()
    assert b"a boat  and oars" in (tmp_path / "site" / "up" / "up.xml").read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java&#10;script:alert(1)",
        " javascript:alert(1)",
        "\u00a0javascript:alert(1)",
        "data:text/html,&lt;script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "view-source:x",
    ],
)
def test_no_address_but_of_the_web_becomes_a_link(tmp_path, address):
    """In a reference, a licence, a page image, an identifier: in pages, book, records, manifest."""
    text = (
        illustrated(address)
        .replace("a boat", f'<ref target="{address}">a boat</ref> <ptr target="{address}"/>')
        .replace(
            "<p>unpublished</p>",
            f'<publisher>x</publisher><idno type="URI">{address}</idno>'
            f'<availability><licence target="{address}">free</licence></availability>',
        )
    )
    (tmp_path / "up.xml").write_text(text, "utf-8")
    published(tmp_path / "up.xml", tmp_path / "site")
    scheme = re.compile(
        r"""(?:href|src|url|@id|license|"id")["']?\s*[=:]\s*["']?\W*"""
        r"(?:javascript|java\s*script|data:text|vbscript|file|blob|view-source):",
        re.IGNORECASE,
    )
    for path in (tmp_path / "site").rglob("*"):
        if path.suffix in {".html", ".xhtml", ".json", ".jsonld", ".js"} and (
            "assets" not in path.parts
        ):
            found = scheme.search(path.read_text("utf-8"))
            assert found is None, (path.name, found.group())
