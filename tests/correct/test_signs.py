"""Signs are not specks: what printers, authors and editors set stays, with the stop beside it."""

from __future__ import annotations

import pytest

from pipeline import clean
from pipeline.correct import Corrector
from pipeline.correct.spelling.signs import Loss, Signs
from pipeline.language.lexicon import lexicon

KEPT = [
    # note calls, after a word, a stop, a bracket, a quotation mark
    (
        "en",
        "The bridge was built in haste,¹ and it fell.² The mason fled to Norwich³; he wrote “no”⁴.",
    ),
    ("en", "The toll was a penny* for a man, twopence† for a horse,‡ and a groat§ for a cart.‖"),
    (
        "en",
        "The old mill (now a barn)² stood by the ford;³ the new one (see the map)¹⁰ is of brick.",
    ),
    ("en", "He sailed in spring.* She followed in June.** Their son stayed behind.***"),
    ("en", "It was sold twice,(1) and burnt once.(2) The ruin[3] was cleared in 1820.[4]"),
    (
        "en",
        (
            "The first edition¹ was small; Wetherall’s² was larger, and “Harlow’s Survey”³ "
            "larger still."
        ),
    ),
    (
        "de",
        "Der Turm wurde im Jahre 1520 gebaut,¹ aber nicht vollendet.² Siehe Anhang³ und „Karte“.⁴",
    ),
    ("de", "Er kam nach Lübeck*) und blieb dort.**) Die Briefe¹) sind verloren.²)"),
    ("fr", "La tour fut bâtie en 1520¹, mais non achevée²; voyez la carte³ et « le plan »⁴."),
    ("fr", "Il vint à Rouen*, où il mourut**. Sa veuve† lui survécut."),
    ("es", "La torre fue construida en 1520,¹ pero no terminada.² Véase el mapa³ y «el plano».⁴"),
    (
        "la",
        (
            "Gallia est omnis divisa in partes tres,¹ quarum unam incolunt Belgae.² Horum omnium³ "
            "fortissimi."
        ),
    ),
    # editors' brackets and sigla
    ("en", "He gave the Serg[ean]t a lett[er] from the Gov[ernor], dat[ed] the 3[rd] of June."),
    ("en", "She wro[te] to her bro[ther] in Lon[don] and to Mr. W[ilson]."),
    ("en", "The kyng [com]maunded the lordes to com<e> in<to> þe halle, and {they} wente."),
    ("en", "The clerk wrote: we rec[eive]d your l[ett]re on the mor[row]."),
    ("en", "the lord/ and the knyght/ rode out/ to the toun/ and came ayen/ at even"),
    ("en", "Ye shal se|here the kyng|after his wyse|come to the halle"),
    ("en", "The word is read [illegible] in A, fa[ther?] in B, and mo[...]er in C; [sic] in D."),
    (
        "en",
        (
            "[fol. 12v] Here begins the second part. [p. 33] The text goes on [leaf torn] to the "
            "end [?]."
        ),
    ),
    ("en", "The scribe of M¹ wrote lond, that of M² land, and B* omits it; cod. P³ and R^2 agree."),
    ("en", "et] and B, om. C; regem] regis AB²; suum ~ patrem P; +dixit M; ||illud|| add. K."),
    ("en", "The text has ⟨et⟩ regem, ⟦non⟧ dixit, †uerba† corrupta and «addita» in the margin."),
    ("en", "He that hath ears to hear, let him hear the \\voice/ of ^his^ master."),
    ("en", "child(ren) and parent(s) came; the work(er)s and (wo)men did (not) sign."),
    ("de", "Der Herr hat [ge]sagt, daß er komm[en] wird, und der Br[uder] soll schrei[ben]."),
    ("de", "und der Ritter/ der da kam/ sprach zu dem König/ er wolle dienen/"),
    ("la", "dom[inus] no[ster] d(ominus) rex Angl[iae], <et> pat(er) su(us)"),
    ("fr", "le r[oi] manda à mons[ieur] le duc, et le se[crétaire] écrivit [la lettre]."),
    # superior letters
    (
        "en",
        (
            "M^r Hale and M^rs Hale came on the 4^th of June, y^e day y^t was fixed; S^r John "
            "y^r serv^t."
        ),
    ),
    ("en", "He died on the 1^st of May and was buried on the 3^d at S^t Mary's, w^ch is near."),
    ("en", "Mʳ Hale and Dʳ Snow, Sᵗ Mary, 4ᵗʰ June, yᵉ house."),
    ("fr", "M^r Duval et M^me Duval, le 1^er mai, à la 2^e chambre; Mᵐᵉ Roux, XIXᵉ siècle, n^o 4."),
    ("fr", "N° 5, 1° la terre, 2° le vent; le nº 7, la 3ª partie; fol. 3 v° et r°."),
    ("es", "El n.º 5, la 1.ª parte, D.ª Juana y M.ª Luisa; el 3.º y la 2ª; N° 8."),
    ("la", "In nomine D^ni nostri, fol. 12 r°, A° 1520, 2° die mensis Maii"),
    # other marks
    ("en", "See § 4 and §§ 5, 6; ¶ 7 begins here. ☞ Note well. № 12, ® and © are new, ™ newer."),
    ("en", "¶ Here beginneth the tale. ¶ And the second part. ☜ Look ❧ and ❦."),
    ("en", "The Kodak® was sold by Harrod’s© and by Brownlow™ in London."),
    ("en", "The † marks the dead: † Wm. Hale, 1812; John Snow † 1830; * 1799, † 1850."),
    (
        "de",
        (
            "Johann Weber (* 1799, † 1850), Maria Weber, geb. Krause, † 1861; §§ 3 und 4 des "
            "BGB, § 12."
        ),
    ),
    ("en", "℞ of opium 2 ʒ, of salt 1 ℥; 3℔ of tea & 2 ℔ of sugar; 2 @ 3d."),
    (
        "en",
        (
            "It lay in lat. 51° 28′ N., long. 0° 12′ 5″ W.; the day was 72° in the shade, −3°C "
            "at night."
        ),
    ),
    ("en", "The board was 5′ 10″ long, 2½ in. thick and ¾ in. wide; 1⅓ lb., 3⅛ per cent., 5%, 7‰."),
    ("en", "It cost £5, $7, 3¢, 4€ or 12¥; £3 17s. 6½d.; the price of 5/- was 2/6 in all."),
    ("en", "We have 3 × 4 = 12, 12 ÷ 4 = 3, 3 + 4 = 7, a ± b, x² + y² = z², a ≤ b, √2 and ∞."),
    ("en", "The air in B♭ passed to E♭ minor, then to F♯ and C♮ before the end."),
    ("en", "Sugar, 2 lb. ... 1s.; tea, ″ ... 3s.; salt, „ ... 2d.; rice, do. ... 4d."),
    ("en", "{ The men of the north } and { the men of the south } met in the field."),
    ("en", "John Snow & Co., Smith & Sons, &c.; salt & pepper, &c., &c."),
    ("en", "black/white, his/her and either/or; c/o Mr. Snow; 3/4 of the men/women; w/o"),
    ("en", "The verse is — ∪ ∪ | — — | and the rest ‖ is lost."),
    # letters, marks over letters, other alphabets
    ("en", "Þe kniȝt fauȝt þat niȝt; ðe eorl was on ðe hyll, and þe quene þouȝte on hym."),
    ("en", "ſome of the ſhips were loſt, and moſt of the men ꝓſons of ꝑſwaſion."),
    ("en", "The names Dvořák, Łódź, Çelebi, Nguyễn, Ōsaka and Māori are spelt with care."),
    ("en", "The word λόγος means word, שלום peace, мир world, and كتاب book."),
    ("en", "He says ἐν ἀρχῇ ἦν ὁ λόγος, and it is so."),
    ("en", "The sound [ʃ] is that of ship, /tʃ/ that of chip, and *wódr̥ is water."),
    ("en", "The vicar (a Mr. Oliphant)* came late,** and his curate† (Mr. Reid)‡ not at all."),
    ("en", "The priest said: ✠ In nomine ✠ et Filii; ℣. Dominus vobiscum. ℟. Et cum spiritu tuo."),
    ("en", "Moon ☾, sun ☉, Mars ♂, Venus ♀, Jupiter ♃; the ☌ of ♀ with ♂ on 4 May."),
    ("en", "The angle ∠ABC is ½ of ∠DEF; ∴ it is small; mail to @home, #5, ~50 and C:\\DOS."),
    ("fr", "Le XVIIIe siècle, n° 4, 1er, 2e, ff. 3 r°-4 v°, in-8°; le XIXᵉ s."),
    ("en", "Captain W⸺ and Mr. ⸺ of B⸺ met Lady H⸻ in the year 17⸺."),
    # Spanish
    ("es", "—¿Adónde vas, hijo? —preguntó el viejo—. ¡Qué noche! ¿No oyes el viento?"),
    ("es", "No quiero —dijo ella— y se fue. —¿Por qué? —¡Porque sí! —respondió, y ¿quién lo duda?"),
    ("es", "¡Ay de mí! ¡Oh, cielos! ¿Y qué? ¿Cómo? ¡Válgame Dios!, exclamó; ¿dónde está?"),
    ("es", "«¿Qué hora es?», dijo. “¡Nunca!”, contestó; (¿sería verdad?), ¡¿cómo no?!"),
    ("en", "The old woman cried, “¿Dónde está mi hijo?” and wept; “¡Dios mío!” she said."),
    # French
    ("fr", "« Où vas-tu ? » dit-il ; « je ne sais pas ! » répondit-elle : « laisse-moi. »"),
    ("fr", "«Où vas-tu?» dit-il; «je ne sais pas!» L'homme, l'enfant, aujourd'hui, qu'il dit."),
    ("fr", "— Oui ! — Non ! — Pourquoi ? — Parce que… « Ah ! » dit-elle."),
    # German
    ("de", "„Komm herein“, sagte er. „Ich will nicht!“ rief sie. ‚Warum?‘ fragte er."),
    (
        "de",
        (
            "»Komm herein«, sagte er. »Ich will nicht!« rief sie. ›Warum?‹ fragte er. «Nein», "
            "sagte sie."
        ),
    ),
    ("de", ",,Komm herein'', sagte er; ,,ich warte.'' Die Ein= und Ausfuhr, der 2te und 3te."),
    # Latin
    (
        "la",
        (
            "Quousque tandem, Catilina, abutêre patientiâ nostrâ? quàm diù etiam furor iste "
            "tuus eludet?"
        ),
    ),
    # English quotation and stops
    ("en", "He said to the boy, ,,Come in,'' and shut the door. ,,I will not,'' said the boy."),
    ("en", "“Stay,” she said; ‘no,’ said he: ‹never› and ‚again‘ and ›once more‹ and »then« too."),
    ("en", '"Stay," she said, "for it is late!"—"No; I go."—"Then go!"'),
    ("en", "What‽ He said… well.... And so . . . to bed !!! ?! Indeed!"),
    ("en", "The * * * of the story is lost; Mr. ***, Lord B**, and the Countess of ——."),
]


@pytest.mark.parametrize(
    ("language", "text"), KEPT, ids=[f"{code}-{text[:40]}" for code, text in KEPT]
)
def test_what_was_set_stays(language: str, text: str) -> None:
    assert clean(text, language=language).text.strip() == text


GONE = [
    # a letter stands in the sign's place
    ("at the age of fif~y years he was an old man", "at the age of fifty years he was an old man"),
    ("it stood b} the old road to the town", "it stood by the old road to the town"),
    ("she went to th© house of her father", "she went to the house of her father"),
    # specks inside words
    ("they took l.ocal men wit~h them to the town", "they took local men with them to the town"),
    # a margin's specks, line after line
    (
        (
            "He came to the to~wn and\n|the old house of h~is\n~father, who t^ook him\nin "
            "a~nd gave h+im bread."
        ),
        "He came to the town and the old house of his father, who took him in and gave him bread.",
    ),
]


@pytest.mark.parametrize(("read", "page"), GONE, ids=[read[:40] for read, _ in GONE])
def test_what_is_plainly_no_sign_goes(read: str, page: str) -> None:
    assert clean(read).text.strip() == page


HELD = [
    "All the strangers.f had gone home to the town, and none of them came again to the house.",
    "He had no ,money in the house, and no friend in the town who would lend him any of it.",
    "He paid to him the sums received> on the last day of the month, and went to the town.",
]


@pytest.mark.parametrize("text", HELD)
def test_what_may_have_been_printed_is_held_at_most(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.text.strip() == text
    assert all(change["verdict"] == "held" for change in cleaned.changes)


@pytest.mark.parametrize(
    ("text", "before", "after", "loss"),
    [
        ("He gave the Serg[ean]t a lett[er] from the", "lett[er]", "letter", Loss.PRINTED),
        ("He gave the Serg[ean]t a lett[er] from the", "lett[er]", "lett[er]s", Loss.NONE),
        ("the wa(t)er rose in the night", "wa(t)er", "water", Loss.PRINTED),
        ("he ha[v]e it by the king", "ha[v]e", "have", Loss.PRINTED),
        ("the bo[o of the king", "bo[o", "boo", Loss.NONE),
        ("brought be. fore the court in the morning", "be. fore", "before", Loss.NONE),
        ("the kyng. and the quene. rode. and men. fore", "men. fore", "menfore", Loss.DOUBTFUL),
        ("M^r Hale and S^r John", "M^r", "Mr", Loss.PRINTED),
        ("Mr. Rich^d Pratt", "Rich^d", "Richard", Loss.PRINTED),
        ("gone bej^ond it", "bej^ond", "beyond", Loss.NONE),
        ("he went to the town a da^y before", "da^y", "day", Loss.DOUBTFUL),
        ("he usuallj^ went everj^ day", "everj^", "every", Loss.NONE),
    ],
)
def test_what_a_reading_loses(text: str, before: str, after: str, loss: Loss) -> None:
    at = text.index(before)
    assert Signs(text, lexicon("en")).loss(at, at + len(before), after) == loss


@pytest.mark.parametrize(("distance", "loss"), [(2, Loss.NONE), (20, Loss.DOUBTFUL)])
def test_specks_near_a_sign_make_it_one_and_specks_far_away_do_not(
    distance: int, loss: Loss
) -> None:
    dirt = "in a~nd ha+d th|e old hou^se of the town. "
    text = dirt + "He went to the town and came home. " * distance + "the sums received~ on the day"
    at = text.index("received~")
    assert Signs(text, lexicon("en")).loss(at, at + len("received~"), "received") == loss


def test_an_editor_may_drop_a_sign() -> None:
    text = "he slept in the forest+ that night, and went to the town in the morning"
    (one,) = Corrector("en").corrections(text)
    assert (one.before, one.verdict) == ("forest+", "held")
    (one,) = Corrector("en", accepted=[("forest+", "forest")]).corrections(text)
    assert one.verdict == "made"
