// Sums of expected shortfalls, with what each covers and its gearing.

import { amount, percent } from "../chain/amounts.js";
import { digest, el } from "./dom.js";

const NOTE =
  "Only verified bounds on expected shortfall are summed, over one key, one scenario set, one confidence and one currency. Value at risk is not subadditive and is never summed.";

/** Returns the gearing of a sum in words: known only if a feed shows the net asset value of every book. */
function gearingIn({ gearing: { ratio, nav, valued }, books, currency }) {
  if (ratio !== null) {
    return `Gearing: at most ${percent(ratio)} of the net asset value, ${amount(nav, currency)}, which custodians signed; nothing proves that value. `;
  }
  const found = valued === 0 ? "no feed shows a net asset value" : `feeds show the net asset value of ${valued} of ${books} books`;
  return `Gearing: not known, since ${found}. `;
}

/** Shows sums of expected shortfalls. */
export function showSums(place, sums) {
  const list = sums.map((sum) => {
    const { words, bound, currency, entities, of, books, scenarios } = sum;
    const covers = `: sum of bounds, ${words}, of ${books} ${books === 1 ? "book" : "books"}. Covers ${entities} of ${of} entities that have such a clause. `;
    return el("li", null, el("strong", null, `At most ${amount(bound, currency)}`), covers, gearingIn(sum), "Scenarios ", digest(scenarios));
  });
  place.replaceChildren(el("p", { class: "why" }, NOTE), list.length > 0 ? el("ul", null, list) : el("p", null, "Nothing can be summed at present."));
}
