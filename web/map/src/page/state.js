// States in words and signs. A colour alone says nothing.

import { STATES } from "../chain/rows.js";
import { el } from "./dom.js";

const SIGNS = { verified: "✓", refused: "✕", "not-checked": "?", stale: "◷" };

/** Returns a state with its sign. */
export const badge = (state) =>
  el("span", { class: `state ${state}` }, el("span", { "aria-hidden": "true", class: "sign" }, SIGNS[state]), ` ${STATES[state]}`);
