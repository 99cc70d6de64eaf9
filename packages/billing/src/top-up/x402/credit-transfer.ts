import { hash } from "node:crypto";
import { must, nanos, ZERO_NANOS } from "@ratebook/core";
import { inTransaction, x402Settlement } from "@ratebook/db";
import { and, eq, ne } from "drizzle-orm";
import { tellCustomer } from "../../alerts/tell-customer.ts";
import { opId } from "../../ledger/op-id.ts";
import { postWithin } from "../../ledger/post-within.ts";
import { passFailpoint } from "../failpoint.ts";
import { moveOn, type SettlementRow } from "./settlement-row.ts";
import { creditsOf } from "./token-amount.ts";
import type { OpenX402, X402Ctx } from "./x402-outcome.ts";

/**
 * Grants what a transaction on the chain has paid, once under (network, transaction), and closes the settlement in the
 * same database transaction. Doing it again gives the closed row and adds nothing.
 */
export async function creditTransfer(
  ctx: X402Ctx,
  { rail, token }: OpenX402,
  row: SettlementRow,
  transfer: { transaction: string; value: bigint },
): Promise<SettlementRow> {
  const { network, customerId } = row;
  const { transaction, value } = transfer;
  const credits = creditsOf(value, token);
  const grant = opId("x402", `${network}:${transaction}`);
  const credited = await inTransaction(ctx.db, async (tx) => {
    const [other] = await tx
      .select({ id: x402Settlement.id })
      .from(x402Settlement)
      .where(
        and(
          eq(x402Settlement.network, network),
          eq(x402Settlement.transaction, transaction),
          ne(x402Settlement.id, row.id),
        ),
      );
    if (other !== undefined) {
      // A facilitator that packs several transfers into one transaction: the second is for a person to look at.
      ctx.log.error(
        { settlementId: row.id, transaction },
        "a transaction paid two settlements; one is not credited",
      );
      const failure = "transaction_already_credited";
      const failed = await moveOn(tx, row.id, OPEN, { state: "failed", failure, dueAt: null });
      return failed ?? row;
    }
    const settled = await moveOn(tx, row.id, OPEN, {
      state: "settled",
      transaction,
      valueUnits: value,
      creditsNanos: credits,
      opId: grant,
      failure: null,
      settledAt: ctx.clock(),
      dueAt: null,
    });
    if (settled === null) return currentRow(tx, row.id);
    const [posted] = await postWithin(tx, [
      {
        kind: "grant",
        account: customerId,
        opId: grant,
        meaningHash: hash("sha256", JSON.stringify(["x402", network, transaction, customerId]), "hex"),
        amount: nanos(credits),
        category: "purchased",
        contra: rail.contra,
        source: `x402 payment ${transaction}`,
      },
    ]);
    const outcome = must(posted, "one operation is answered once");
    if (outcome.kind !== "done" && outcome.kind !== "replayed") {
      throw new Error(`an x402 payment was not credited: ${outcome.kind}`);
    }
    await tellCustomer(ctx, tx, customerId, {
      template: "purchase_receipt",
      key: `settled:${row.id}`,
      orderId: row.id,
      amount: nanos(credits),
      bonus: ZERO_NANOS,
    });
    passFailpoint(ctx, "x402.written");
    return settled;
  });
  passFailpoint(ctx, "x402.credited");
  return credited;
}

async function currentRow(tx: Pick<X402Ctx["db"], "select">, id: string): Promise<SettlementRow> {
  const [row] = await tx.select().from(x402Settlement).where(eq(x402Settlement.id, id));
  return must(row, "settlements are never deleted");
}

const OPEN = ["verified", "settling", "failed"] as const;
