// The map: a picture of the table. It comes after the table, and says nothing that the table does not say.

import { geoEqualEarth, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import world from "world-atlas/countries-110m.json";

import { STATES } from "../chain/rows.js";
import { el, svg } from "./dom.js";

const WIDTH = 960;
const HEIGHT = 470;
/** Shapes, so that states differ without colour. */
const SHAPES = { verified: "M0-7A7 7 0 1 1 0 7A7 7 0 1 1 0-7Z", refused: "M-7-7H7V7H-7Z", "not-checked": "M0-9L9 7H-9Z", stale: "M0-9L9 0L0 9L-9 0Z" };

export class Picture {
  #projection = geoEqualEarth().fitSize([WIDTH, HEIGHT], { type: "Sphere" });
  #marks = svg("g", null);
  #place;
  #shown = "";

  constructor(place) {
    this.#place = place;
    const path = geoPath(this.#projection).digits(1);
    const land = svg("path", { class: "land", d: path(feature(world, world.objects.land)) });
    const borders = svg("path", { class: "borders", d: path(mesh(world, world.objects.countries, (one, other) => one !== other)) });
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": "Entities at their declared places" }, land, borders, this.#marks);
    const legend = el("ul", { class: "legend" }, Object.entries(STATES).map(([state, words]) => el("li", null, svg("svg", { viewBox: "-10 -10 20 20", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { class: `mark ${state}`, d: SHAPES[state] })), ` ${words}`)));
    place.replaceChildren(el("div", { class: "picture" }, picture), legend, el("p", { class: "why" }));
  }

  show(rows) {
    const placed = rows.filter(({ place }) => place && place.longitude !== null);
    const shown = JSON.stringify(placed.map(({ key, state, name, place }) => [key, state, name, place]));
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    const marks = placed.map((row) => {
      const [x, y] = this.#projection([row.place.longitude, row.place.latitude]);
      const label = `${row.name ?? row.entity}, ${row.place.name}: ${STATES[row.state]}`;
      return svg("a", { href: `#/entity/${row.entity}`, "aria-label": label, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, svg("title", null, label), svg("path", { class: `mark ${row.state}`, d: SHAPES[row.state] }));
    });
    this.#marks.replaceChildren(...marks);
    const missing = rows.length - placed.length;
    this.#place.lastElementChild.textContent = missing > 0 ? `${missing} of ${rows.length} rows have no declared place, and are in the table alone.` : "";
  }
}
