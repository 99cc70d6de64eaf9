import type { LedgerOp } from "./ledger-op.ts";
import type { PostOutcome } from "./post-outcome.ts";

/** The door to every wallet: operations that arrive together are posted together, each exactly once. */
export type Ledger = {
  /**
   * Posts one operation and answers after COMMIT.
   *
   * Never throws for a refusal or a database that is down: see `PostOutcome`. Throws where the operation itself is
   * malformed (a bug of the caller). The same op id with the same meaning answers `replayed` with the first numbers.
   */
  post(op: LedgerOp): Promise<PostOutcome>;
  /** Posts what is queued, then refuses further operations as `unavailable`. */
  close(): Promise<void>;
};
