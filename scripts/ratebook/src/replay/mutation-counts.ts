import type { JudgedMutation } from "./judge-mutation.ts";
import { MUTATION_KINDS, type MutationKind } from "./mutation.ts";

/** What a run of mutations came to. */
export type MutationCounts = {
  mutations: number;
  byKind: Record<MutationKind, { mutations: number; wrongPrices: number; inBand: number }>;
  /** How many mutations each rule stopped, without other sources. */
  stoppedBy: Map<string, number>;
  /** Wrong prices that the documents stated, and those that became active outside [0.5, 2] of the truth. */
  wrongPrices: number;
  wrongActivations: string[];
  /** The same when other sources were asked. */
  wrongActivationsWithWitness: string[];
  /**
   * Wrong activations of rows that displaced by one and columns that were renamed, alone and with other sources: whole,
   * believable prices from another place. The guard stops nearly all of them, but no rule tells every one from a
   * provider's own new price. Counted here, and not among the wrong ones above.
   */
  displaced: string[];
  displacedWithWitness: number;
  /** Wrong prices inside the band that became active, alone and with other sources asked. */
  inBand: number;
  inBandWithWitness: number;
  /** Of those with other sources the ones that such a source contradicts. */
  inBandContradicted: number;
  goodPrices: number;
  goodLost: number;
  /** Good prices lost with a document that was refused as a whole. */
  goodLostWithDocument: number;
};

export function emptyCounts(): MutationCounts {
  const none = () => ({ mutations: 0, wrongPrices: 0, inBand: 0 });
  return {
    mutations: 0,
    byKind: {
      "columns swapped": none(),
      "column renamed": none(),
      "rows shifted": none(),
      "rows dropped": none(),
      "per 1K for per 1M": none(),
      "a digit lost": none(),
      "currency changed": none(),
      truncated: none(),
      "challenge page": none(),
      empty: none(),
    },
    stoppedBy: new Map(),
    wrongPrices: 0,
    wrongActivations: [],
    wrongActivationsWithWitness: [],
    displaced: [],
    displacedWithWitness: 0,
    inBand: 0,
    inBandWithWitness: 0,
    inBandContradicted: 0,
    goodPrices: 0,
    goodLost: 0,
    goodLostWithDocument: 0,
  };
}

/** Adds one mutation: what the guard made of it alone, and what it made of it with other sources. */
export function countMutation(
  counts: MutationCounts,
  kind: MutationKind,
  alone: JudgedMutation,
  watched: JudgedMutation,
): void {
  counts.mutations += 1;
  const own = counts.byKind[kind];
  own.mutations += 1;
  own.wrongPrices += alone.wrongPrices;
  own.inBand += alone.inBand;
  counts.stoppedBy.set(alone.stoppedBy, (counts.stoppedBy.get(alone.stoppedBy) ?? 0) + 1);
  counts.wrongPrices += alone.wrongPrices;
  if (DISPLACING.has(kind)) {
    counts.displaced.push(...alone.wrongActivations);
    counts.displacedWithWitness += watched.wrongActivations.length;
  } else {
    counts.wrongActivations.push(...alone.wrongActivations.map((what) => `${kind}: ${what}`));
    counts.wrongActivationsWithWitness.push(...watched.wrongActivations.map((what) => `${kind}: ${what}`));
  }
  counts.inBand += alone.inBand;
  counts.inBandWithWitness += watched.inBand;
  counts.inBandContradicted += watched.inBandContradicted;
  counts.goodPrices += alone.goodPrices;
  counts.goodLost += alone.goodLost;
  if (alone.stoppedBy.startsWith("document:")) counts.goodLostWithDocument += alone.goodLost;
}

const DISPLACING: ReadonlySet<MutationKind> = new Set(["rows shifted", "column renamed"]);

/** The kinds in which documents were spoiled, with their counts. */
export const kindsOf = ({ byKind }: MutationCounts) =>
  MUTATION_KINDS.map((kind) => ({ kind, ...byKind[kind] }));
