// The header: which chain and ledger, how old the newest block is, how much was verified, what is pinned; and the sums.

import { duration } from "../chain/amounts.js";
import { digest, el, named } from "./dom.js";

/** Returns the tally in words. */
export function tallyOf({ verified, all, refused, stale, notChecked }) {
  if (all === 0) {
    return "Nothing is verified yet.";
  }
  const rest = [
    [refused, "refused"],
    [stale, "stale"],
    [notChecked, "not checked"],
  ].filter(([count]) => count > 0);
  return `${verified} of ${all} verified in this browser${rest.map(([count, name]) => `, ${count} ${name}`).join("")}.`;
}

/** Shows what is known of chain, nodes and pins. */
export function showFacts(place, config, view) {
  const { head, clock, second, takenBack, isBehind, pins } = view;
  const block = head ? `${head.number}, ${duration(clock - head.time)} old${isBehind ? "; the node is behind what it showed before" : ""}` : "not known";
  const unreadable = view.state.unreadable.length;
  const nodes = second === null ? "one; a second one would show what the first leaves out" : `two; the second ${second}`;
  const facts = [
    ["Chain", [named(config.name || "unnamed"), ` ${config.chainId}`]],
    ["Ledger", [digest(config.ledger, 42)]],
    ["Newest block", [block, takenBack > 0 ? `; a reorganisation took ${takenBack} events back` : null, unreadable > 0 ? `; ${unreadable} events cannot be read` : null]],
    ["Nodes", [nodes]],
    ["Pinned keys", [el("ul", { class: "lines" }, [...pins.values()].map(({ digest: key, source }) => el("li", null, digest(key), ` by ${source || "this page's configuration"}`)))]],
  ];
  place.replaceChildren(...facts.flatMap(([name, content]) => [el("dt", null, name), el("dd", null, content)]));
}
