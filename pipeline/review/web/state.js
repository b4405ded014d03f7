// What the page knows. `server` is the last state that the server sent.

export const state = {
  texts: [],
  languages: {},
  id: "",
  who: "",
  fixed: false,
  team: false,
  server: null,
};

// The columns of a group's row, as in GroupRow of pipeline/review/serve/rows.py.
export const FORM = 0,
  AFTER = 1,
  KIND = 2,
  PLACES = 3,
  OPEN = 4,
  MADE = 5,
  ACCEPTED = 6,
  REFUSED = 7,
  WORTH = 8,
  SURE = 9,
  RULE = 10,
  START = 11,
  MISREADING = 12;
