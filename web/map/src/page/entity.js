// The page of one entity: its records, what each verdict rests on, and how anybody checks it again.

import { amount, duration, percent } from "../chain/amounts.js";
import { clausesOf, wordsOf } from "../chain/claim.js";
import { commandsOf, namesOf, proofFile } from "../chain/proof-file.js";
import { stateOf } from "../chain/rows.js";
import { digest, el, named } from "./dom.js";
import { badge } from "./state.js";
import { keysIn, vouchedFor, zoneOf } from "./table.js";

function save(name, content, type = "text/plain") {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** The buttons that save a record's files, and the commands that check them. */
function again(record, verdict, files) {
  if (!verdict?.evidence?.words || !verdict.shape) {
    return el("p", { class: "why" }, "There is nothing to check again: the page has no proof with all its files.");
  }
  const { evidence } = verdict;
  const names = namesOf(record);
  const trouble = el("p", { class: "why", role: "status" });
  const fetched = (what, name, digestOf) => async () => {
    try {
      save(name, await files.first(what, digestOf, async (bytes) => bytes), "application/octet-stream");
    } catch (error) {
      trouble.textContent = error.message;
    }
  };
  const button = (text, name, onclick) => el("button", { type: "button", "aria-label": `Save the ${text} of epoch ${record.epoch} as ${name}`, onclick }, text);
  return el(
    "div",
    null,
    el(
      "p",
      { class: "files" },
      button("proof", names.proof, () => save(names.proof, proofFile(verdict), "application/json")),
      button("mandate", names.mandate, () => save(names.mandate, evidence.mandate)),
      button("scenario set", names.set, fetched("scenario set", names.set, evidence.set)),
      button("key", names.key, fetched("key", names.key, evidence.keys)),
    ),
    el("pre", { tabindex: "0", "aria-label": `Commands that check epoch ${record.epoch} again` }, commandsOf(record, evidence).join("\n")),
    trouble,
  );
}

function restsOn(verdict) {
  if (!verdict?.restsOn?.length) {
    return null;
  }
  const items = verdict.restsOn.map(({ what, how, note }) => el("li", null, el("strong", null, what), `: ${how}. ${note}`));
  return el("details", null, el("summary", null, "What the verdict rests on"), el("ul", null, items));
}

/** Returns the net asset value that a feed shows, in words. */
function valueIn({ nav, currency }) {
  return nav === null ? "not known: no feed shows it" : `${amount(nav.nav, currency)} as of ${new Date(nav.asOf * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC; a custodian signed it, and nothing proves it`;
}

function recordOf(record, row, view, files) {
  const verdict = view.verdicts.get(record.id);
  const { state, why } = record.id === row.record.id ? row : stateOf(record, verdict, view);
  const terms = view.state.mandates.get(record.mandate)?.terms;
  const bounds = terms ? clausesOf(terms, record) : [];
  const says = { verified: "at most", stale: "was at most" }[state];
  return el(
    "li",
    { "data-state": state },
    el("h4", null, `Epoch ${record.epoch}`, " ", badge(state)),
    el("p", { class: "why" }, why),
    el("p", null, bounds.map(({ measure, confidence, bound, floor }) => `${percent(confidence)} ${measure} ${says ? `${says} ${amount(bound, row.currency)}${floor > 0n ? `, at least ${amount(floor, row.currency)}` : ""}` : "is not proven here"}`).join("; ")),
    el("p", { class: "why" }, `Block ${record.block}; `, record.expires > view.now ? `stands for another ${duration(record.expires - view.now)}` : `expired ${duration(view.now - record.expires)} ago`, "; commitment ", digest(`0x${record.commitment.toString(16).padStart(64, "0")}`)),
    restsOn(verdict),
    again(record, verdict, files),
  );
}

/** What the page of an entity shows, as text: it is drawn again when this changes, so that nobody loses a place for nothing. */
export const shownOf = (rows, view) =>
  JSON.stringify(
    rows.map((row) => [row.state, row.why, row.title, row.currency, row.zone, row.custodian?.state, row.nav, row.records.map(({ id }) => [id, view.verdicts.get(id)?.state])]),
    (_, value) => (typeof value === "bigint" ? `${value}` : value),
  );

/** Shows an entity. Returns its heading, for the focus. */
export function showEntity(place, address, rows, view, files) {
  const [first] = rows;
  const heading = el("h2", { tabindex: "-1" }, first?.name ? named(first.name) : "Entity without a declared name");
  const back = el("p", null, el("a", { href: "#/" }, "All entities"));
  if (!first) {
    place.replaceChildren(back, heading, el("p", null, "No record of this entity was read."), el("p", null, digest(address, 42)));
    return heading;
  }
  const mandates = rows.map((row) => {
    const clauses = row.clauses.map((clause) => el("li", null, wordsOf(clause, row.currency)));
    return el(
      "section",
      null,
      el("h3", null, row.title ? named(row.title) : "Mandate without its document"),
      el("ul", null, clauses),
      el("dl", null, el("dt", null, "State"), el("dd", null, badge(row.state), el("span", { class: "why" }, row.why)), el("dt", null, "Zone"), el("dd", null, zoneOf(row.zone)), el("dt", null, "Book"), el("dd", null, vouchedFor(row.custodian)), el("dt", null, "Net asset value"), el("dd", null, valueIn(row)), el("dt", null, "Mandate"), el("dd", null, digest(row.mandate, 66)), el("dt", null, "Key"), el("dd", null, digest(row.keys.digest ?? "", 64), el("span", { class: "why" }, keysIn(row.keys)))),
      el("ol", { class: "records" }, row.records.map((record) => recordOf(record, row, view, files))),
    );
  });
  place.replaceChildren(back, heading, el("p", null, first.place ? named(first.place.name) : "place not declared", " ", digest(address, 42)), ...mandates);
  return heading;
}
