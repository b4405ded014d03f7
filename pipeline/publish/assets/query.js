// What a search asks for, and where a text has it: shared by the library page and the reading page.
"use strict";
const emendQuery = (() => {
  const fold = (s) =>
    s
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase();
  const words = (s) => fold(s).match(/[\p{L}\p{N}]+/gu) ?? [];
  // The words of a text, folded, each with its place in it
  const tokens = (text) =>
    [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].flatMap((found) =>
      words(found[0]).map((word) => ({
        word,
        from: found.index,
        to: found.index + found[0].length,
      })),
    );
  // Words, "phrases", beginnings*; well-known and don't are phrases too. `p. 12` asks for a page.
  const parse = (asked) => {
    const page = /^\s*(?:pp?|page|s|seite)[.\s]\s*(\[?(?:\d+\w?|[ivxlcdm]+)\]?)\s*$/i.exec(asked);
    const terms = [];
    for (const [whole, quoted, bare] of asked.matchAll(
      /["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)/gu,
    )) {
      const found = words(quoted ?? bare);
      if (found.length)
        terms.push({ words: found, prefix: /\*\W*$/u.test(quoted ?? bare), said: whole.trim() });
    }
    return { terms, page: page?.[1] ?? "" };
  };
  // Where some tokens have a term: pairs of places in the text
  const spans = (list, term) => {
    const found = [],
      end = term.words.length - 1;
    for (let i = 0; i + end < list.length; i++)
      if (
        term.words.every((word, j) =>
          term.prefix && j === end ? list[i + j].word.startsWith(word) : list[i + j].word === word,
        )
      )
        found.push([list[i].from, list[i + end].to]);
    return found;
  };
  return { fold, words, tokens, parse, spans };
})();
