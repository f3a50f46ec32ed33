/** A file: its bytes, or the text of one. */
export type File = Uint8Array | ArrayBuffer | string;

/** A digest: 64 lower-case hex digits. */
export type Digest = string;

/** A word or a field element: 0x and 64 lower-case hex digits. */
export type Word = string;

/** A file was refused: `malformed`, or `other-digest` than the pinned one. */
export class RefusedFile extends Error {
  readonly code: "malformed" | "other-digest";
}

/** The module trapped: nothing is said about the file, and the next call finds a new instance. */
export class VerifierFailed extends Error {
  readonly code: "verifier-failed";
}

/**
 * The module that checks halo2 was asked for, and is not there, or is of another version: nothing
 * is said about the file. `load` takes it from elsewhere.
 */
export class NoHalo2Module extends Error {
  readonly code: "no-halo2-module";
}

/**
 * The full module was needed, and is not there, or is of another version: nothing is said about the
 * file. `load` takes it from elsewhere.
 */
export class NoFullModule extends Error {
  readonly code: "no-full-module";
}

/** A place of a module, its bytes, or the compiled module. */
export type Source = URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module;

/** Verifying keys of the pinned digest. */
export class Keys {
  private constructor();
  readonly digest: Digest;
  readonly shape: string;
  /** Kind of keys, by their header; keys of halo2 are derived. */
  readonly kind: "development" | "unknown powers" | "ceremony" | "derived";
  /** Whether one party may have made the keys, and could forge proofs. */
  readonly development: boolean;
  /** Origin of the keys in words, by their header; keys of halo2 have none. */
  readonly header_says: string | null;
}

/** A scenario set. */
export class Scenarios {
  private constructor();
  readonly digest: Digest;
  /** Origin of the set in words, by its header; nothing was made again. */
  readonly header_says: string;
  readonly scenarios: number;
  /** Names that commitments are about: of the factors; of a P&L vector its source, and then its days. */
  readonly factors: readonly string[];
  /** Digest of the factor names, which attestations name. */
  readonly factors_digest: Digest;
}

/** A mandate. */
export class Mandate {
  private constructor();
  readonly digest: Digest;
  readonly name: string;
  readonly currency: string | null;
  /** The clauses, one sentence each. */
  readonly claims: readonly string[];
  /** The coarsest book unit that it accepts: a decimal amount of currency. */
  readonly coarsest_unit: string;
  /** Whether it has a rule for scenario sets, in its table or by bearing the name of a rule: `allows` compares it. */
  readonly has_scenario_rule: boolean;
}

/** A deal. */
export class Deal {
  private constructor();
  readonly digest: Digest;
  readonly name: string;
  /** The claims, one sentence each. */
  readonly claims: readonly string[];
}

/** A commitment to a book or to the loans of a pool. */
export class Commitment {
  private constructor();
  readonly of: "book" | "pool";
  readonly commitment: Word;
  readonly halo2_commitment: Word | null;
  /** Value of a book unit. */
  readonly unit?: string;
  /**
   * Names of the factors of a book, in order; of a P&L vector its source, and then its days. The
   * file says so, and no proof binds it: compare them with those of the scenario set.
   */
  readonly factors?: readonly string[];
  /** Whether the file says that a book is a P&L vector: a gain for each day, and no exposures. */
  readonly is_pnl?: boolean;
  /** Digest of the deal's schema. */
  readonly schema?: Digest;
}

/** A thing that a verdict rests on besides the proof. */
export interface RestsOn {
  readonly what: string;
  readonly digest: Digest | null;
  readonly how: "made again" | "compared" | "as given" | "the committer's word" | "the proof's own" | "not checked";
  readonly note: string;
}

/** Codes of verdicts: the proof was looked at, and is not valid. */
export type VerdictCode =
  | "proof-fails"
  | "no-scenarios"
  | "other-shape"
  | "unit-too-coarse"
  | "other-commitment"
  | "withdrawn-keys"
  | "other-scenario-point"
  | "other-seed"
  | "not-attested"
  | "same-sub-book"
  | "scenarios-not-settled"
  | "scenarios-not-allowed"
  | "other-scenarios"
  | "other-claim"
  | "from-bundle";

/** Codes without a verdict: nothing is said about the proof. */
export type InputCode =
  | "malformed"
  | "other-digest"
  | "other-keys"
  | "other-count"
  | "other-backend"
  | "does-not-fit"
  | "no-such-commitment"
  | "verifier-failed";

/** A proof that is valid, or not, with everything that `tailproof verify --json` prints. */
export interface Verdict {
  readonly valid: boolean;
  readonly verdict: true;
  readonly code: VerdictCode | null;
  readonly reason: string | null;
  readonly name: string;
  /** The scenario set in words, with the extent to which it was checked. */
  readonly over: string | null;
  /** The claims, one sentence each. */
  readonly claims: readonly string[];
  /** Everything that the verdict rests on besides the proof; empty if the proof is not valid. */
  readonly rests_on: readonly RestsOn[];
  readonly unit: string;
  readonly currency: string | null;
  readonly rounding_at_most: number;
  readonly backend: string;
  readonly security_bits: number;
  readonly keys: string;
  readonly powers: string | null;
  readonly powers_of_tau_blake2b: string | null;
  readonly key_digest: Digest;
  readonly commitment: "compared" | "the proof's own" | null;
  readonly commitments: readonly Word[];
  readonly proved_commitment: Word;
  /** What only the bundle itself vouches for. */
  readonly from_bundle?: readonly string[];
}

/** A proof that is not valid for a reason besides itself. */
export interface Refused {
  readonly valid: false;
  /** Whether this is a verdict. Otherwise nothing is said about the proof. */
  readonly verdict: boolean;
  readonly code: VerdictCode | InputCode;
  readonly reason: string;
}

export type Result = Verdict | Refused;

/** The expectations of a proof, besides the claim and the keys. */
export interface Expected {
  /** The commitments that the proof must be about; without them, the proof's own are shown. */
  commitment?: Commitment | readonly Commitment[];
  /** Context that the proof must be bound to. */
  context?: Word;
  /** Scenario point that must be the computed one. */
  scenarioPoint?: readonly [Word, Word];
  /** Seed that the scenarios must have been drawn with. */
  seed?: Digest;
  /** Text of a list of withdrawn keys. */
  withdrawn?: string;
  /** Attestors who must have vouched for every commitment. */
  attestors?: {
    /** Their keys, such as `p256:` and 66 hex digits. */
    keys: readonly string[];
    /** Texts of attestation files. */
    attestations?: readonly string[];
    /** Identifier of the entity. */
    subject?: Word;
    /** The time at which they must hold, in Unix seconds. */
    at: number;
    /** Text of a list of revoked attestations. */
    revoked?: string;
  };
}

/** A claim: a mandate over a scenario set, or a deal, with its scenarios where it is about losses. */
export type Claim =
  | { keys: Keys; market: Scenarios; mandate: Mandate; deal?: undefined }
  | { keys: Keys; market?: Scenarios; deal: Deal; mandate?: undefined };

/** Arguments of the contract's `verifyProof`, or its calldata. */
export type Call =
  | { words: readonly Word[]; controls: readonly Word[]; calldata?: undefined }
  | { calldata: string; words?: undefined; controls?: undefined };

export class Verifier {
  private constructor();

  /**
   * Loads the module.
   *
   * It is the small one, which has the code of usual verifications of mandates and deals. When a file or a question needs
   * more, as bundles, lists of calls and signatures of attestors do, the full one is loaded, takes its place, and answers. A
   * third one, which has all of that, checks halo2: it is loaded when a key or a bundle is of halo2, and takes the place of
   * both. `module`, `full` and `halo2` are where they are; by default they are the package's. `full: true` loads the full
   * one at once. With `full: false` it is never loaded, and a call that needs it rejects with `NoFullModule`, as a call does
   * that does not find it. All three are of the same version and read the same formats: another one
   * takes no place, and a call that needs it rejects likewise. Without a worker (`worker: false`),
   * checks block the thread.
   */
  static load(options?: { full?: boolean | Source; module?: Source; halo2?: Source; worker?: boolean }): Promise<Verifier>;

  /**
   * Decodes a verifying key. Get its digest from somebody other than the prover: keys of a prover's choosing prove anything.
   *
   * A key of halo2 is derived from its circuit, which takes seconds. Rejects with `NoHalo2Module` if the module for it is
   * not there.
   */
  keys(file: File, options: { digest: Digest }): Promise<Keys>;
  /** Decodes a scenario set. */
  scenarios(file: File, options?: { digest?: Digest }): Promise<Scenarios>;
  /** Decodes a mandate. It takes the texts of the files of groups, caps and liquidity costs that it names. */
  mandate(
    file: File,
    options?: { digest?: Digest; groups?: string; caps?: string; impact?: string },
  ): Promise<Mandate>;
  /**
   * Decodes a deal. One that claims a net present value takes the text of the assumptions that it names.
   */
  deal(file: File, options?: { digest?: Digest; assumptions?: string }): Promise<Deal>;
  /** Decodes a commitment file. */
  commitment(file: File): Promise<Commitment>;

  /** Checks a proof file. Rejects for a wrong use only. The scenario point of keys and set is computed once for all claims. */
  verify(question: Claim & { proof: File } & Expected): Promise<Result>;

  /** Checks a proof as a contract takes it. `subBooks` are the commitments of a consolidated book. */
  verifyEvent(question: Claim & Call & { subBooks?: readonly Word[] } & Expected): Promise<Result>;

  /**
   * Checks many proofs as contracts take them, all under the same keys. Each has the result of `verifyEvent`; their pairings
   * are computed together, which takes less than half of the time.
   */
  verifyEvents(
    questions: readonly (Claim & Call & { subBooks?: readonly Word[] } & Expected)[],
  ): Promise<readonly Result[]>;

  /**
   * Says whether a mandate allows a scenario set, before any proof: its rule for sets, its currency, and what its clauses need. A
   * rule that only the header of the set shows to be met is not settled: `scenarios-not-settled`.
   */
  allows(claim: { market: Scenarios; mandate: Mandate }): Promise<{
    allowed: boolean;
    /** Whether it is known. */
    verdict: boolean;
    code: string | null;
    reason: string | null;
  }>;

  /**
   * Checks a bundle. Whatever is not pinned makes the result not valid, with the code `from-bundle`. A
   * bundle of halo2 has its key derived, as `keys` does it, and rejects as `keys` does.
   */
  verifyBundle(
    file: File,
    question: { digests: { keys: Digest; mandate?: Digest; deal?: Digest; scenarios?: Digest } } & Expected,
  ): Promise<Result>;

  /** Returns the versions of the module and of the formats that it reads. */
  about(): Promise<{ version: string; backends: readonly string[]; attestations: boolean; formats: Readonly<Record<string, number>> }>;

  /** Forgets a decoded file. */
  release(thing: Keys | Scenarios | Mandate | Deal | Commitment): Promise<void>;

  /** Ends the worker. */
  close(): Promise<void>;
}
