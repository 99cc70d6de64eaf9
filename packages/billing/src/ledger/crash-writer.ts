import { openSync, writeSync } from "node:fs";
import { connect } from "@ratebook/db";
import { createLedger } from "./create-ledger.ts";
import { debit, hold, settle, withKey } from "./ledger-fixture.ts";
import type { LedgerOp } from "./ledger-op.ts";

// A process of the crash test: posts operations 0, 1, 2 … as its sisters do, under the same ids, and writes down what was
// acknowledged, until it is told to stop.
const [url = "", log = "", ...accounts] = process.argv.slice(2);
const connection = connect({ url, max: 4, applicationName: "crash writer" });
const ledger = createLedger({ sql: connection.sql, retryForMs: 10_000 });
const file = openSync(log, "a");
let next = 0;
let stopping = false;
process.on("SIGTERM", () => {
  stopping = true;
});

/** What a process wrote down about one operation. */
export type Acknowledgement = { opId: string; account: string; kind: string; seq: string; taken: string };

/** Operation `n` is the same in every process; of five, one places a hold and the next settles it. */
function operation(n: number): LedgerOp {
  const turn = n % 5;
  const account = accounts[Math.floor(n / 5) % accounts.length] ?? "";
  const named = (key: number) => withKey(account, `crash ${key}`);
  if (turn === 3) return hold(account, 20n, named(n));
  if (turn === 4) return settle(account, named(n - 1).opId, BigInt(n % 23), named(n));
  return debit(account, BigInt(n % 7), named(n));
}

async function caller(): Promise<void> {
  while (!stopping) {
    const op = operation(next++);
    const outcome = await ledger.post(op);
    if (outcome.kind !== "done" && outcome.kind !== "replayed") continue;
    const acknowledgement: Acknowledgement = {
      opId: op.opId,
      account: op.account,
      kind: outcome.kind,
      seq: outcome.seq.toString(),
      taken: outcome.amountTaken.toString(),
    };
    // Synchronously: what was acknowledged before a kill is on file.
    writeSync(file, `${JSON.stringify(acknowledgement)}\n`);
  }
}

await Promise.all(Array.from({ length: 24 }, caller));
await ledger.close();
await connection.close();
