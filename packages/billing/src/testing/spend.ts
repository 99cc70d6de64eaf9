import type { Ctx } from "../ctx.ts";
import { dollars } from "./usage-fixture.ts";

/** Takes credits as usage that was served would: what is not there becomes debt. */
export async function spend({ ledger, newId }: Pick<Ctx, "ledger" | "newId">, account: string, usd: string) {
  const outcome = await ledger.post({
    kind: "debit",
    account,
    opId: newId(),
    meaningHash: "1".repeat(64),
    amount: dollars(usd),
    mode: "record",
    contra: "revenue:infrastructure",
  });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
}
