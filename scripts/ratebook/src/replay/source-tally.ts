/** What became of one source's documents and of the price changes in them. */
export type SourceTally = {
  source: string;
  documents: number;
  /** Documents that were refused as a whole. */
  failed: number;
  /** Offerings of the last document that was used. */
  offerings: number;
  /** Changed, new and ended prices: activated + held + quarantined + refused. */
  changes: number;
  activated: number;
  held: number;
  quarantined: number;
  /** Values that nobody may activate. */
  refused: number;
  /** Held changes another source confirmed later, and those an operator let through by the allow-list. */
  released: number;
  approved: number;
  /** Rows or prices that a parser set aside, over all documents. */
  rowsSetAside: number;
};

export const emptyTally = (source: string): SourceTally => ({
  source,
  documents: 0,
  failed: 0,
  offerings: 0,
  changes: 0,
  activated: 0,
  held: 0,
  quarantined: 0,
  refused: 0,
  released: 0,
  approved: 0,
  rowsSetAside: 0,
});
