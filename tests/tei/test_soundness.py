"""What libxml2 finds sound, Saxon finds no fault in: one small file, and each rule broken in it."""

import re

from pipeline.tei.soundness import is_sound
from pipeline.tei.validate import _rules_broken, schema
from pipeline.xml import parse_tei

SOUND = """\
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader>
<respStmt xml:id="emend"><name ref="#app">emend</name></respStmt>
<respStmt xml:id="anna"><persName>Anna</persName></respStmt>
<listWit><witness xml:id="ocr"><bibl><idno type="sha256">0</idno></bibl></witness></listWit>
<application xml:id="app"/><char xml:id="c1"/><rendition xml:id="r1"/><person xml:id="boy"/>
<taxonomy xml:id="rules"><category xml:id="r.one"/></taxonomy>
<taxonomy><category xml:id="k.print"/><category xml:id="k.ocr"/></taxonomy>
<listAnnotation type="refused"><annotation target="#a1 #p1" resp="#emend #anna"/></listAnnotation>
<language ident="la"/><revisionDesc><change xml:id="ch.1" who="#anna"/></revisionDesc>
</teiHeader><facsimile><surface xml:id="s1"/></facsimile><text>
<pb xml:id="p1" facs="#s1"/><ref target="#p1">1</ref>
<app xml:id="a1" ana="#k.ocr #r.one" resp="#emend" change="#ch.1"><lem>the</lem>\
<rdg wit="#ocr">tbe</rdg></app>
<app ana="#k.ocr"><lem><pc force="weak">-</pc>\
<fw type="lineNum"> 12 <lb break="yes"/></fw><lb break="no"/></lem><rdg wit="#ocr">-</rdg></app>
<ref type="noteAnchor" xml:id="n1.a" target="#n1">*</ref><note xml:id="n1" target="#n1.a" \
next="#n2">a</note><note xml:id="n2" prev="#n1">b</note>
<choice ana="#k.print" resp="#anna"><sic>recieved</sic><corr>received</corr></choice>
<sp who="#boy"><p rendition="#r1">A <g ref="#c1">b</g></p></sp>
<q xml:id="q1" next="#q2">a</q><said xml:id="q2" prev="#q1">b</said>
<trailer>END</trailer><foreign xml:lang="la">navis</foreign><gap><desc>a blot</desc></gap>
<castItem>Boy</castItem><figure><figDesc>A boy</figDesc></figure><closer><signed>B</signed></closer>
</text></TEI>
"""
BROKEN = [
    ("#k.ocr #r.one", "#k.ocr #r.one #r.two"),
    ("#k.ocr #r.one", "#k.ocr"),
    ("#k.ocr #r.one", "#k.ocr&#xA0;#r.one"),
    ('<app ana="#k.ocr">', '<app ana="#ocr">'),
    ('resp="#emend" change', 'resp="#app" change'),
    ('change="#ch.1"', 'change="#emend"'),
    ('<rdg wit="#ocr">tbe', '<rdg wit="#print">tbe'),
    ('facs="#s1"', 'facs="#p1"'),
    ('rendition="#r1"', 'rendition="#r1 #r2"'),
    ('<g ref="#c1">', '<g ref="#boy">'),
    ('<g ref="#c1">', "<g>"),
    ('who="#anna"', 'who="#boy"'),
    (' who="#anna"', ""),
    ('who="#boy"', 'who="#anna"'),
    ('<name ref="#app">', '<name ref="#ocr">'),
    ('<ref target="#p1">', '<ref target="#n1">'),
    ('target="#n1">*', 'target="#p1">*'),
    ('<note xml:id="n1" target="#n1.a"', '<note xml:id="n1" target="#n2"'),
    ('target="#a1 #p1"', 'target="#a1 #anna"'),
    ('next="#n2"', 'next="#q2"'),
    ('prev="#n1"', 'prev="#n1.a"'),
    ('next="#q2"', 'next="#n2"'),
    ('prev="#q1"', 'prev="#q3"'),
    ("<lem>the", "<lem>tbe"),
    ('<choice ana="#k.print" resp="#anna">', '<choice ana="#k.print" resp="#emend">'),
    ('<choice ana="#k.print" resp="#anna">', '<choice ana="#k.print">'),
    ('<choice ana="#k.print" resp="#anna">', '<choice ana="#k.ocr" resp="#anna">'),
    ('<lb break="no"/>', "<lb/>"),
    ('<lb break="no"/>', ""),
    ("<castItem>Boy", "<castItem> "),
    ("<trailer>END", "<trailer>"),
    ("<desc>a blot", "<desc> "),
    ('<foreign xml:lang="la">', '<foreign xml:lang="de">'),
    (" 12 ", " 12a "),
    (" 12 ", ""),
    ("<figDesc>A boy</figDesc>", ""),
    ("<signed>B</signed>", ""),
    ('resp="#emend #anna"', 'resp="#emend"'),
    ('resp="#emend #anna"', ""),
    ('<idno type="sha256">0</idno>', ""),
]


def test_a_sound_file_is_found_so():
    assert is_sound(parse_tei(SOUND.encode(), "a"))


def test_what_breaks_a_rule_is_never_found_sound():
    said = set()
    for old, new in BROKEN:
        assert old in SOUND
        broken = SOUND.replace(old, new, 1)
        root = parse_tei(broken.encode(), "a")
        faults = _rules_broken(root, broken)
        assert faults, f"{new} breaks no rule"
        assert not is_sound(root), new
        said |= {message for _, message in faults}
    rules = re.findall(
        r"<sch:assert[^>]*>(.*?)</sch:assert>", schema("edition.sch").decode(), re.DOTALL
    )
    for rule in rules:
        # the longest stretch of a message between the values that it quotes
        told = max((" ".join(part.split()) for part in re.split(r"<[^>]*>", rule)), key=len)
        if told != "elements; an xml:id names one.":  # the parser finds that
            assert any(told in message for message in said), f"{told}: broken by no row"
