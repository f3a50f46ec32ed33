// The fields of values that the reader knows.

import { byId, el } from "./elements.js";
import { PINS, tidy, wrong } from "./pins.js";

const HINTS = {
  keys: "From whoever ran the ceremony or made the keys, never from the prover alone. Without it, nothing is valid.",
  terms: "For a bundle: without it or your own file, nothing is valid.",
  scenarios: "For a bundle: as above, unless the mandate names the set by its digest.",
  context: "If the proof has to be bound to a use: 0x and 64 hex digits.",
  seed: "If the scenarios have to be drawn with it: 64 hex digits.",
  attestors: "Who must have vouched for every commitment, one on a line: ed25519:…, p256:… or secp256k1:…",
  subject: "Whose holdings the attestations must be about: 0x and 64 hex digits.",
};
const TITLES = {
  keys: "Digest of the keys",
  terms: "Digest of the mandate or deal",
  scenarios: "Digest of the scenario set",
  context: "Context",
  seed: "Seed",
  attestors: "Keys of attestors",
  subject: "Subject of attestations",
};

export class Form {
  #inputs = {};
  #notes = {};
  #unconfirmed = new Set();
  #changed;

  /** Puts the fields into their places, and calls `changed` when a value has changed. */
  constructor(changed) {
    this.#changed = changed;
    for (const name of Object.keys(PINS)) {
      byId(["keys", "terms", "scenarios"].includes(name) ? "digests" : "more").append(this.#field(name));
    }
  }

  /** The values, tidied. */
  get values() {
    return Object.fromEntries(Object.entries(this.#inputs).map(([name, input]) => [name, tidy(name, input.value)]));
  }

  /** Names of the fields whose values came with the link, and that the reader has not confirmed. */
  get unconfirmed() {
    return this.#unconfirmed;
  }

  /** Sets all fields: those of a link's values, and the others to nothing. */
  reset(values) {
    for (const [name, input] of Object.entries(this.#inputs)) {
      input.value = values[name] ?? "";
      this.#unconfirmed.delete(name);
      if (input.value !== "") {
        this.#unconfirmed.add(name);
      }
      this.#note(name);
    }
    byId("further").open ||= Object.keys(values).some((name) => !["keys", "terms", "scenarios"].includes(name));
  }

  #field(name) {
    const id = `pin-${name}`;
    const attributes = {
      id,
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": `${id}-hint ${id}-note`,
    };
    // Two rows, so that the whole of a digest is seen. The placeholder marks an empty field for the style.
    const input = el("textarea", {
      ...attributes,
      rows: 2,
      placeholder: " ",
      oninput: () => {
        this.#unconfirmed.delete(name);
        this.#note(name);
        this.#changed();
      },
    });
    this.#inputs[name] = input;
    this.#notes[name] = el("div", { id: `${id}-note`, class: "note" });
    return el(
      "div",
      { class: "field" },
      el("label", { for: id }, TITLES[name]),
      el("p", { class: "hint", id: `${id}-hint` }, HINTS[name]),
      input,
      this.#notes[name],
    );
  }

  #note(name) {
    const fault = wrong(name, this.values[name]);
    this.#inputs[name].setAttribute("aria-invalid", String(fault !== undefined));
    if (fault) {
      this.#notes[name].replaceChildren(el("p", { class: "open" }, fault));
    } else if (this.#unconfirmed.has(name)) {
      this.#notes[name].replaceChildren(this.#confirmation(name));
    } else {
      this.#notes[name].replaceChildren();
    }
  }

  /** A box to confirm a link's value: whoever sent the link may be the prover. */
  #confirmation(name) {
    const box = el("input", {
      type: "checkbox",
      onchange: () => {
        if (box.checked) {
          this.#unconfirmed.delete(name);
        } else {
          this.#unconfirmed.add(name);
        }
        this.#changed();
      },
    });
    return el(
      "label",
      { class: "confirm" },
      box,
      el("span", {}, "It came with the link. I have the same from somebody other than the prover."),
    );
  }
}
