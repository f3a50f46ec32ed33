// Uses of the types, which the compiler checks; nothing runs this.

import { NoFullModule, NoHalo2Module, Verifier, type Result, RefusedFile } from "@tailproof/verifier";

export async function shown(file: Uint8Array, digest: string): Promise<string[]> {
  const verifier = await Verifier.load({ worker: false });
  await Verifier.load({ halo2: new URL("https://example.org/tailproof_verifier_halo2.wasm") }).catch((error: NoHalo2Module) => error.code);
  await Verifier.load({ full: new Uint8Array(8) }).catch((error: NoFullModule) => error.code);
  await Verifier.load({ full: false });
  const keys = await verifier.keys(file, { digest });
  const market = await verifier.scenarios(file);
  const mandate = await verifier.mandate("", { digest });
  const deal = await verifier.deal("");
  const commitment = await verifier.commitment(file);
  const days: readonly string[] | undefined = commitment.is_pnl ? commitment.factors?.slice(1) : undefined;
  const result: Result = await verifier.verify({ keys, market, mandate, proof: file, commitment: [commitment] });
  await verifier.verify({ keys, deal, proof: file });
  await verifier.verifyEvent({ keys, market, mandate, calldata: "0x", context: "0x" });
  await verifier.verifyEvent({ keys, market, mandate, words: ["0x"], controls: ["0x"] });
  const [first]: readonly Result[] = await verifier.verifyEvents([{ keys, market, mandate, calldata: "0x", context: "0x" }]);
  await verifier.verifyBundle(file, { digests: { keys: digest } });

  // @ts-expect-error a digest is needed
  await verifier.keys(file);
  // @ts-expect-error a claim is a mandate or a deal
  await verifier.verify({ keys, market, mandate, deal, proof: file });
  // @ts-expect-error a misspelt expectation
  await verifier.verify({ keys, market, mandate, proof: file, comitment: commitment });
  // @ts-expect-error words and calldata
  await verifier.verifyEvent({ keys, market, mandate, words: ["0x"], controls: ["0x"], calldata: "0x" });
  // @ts-expect-error the keys of a bundle are pinned
  await verifier.verifyBundle(file, { digests: {} });

  if (first?.valid && result.valid && result.verdict) {
    return [...(days ?? []), ...result.rests_on.map(({ what, how }) => `${what}: ${how}`)];
  }
  return [result.code ?? "", result.reason ?? "", RefusedFile.name];
}
