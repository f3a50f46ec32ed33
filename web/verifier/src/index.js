// The verifier: keys, scenarios, mandates, deals and commitments are decoded once, and proofs are checked against them.

import { FULL_MODULE, HereHost, MODULE, WorkerHost, compiled } from "./hosts.js";

/** A file that was refused: it is malformed, or its digest is not the pinned one. `code` says which. */
export class RefusedFile extends Error {
  constructor(code, reason) {
    super(reason);
    this.name = "RefusedFile";
    this.code = code;
  }
}

/** The module trapped: nothing is said about the file. The next call finds a new instance. */
export class VerifierFailed extends Error {
  constructor(cause) {
    super("verifier failed", { cause });
    this.name = "VerifierFailed";
    this.code = "verifier-failed";
  }
}

/** A file that was decoded. Its fields are what the module says of it. */
class Thing {
  #owner;
  #number;

  constructor(owner, number, about) {
    this.#owner = owner;
    this.#number = number;
    Object.assign(this, about);
    Object.freeze(this);
  }

  /** Returns the number of `thing`, which `owner` must have decoded and which must be a `kind`. */
  static number(thing, kind, owner) {
    if (!(thing instanceof kind)) {
      throw new TypeError(`expected ${kind.called} of this verifier`);
    }
    if (thing.#owner !== owner) {
      throw new TypeError(`${kind.called} of another verifier`);
    }
    return thing.#number;
  }
}

export class Keys extends Thing {
  static called = "keys";
}
export class Scenarios extends Thing {
  static called = "a scenario set";
}
export class Mandate extends Thing {
  static called = "a mandate";
}
export class Deal extends Thing {
  static called = "a deal";
}
export class Commitment extends Thing {
  static called = "a commitment";
}

const encoder = new TextEncoder();

/** Returns the bytes of a file: bytes, or the text of one. */
function bytesOf(file, name) {
  if (typeof file === "string") {
    return encoder.encode(file);
  }
  if (file instanceof ArrayBuffer) {
    return new Uint8Array(file.slice(0));
  }
  if (ArrayBuffer.isView(file)) {
    return new Uint8Array(file.buffer, file.byteOffset, file.byteLength).slice();
  }
  throw new TypeError(`${name}: expected bytes or a text`);
}

/** Returns a digest: 64 lower-case hex digits. */
function digestOf(digest, name) {
  if (typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest)) {
    throw new TypeError(`${name}: expected a digest, 64 lower-case hex digits`);
  }
  return digest;
}

/** Returns an object with no names but these. A misspelt expectation would not be checked. */
function only(object, names, what) {
  if (typeof object !== "object" || object === null) {
    throw new TypeError(`${what}: expected an object`);
  }
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) {
      throw new TypeError(`${what}: '${name}' is not known; ${names.join(", ")} are`);
    }
  }
  return object;
}

const CLAIM = ["keys", "market", "mandate", "deal"];
const EXPECTED = ["commitment", "context", "scenarioPoint", "seed", "withdrawn", "attestors"];
const ATTESTORS = ["keys", "attestations", "subject", "at", "revoked"];

export class Verifier {
  #host;
  #last = 0;

  /**
   * Loads the module.
   * @param {{ full?: boolean, module?: URL | BufferSource | WebAssembly.Module, worker?: boolean }} [options]
   */
  static async load(options = {}) {
    const { full = false, module: source } = only(options, ["full", "module", "worker"], "load");
    const module = await compiled(source ?? (full ? FULL_MODULE() : MODULE()));
    const verifier = new Verifier();
    verifier.#host = options.worker === false ? new HereHost(module) : await WorkerHost.start(module);
    return verifier;
  }

  /** Decodes a verifying key, whose digest is pinned: get it from somebody other than the prover. */
  async keys(file, options) {
    const { digest } = only(options, ["digest"], "keys");
    return this.#decode(Keys, "keys", file, { digest: digestOf(digest, "keys") });
  }

  /** Decodes a scenario set. */
  async scenarios(file, options = {}) {
    return this.#decode(Scenarios, "scenarios", file, pin(options, "scenarios"));
  }

  /** Decodes a mandate. */
  async mandate(file, options = {}) {
    return this.#decode(Mandate, "mandate", file, pin(options, "mandate"));
  }

  /** Decodes a deal. */
  async deal(file, options = {}) {
    return this.#decode(Deal, "deal", file, pin(options, "deal"));
  }

  /** Decodes a commitment file. */
  async commitment(file) {
    return this.#decode(Commitment, "commitment", file, {});
  }

  /** Checks a proof file. */
  async verify(question) {
    only(question, [...CLAIM, "proof", ...EXPECTED], "verify");
    const { request, things } = this.#asked(question);
    return this.#check({ op: "verify", ...request }, bytesOf(question.proof, "proof"), things);
  }

  /** Checks a proof as a contract takes it: the words of `verifyProof`, or its calldata. */
  async verifyEvent(question) {
    const { request, things } = this.#call(question, "verifyEvent");
    return this.#check({ op: "verify-call", ...request }, undefined, things);
  }

  /**
   * Checks many proofs as contracts take them, all under the same keys: the result of each is that of `verifyEvent`, and their
   * pairings are computed together.
   */
  async verifyEvents(questions) {
    if (questions.length === 0) {
      return [];
    }
    const asked = questions.map((question) => this.#call(question, "verifyEvents"));
    const { keys } = asked[0].things;
    if (asked.some(({ things }) => things.keys !== keys)) {
      throw new TypeError("verifyEvents: the proofs are under one key");
    }
    const calls = asked.map(({ request, things: { keys: _, ...things } }) => ({ request, things }));
    // Nobody who made a proof knows it: false equations would have to cancel under it.
    const entropy = hexOf(crypto.getRandomValues(new Uint8Array(32)));
    const answer = await this.#host.run({ kind: "checkMany", request: { op: "verify-calls", entropy }, things: { keys }, calls });
    return answer.trap ? questions.map(() => failed()) : this.#answer(answer).results;
  }

  /** Says whether a mandate allows a scenario set, before any proof: its rule for sets, its currency, what its clauses need. */
  async allows(claim) {
    only(claim, ["market", "mandate"], "allows");
    const things = { mandate: Thing.number(claim.mandate, Mandate, this), scenarios: Thing.number(claim.market, Scenarios, this) };
    const { allowed, verdict, code, reason } = this.#answer(await this.#host.run({ kind: "check", request: { op: "allows" }, things }));
    return { allowed, verdict, code, reason };
  }

  /** Checks a bundle. Its keys must be the pinned ones, and what nobody pins makes the result not valid. */
  async verifyBundle(file, question) {
    const { digests, ...rest } = only(question, ["digests", ...EXPECTED], "verifyBundle");
    const { keys, mandate, deal, scenarios } = only(digests, ["keys", "mandate", "deal", "scenarios"], "digests");
    const optional = (digest, name) => (digest === undefined ? undefined : digestOf(digest, name));
    if (mandate !== undefined && deal !== undefined) {
      throw new TypeError("digests: a bundle has a mandate or a deal");
    }
    const pins = {
      keys: digestOf(keys, "digests.keys"),
      terms: optional(mandate, "digests.mandate") ?? optional(deal, "digests.deal"),
      scenarios: optional(scenarios, "digests.scenarios"),
    };
    const { expected, things } = this.#expected(rest);
    return this.#check({ op: "verify-bundle", pins, ...expected }, bytesOf(file, "bundle"), things);
  }

  /** Returns the versions of the module and of the formats that it reads. */
  async about() {
    return this.#answer(await this.#host.run({ kind: "about" }));
  }

  /** Forgets a decoded file. */
  async release(thing) {
    const number = Thing.number(thing, Thing, this);
    this.#answer(await this.#host.run({ kind: "release", thing: number }));
  }

  /** Ends the worker. */
  async close() {
    await this.#host.close();
  }

  async #decode(kind, op, file, options) {
    const thing = (this.#last += 1);
    const task = { kind: "decode", thing, request: { op, ...options }, file: bytesOf(file, op) };
    const { ok, ...about } = this.#answer(await this.#host.run(task));
    return new kind(this, thing, about);
  }

  #answer(answer) {
    if (answer.trap) {
      throw new VerifierFailed(answer.cause);
    }
    if (!answer.ok) {
      throw answer.code === "use" ? new TypeError(answer.reason) : new RefusedFile(answer.code, answer.reason);
    }
    return answer;
  }

  async #check(request, file, things) {
    const answer = await this.#host.run({ kind: "check", request, file, things });
    return answer.trap ? failed() : this.#answer(answer).result;
  }

  /** Returns the request about a proof as a contract takes it, and the things whose handles it takes. */
  #call(question, what) {
    const of = ["words", "controls", "calldata", "subBooks"];
    only(question, [...CLAIM, ...of, ...EXPECTED], what);
    const { words, controls, calldata, subBooks, ...rest } = question;
    if ((calldata === undefined) === (words === undefined || controls === undefined)) {
      throw new TypeError(`${what}: give words and controls, or the calldata`);
    }
    const { request, things } = this.#asked(rest);
    return { request: { ...request, proof: words, controls, calldata, sub_books: subBooks }, things };
  }

  /** Returns the request about a claim, and the things whose handles it takes. */
  #asked({ keys, market, mandate, deal, proof, ...rest }) {
    const { expected, things } = this.#expected(rest);
    things.keys = Thing.number(keys, Keys, this);
    const terms = { mandate: [mandate, Mandate], deal: [deal, Deal], scenarios: [market, Scenarios] };
    for (const [place, [thing, kind]] of Object.entries(terms)) {
      if (thing !== undefined) {
        things[place] = Thing.number(thing, kind, this);
      }
    }
    return { request: expected, things };
  }

  #expected({ commitment, context, scenarioPoint, seed, withdrawn, attestors }) {
    const things = {};
    if (commitment !== undefined) {
      const named = Array.isArray(commitment) ? commitment : [commitment];
      if (named.length === 0) {
        throw new TypeError("commitment: the list is empty; leave it out to accept any commitment");
      }
      things.commitments = named.map((one) => Thing.number(one, Commitment, this));
    }
    const asked = attestors === undefined ? undefined : { ...only(attestors, ATTESTORS, "attestors") };
    return { expected: { context, scenario_point: scenarioPoint, seed, withdrawn, attestors: asked }, things };
  }
}

/** Returns the result of a check in which the module trapped: it is no verdict. */
const failed = () => ({ valid: false, verdict: false, code: "verifier-failed", reason: "verifier failed" });

const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function pin(options, name) {
  const { digest } = only(options, ["digest"], name);
  return digest === undefined ? {} : { digest: digestOf(digest, name) };
}
