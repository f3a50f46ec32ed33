// The verifier: keys, scenarios, mandates, deals and commitments are decoded once, and proofs are checked against them.

import { FULL_MODULE, HALO2_MODULE, HereHost, MODULE, WorkerHost, compiled } from "./hosts.js";

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

/**
 * The module that checks halo2 was asked for, and is not there, or is of another version: nothing
 * is said about the file.
 */
export class NoHalo2Module extends Error {
  constructor(cause) {
    super(
      "keys and proofs of halo2 need the module tailproof_verifier_halo2.wasm, which could not be loaded " +
        `(${cause?.message ?? cause}): name it by Verifier.load({ halo2 }), or use tailproof verify`,
      { cause },
    );
    this.name = "NoHalo2Module";
    this.code = "no-halo2-module";
  }
}

/**
 * The full module was asked for, and is not there, or is of another version: nothing is said about
 * the file.
 */
export class NoFullModule extends Error {
  constructor(cause) {
    super(
      "the small module has no code for this, and the full one, tailproof_verifier_full.wasm, could not be loaded " +
        `(${cause?.message ?? cause}): name it by Verifier.load({ full })`,
      { cause },
    );
    this.name = "NoFullModule";
    this.code = "no-full-module";
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

/** What only the small module exports. */
const DEFERRED = "tailproof_deferred";

/** The name of halo2 in proof files. */
const HALO2 = "halo2-ipa-pasta";
/** What a module without halo2 says of a bundle whose proof is of halo2. */
const HALO2_NEEDED = "no-halo2-module";
/** The first bytes of its key files. */
const HALO2_KEY = encoder.encode("TAILTRAN");

const isHalo2Key = (bytes) => HALO2_KEY.every((byte, at) => bytes[at] === byte);

const CLAIM = ["keys", "market", "mandate", "deal"];
const EXPECTED = ["commitment", "context", "scenarioPoint", "seed", "withdrawn", "attestors"];
const ATTESTORS = ["keys", "attestations", "subject", "at", "revoked"];

export class Verifier {
  #host;
  #last = 0;
  /** Where the full module is; the package's if it is undefined, and nowhere if it is false. */
  #full;
  /** Settles when the full module has taken the small one's place; undefined while nobody needs it. */
  #loadingFull;
  /** Where the module that checks halo2 is; the package's if it is undefined. */
  #halo2;
  /** The same for halo2: it settles when the module for it is there. */
  #loadingHalo2;

  /**
   * Loads the module. The full one takes the small one's place when a task needs it, and that which
   * checks halo2 takes the place of both when a key or a bundle needs it.
   * @param {{ full?: boolean | Source, module?: Source, halo2?: Source, worker?: boolean }} [options]
   * @typedef {URL | BufferSource | WebAssembly.Module} Source
   */
  static async load(options = {}) {
    const { full, module: source, halo2 } = only(options, ["full", "module", "halo2", "worker"], "load");
    const module = await compiled(source ?? (full === true ? FULL_MODULE() : MODULE()));
    const verifier = new Verifier();
    verifier.#full = full === true ? undefined : full;
    verifier.#halo2 = halo2;
    verifier.#host = options.worker === false ? new HereHost(module) : await WorkerHost.start(module);
    return verifier;
  }

  /**
   * Decodes a verifying key, whose digest is pinned: get it from somebody other than the prover. A key of halo2 is derived
   * from its circuit, which takes seconds.
   */
  async keys(file, options) {
    const { digest } = only(options, ["digest"], "keys");
    const [bytes, pinned] = [bytesOf(file, "keys"), digestOf(digest, "keys")];
    if (isHalo2Key(bytes)) {
      await this.#withHalo2();
    }
    return this.#decode(Keys, "keys", bytes, { digest: pinned });
  }

  /** Decodes a scenario set. */
  async scenarios(file, options = {}) {
    return this.#decode(Scenarios, "scenarios", file, pin(options, "scenarios"));
  }

  /** Decodes a mandate, with the texts of the files of groups, caps and liquidity costs that it names. */
  async mandate(file, options = {}) {
    const { groups, caps, impact, ...rest } = only(options, ["digest", "groups", "caps", "impact"], "mandate");
    return this.#decode(Mandate, "mandate", file, { ...pin(rest, "mandate"), groups, caps, impact });
  }

  /** Decodes a deal, with the text of the assumptions of its net present value, if it claims one. */
  async deal(file, options = {}) {
    const { assumptions, ...rest } = only(options, ["digest", "assumptions"], "deal");
    return this.#decode(Deal, "deal", file, { ...pin(rest, "deal"), assumptions });
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
    const answer = await this.#run({ kind: "checkMany", request: { op: "verify-calls", entropy }, things: { keys }, calls });
    return answer.trap ? questions.map(() => failed()) : this.#answer(answer).results;
  }

  /** Says whether a mandate allows a scenario set, before any proof: its rule for sets, its currency, what its clauses need. */
  async allows(claim) {
    only(claim, ["market", "mandate"], "allows");
    const things = { mandate: Thing.number(claim.mandate, Mandate, this), scenarios: Thing.number(claim.market, Scenarios, this) };
    const { allowed, verdict, code, reason } = this.#answer(await this.#run({ kind: "check", request: { op: "allows" }, things }));
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
    const bytes = bytesOf(file, "bundle");
    const ask = () => this.#check({ op: "verify-bundle", pins, ...expected }, bytes, things);
    const result = await ask();
    // The module says so of no bundle but one whose proof names halo2.
    if (result.code !== HALO2_NEEDED) {
      return result;
    }
    await this.#withHalo2();
    return ask();
  }

  /** Returns the versions of the module and of the formats that it reads. */
  async about() {
    return this.#answer(await this.#run({ kind: "about" }));
  }

  /** Forgets a decoded file. */
  async release(thing) {
    const number = Thing.number(thing, Thing, this);
    this.#answer(await this.#run({ kind: "release", thing: number }));
  }

  /** Ends the worker. */
  async close() {
    await this.#host.close();
  }

  async #decode(kind, op, file, options) {
    const thing = (this.#last += 1);
    const task = { kind: "decode", thing, request: { op, ...options }, file: bytesOf(file, op) };
    const { ok, ...about } = this.#answer(await this.#run(task));
    return new kind(this, thing, about);
  }

  /** Runs a task. If the small module has no code for it, the full one takes its place, and runs it. */
  async #run(task) {
    for (;;) {
      const answer = await this.#host.run(task);
      if (!answer.deferred) {
        return answer;
      }
      await this.#withFull();
    }
  }

  /** Sees to it that the small module is replaced. */
  async #withFull() {
    if (await this.#hasHalo2()) {
      return;
    }
    this.#loadingFull ??= this.#loadFull().catch((error) => {
      this.#loadingFull = undefined;
      throw new NoFullModule(error);
    });
    await this.#loadingFull;
  }

  async #loadFull() {
    if (this.#full === false) {
      throw new Error("load({ full: false }) does without it");
    }
    const module = await compiled(this.#full ?? FULL_MODULE());
    refuseSmall(module);
    // The module that checks halo2 may have come first.
    if (!(await this.#hasHalo2())) {
      await this.#replace(module);
    }
  }

  /**
   * Waits for the module that checks halo2, if it is being loaded, and returns whether it is there.
   * It does all that the full one does, and is not replaced.
   */
  async #hasHalo2() {
    while (this.#loadingHalo2 !== undefined) {
      try {
        await this.#loadingHalo2;
        return true;
      } catch {
        // The call that asked for it says why it is not there. Another may ask for it by now.
      }
    }
    return false;
  }

  /** Sees to it that the module checks halo2. */
  async #withHalo2() {
    this.#loadingHalo2 ??= this.#loadHalo2().catch((error) => {
      this.#loadingHalo2 = undefined;
      throw new NoHalo2Module(error);
    });
    await this.#loadingHalo2;
  }

  async #loadHalo2() {
    // The host is asked at once: `about` would wait for this if it were deferred.
    const { backends } = await this.#host.run({ kind: "about" });
    if (!backends?.includes(HALO2)) {
      const module = await compiled(this.#halo2 ?? HALO2_MODULE());
      refuseSmall(module);
      await this.#replace(module, HALO2);
    }
  }

  /** Replaces the module by one of the same version, which must check the backend, if any. */
  async #replace(module, backend) {
    const { replaced, reason } = await this.#host.replace(module, backend);
    if (!replaced) {
      throw new Error(reason);
    }
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
    const answer = await this.#run({ kind: "check", request, file, things });
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

/** Refuses a module that would defer a task for ever. */
function refuseSmall(module) {
  if (WebAssembly.Module.exports(module).some(({ name }) => name === DEFERRED)) {
    throw new Error("it is a small module");
  }
}

/** Returns the result of a check in which the module trapped: it is no verdict. */
const failed = () => ({ valid: false, verdict: false, code: "verifier-failed", reason: "verifier failed" });

const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function pin(options, name) {
  const { digest } = only(options, ["digest"], name);
  return digest === undefined ? {} : { digest: digestOf(digest, name) };
}
