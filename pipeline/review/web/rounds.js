// The rounds of a team: who is on which page, who may validate one, which page comes next.

import { state } from "./state.js";
import { t } from "./texts.js";

/** The other editors who are on a page. */
export function present(page) {
  const on = Object.entries(state.server.on);
  return on.filter(([who, at]) => at === page && who !== state.who).map(([who]) => who);
}

/** Who else is on a page, in words. */
export function company(page) {
  const names = present(page);
  if (!names.length) return "";
  return names.length === 1
    ? t("{who} is on this page", { who: names[0] })
    : t("{who} are on this page", { who: names.join(", ") });
}

/** Why this editor may not validate a page; empty if they may. */
export function barred({ by }) {
  if (!state.team) return "";
  if (by === null)
    return t(
      "Nobody has marked this page as reviewed: in a team, one editor reviews a page, " +
        "another validates it.",
    );
  return by === state.who
    ? t("You marked this page yourself: in a team, another editor validates it.")
    : "";
}

/**
 * The next page for this editor, -1 if there is none: first those with changes to review, then
 * those that nobody has marked, then those that others have reviewed. Pages that others are on are
 * passed over.
 */
export function nextPage(from) {
  const { pages } = state.server;
  const free = pages
    .map((_, i) => (from + 1 + i) % pages.length)
    .filter((i) => i !== from && !present(i).length);
  const rounds = [
    (page) => page.state === "proposed",
    (page) => page.by === null,
    (page) => page.state !== "validated" && page.by !== state.who,
  ];
  const found = rounds.map((fits) => free.find((i) => fits(pages[i])));
  return found.find((i) => i !== undefined) ?? -1;
}
