// The table: a row for each entity and mandate. Few rows are drawn in one frame, and only those that changed.

import { amount, duration, percent } from "../chain/amounts.js";
import { ORDERS } from "../chain/rows.js";
import { digest, el, named } from "./dom.js";
import { badge } from "./state.js";

const COLUMNS = ["State", "Entity", "Mandate", "Limit", "Proven bound", "Headroom", "Age", "Zone", "Book", "Keys"];
/** Rows that are drawn in one frame. */
const AT_ONCE = 20;

const lines = (texts) => el("ul", { class: "lines" }, texts.map((text) => el("li", null, text)));

/** Returns a sentence with long digests cut short: the page of the entity has all of them. */
const short = (text) => text.replace(/\b(0x)?([0-9a-f]{12})[0-9a-f]{20,}\b/g, "$1$2…");

/** Returns the cells of a row, each as a list of contents. */
function contents(row) {
  const { clauses, currency } = row;
  return [
    [badge(row.state), el("span", { class: "why" }, short(row.why))],
    [el("a", { href: `#/entity/${row.entity}` }, row.name ? named(row.name) : digest(row.entity)), row.name ? digest(row.entity) : el("span", { class: "why" }, "no declared name"), el("span", { class: "place" }, row.place ? named(row.place.name) : "no declared place")],
    [row.title ? named(row.title) : digest(row.mandate), lines(clauses.map(({ measure, confidence }) => `${percent(confidence)} ${measure}`)), row.title === null && row.documentMissing ? el("span", { class: "why" }, "its document was not found") : null],
    [lines(clauses.map(({ limit }) => amount(limit, currency)))],
    [lines(clauses.map(({ bound }) => boundOf(bound, row)))],
    [lines(clauses.map(({ headroom }) => headroomOf(headroom, row)))],
    [row.age === null ? "not known" : `${duration(row.age)} of ${duration(row.maximum)}`],
    [zoneOf(row.zone)],
    [vouchedFor(row.custodian)],
    [row.keys.digest ? digest(row.keys.digest, 10) : "not known", el("span", { class: "why" }, keysAre(row.keys))],
  ];
}

/** Words for the state of a bound: one that is stale was proven, and says nothing of today. */
const SAYS = { verified: "at most", stale: "was at most" };

const boundOf = (bound, { state, currency }) => (SAYS[state] ? `${SAYS[state]} ${amount(bound, currency)}` : "none proven here");

function headroomOf(headroom, { state, currency }) {
  if (headroom === null || state !== "verified") {
    return "not proven";
  }
  return `${amount(headroom.least)} to ${amount(headroom.most, currency)}`;
}

export function zoneOf(zone) {
  if (zone === null) {
    return "not read";
  }
  const { name, proved, exceedances, silent } = zone;
  const days = `${exceedances} exceedances in ${proved} proved rows, ${silent} silent`;
  return el("span", null, el("span", { class: `zone ${name}` }, name === "none" ? "no zone" : name), el("span", { class: "why" }, proved + silent === 0 ? "no row is settled" : days));
}

/** Returns who vouches for the book behind a commitment. */
export function vouchedFor(custodian) {
  if (custodian === null) {
    return "not looked at";
  }
  const { state, who, about, why } = custodian;
  if (state === "none") {
    return el("span", null, "nobody vouches for it", el("span", { class: "why" }, "the mandate names no custodian"));
  }
  const facts = `${about.join(", ")}: ${state === "signed" ? "signature checked here" : `not checked: ${why}`}`;
  return el("span", null, "by ", digest(who, 10), el("span", { class: "why" }, facts));
}

/** Returns in few words where keys are from. */
function keysAre({ pin, kind }) {
  return pin === null ? "not pinned" : `pinned${kind ? `; ${kind === "ceremony" ? "of a ceremony" : kind === "development" ? "development keys" : "over unknown powers"}` : ""}`;
}

/** Returns where keys are from. */
export function keysIn({ digest: key, pin, says }) {
  if (key === null) {
    return "";
  }
  if (pin === null) {
    return "not pinned";
  }
  return `pinned by ${pin.source || "this page's configuration"}${says ? `; the key's header says: ${says}` : ""}`;
}

/** What a row shows, as text: rows that show the same are not drawn again. */
function shownOf({ state, why, name, place, title, currency, clauses, age, maximum, zone, keys, custodian, documentMissing }) {
  const bounds = clauses.map(({ measure, confidence, limit, bound, floor }) => `${measure} ${confidence} ${limit} ${bound} ${floor}`);
  const zones = zone && `${zone.name} ${zone.proved} ${zone.exceedances} ${zone.silent}`;
  const parts = [state, why, name, place?.name, title, currency, ...bounds, age === null ? null : duration(age), maximum, zones, custodian?.state, custodian?.who, keys.digest, keys.kind, keys.pin !== null, documentMissing];
  return parts.join("\u0000");
}

export class Table {
  #body;
  #count;
  #drawn = new Map();
  #wanted = [];
  #frame = 0;
  #rows = [];
  #choice = { find: "", which: "", order: "name" };

  constructor(place) {
    this.#body = el("tbody", { role: "rowgroup" });
    this.#count = el("p", { class: "why" }, "No record was read yet.");
    const head = el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map((name) => el("th", { scope: "col", role: "columnheader" }, name))));
    const table = el("table", { role: "table", "aria-labelledby": "rows-title" }, head, this.#body);
    place.replaceChildren(this.#count, el("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Table of entities" }, table));
  }

  /** Says which rows are shown, and in which order. */
  choose(choice) {
    Object.assign(this.#choice, choice);
    this.show(this.#rows);
  }

  show(rows) {
    this.#rows = rows;
    const { find, which, order } = this.#choice;
    const wanted = find.trim().toLowerCase();
    const has = (row) => [row.name, row.entity, row.place?.name, row.title].some((text) => text?.toLowerCase().includes(wanted));
    this.#wanted = rows.filter((row) => (which === "" || row.state === which) && (wanted === "" || has(row))).sort(ORDERS[order]);
    const all = rows.length === this.#wanted.length ? "" : ` of ${rows.length}`;
    this.#count.textContent = rows.length === 0 ? "No record was read yet." : `${this.#wanted.length}${all} rows`;
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  /** Draws until so many rows are new, and the rest in the next frames. */
  #draw() {
    let left = AT_ONCE;
    const keys = new Set(this.#wanted.map(({ key }) => key));
    for (const [key, { element }] of this.#drawn) {
      if (!keys.has(key)) {
        element.remove();
        this.#drawn.delete(key);
      }
    }
    let place = this.#body.firstElementChild;
    for (const row of this.#wanted) {
      const shown = shownOf(row);
      let drawn = this.#drawn.get(row.key);
      if (!drawn || drawn.shown !== shown) {
        if (left === 0) {
          this.#frame = requestAnimationFrame(() => this.#draw());
          return;
        }
        left -= 1;
        drawn = this.#made(row, shown, drawn?.element);
        place = place === null || place.isConnected ? place : drawn.element;
      }
      if (drawn.element === place) {
        place = place.nextElementSibling;
      } else {
        this.#body.insertBefore(drawn.element, place);
      }
    }
  }

  #made(row, shown, old) {
    const cells = contents(row).map((content, index) => {
      const attributes = { "data-label": COLUMNS[index], role: index === 1 ? "rowheader" : "cell", ...(index === 1 ? { scope: "row" } : {}) };
      return el(index === 1 ? "th" : "td", attributes, content);
    });
    // A row keeps its element, and a link in it the focus.
    const hasFocus = old?.contains(document.activeElement);
    const element = old ?? el("tr", { role: "row", "data-entity": row.entity });
    element.replaceChildren(...cells);
    element.setAttribute("data-state", row.state);
    if (hasFocus) {
      element.querySelector("a")?.focus();
    }
    const drawn = { element, shown };
    this.#drawn.set(row.key, drawn);
    return drawn;
  }
}
