import { err, must, type Nanos, nanos, ok, poolsOf, type Result, wholeQuantity } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { entry } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import { refusalOf } from "../usage/refusal.ts";
import type { ResourceKind } from "./kinds.ts";
import { priceQuantity } from "./price-resource.ts";
import type { ResourceError, ResourceRow } from "./resource.ts";
import { chargeOp } from "./resource-usage.ts";

/** Takes what a deployment costs, once a resource, or nothing where the credits do not suffice. */
export async function takeFee(
  ctx: Ctx,
  tx: Transaction,
  kind: ResourceKind,
  row: ResourceRow,
): Promise<Result<Nanos, ResourceError>> {
  if (kind.setup === null) return ok(nanos(0n));
  const now = ctx.clock();
  const once = wholeQuantity(1n);
  const { customerId } = row;
  const book = await openVolumeBook(ctx, [{ customerId, at: now }]);
  const contract = ctx.catalogue.contractAt(customerId, now);
  const priced = await priceQuantity(ctx, kind.setup, once, now, contract, book);
  if (!priced.ok) return priced;
  const op = chargeOp(
    {
      operation: "resource-fee",
      customerId: row.customerId,
      opId: feeOpId(row.id),
      terms: row.id,
      offering: kind.setup.offering,
      pools: poolsOf([[kind.setup.meter, once]]),
      mode: "gate",
      occurredAt: now,
      metadata: { resourceId: row.id, resource: row.name, kind: row.kind },
    },
    priced.value,
  );
  const [posted] = await postWithin(tx, [op], now);
  const outcome = must(posted, "one operation is answered once");
  if (outcome.kind === "done" || outcome.kind === "replayed") return ok(outcome.amountTaken);
  return err(refusalOf(ctx, outcome, row.customerId));
}

/** What a resource's deployment cost. */
export async function feeOf(tx: Pick<Transaction, "select">, row: ResourceRow): Promise<Nanos> {
  if (row.feeOpId === null) return nanos(0n);
  const [found] = await tx
    .select({ asked: entry.asked })
    .from(entry)
    .where(and(eq(entry.opId, row.feeOpId), eq(entry.accountId, row.customerId)));
  return nanos(found?.asked ?? 0n);
}

/** Gives the fee of a failed deployment back, once; what an operator gave back before is not given twice. */
export async function returnFee(ctx: Ctx, tx: Transaction, row: ResourceRow): Promise<Nanos> {
  const fee = await feeOf(tx, row);
  if (row.feeOpId === null || fee === 0n) return nanos(0n);
  const op: GrantOp = {
    kind: "grant",
    account: row.customerId,
    opId: opId("resource-fee-return", row.id),
    meaningHash: meaningHash({
      operation: "resource-fee",
      customerId: row.customerId,
      terms: `${row.id}:returned`,
    }),
    amount: fee,
    // A debit given back is what it was before: credits that may repay debt.
    category: "purchased",
    contra: "revenue:infrastructure",
    source: `deployment of ${row.name} failed`,
    ref: row.feeOpId,
  };
  const [first] = await postWithin(tx, [op], ctx.clock());
  const outcome = must(first, "one operation is answered once");
  if (outcome.kind === "done" || outcome.kind === "replayed") return fee;
  if (outcome.kind !== "exceeds_original") {
    throw new Error(`the fee of ${row.id} could not be returned: ${outcome.kind}`);
  }
  if (outcome.remaining === 0n) return nanos(0n);
  const [rest] = await postWithin(tx, [{ ...op, amount: outcome.remaining }], ctx.clock());
  if (rest?.kind !== "done") throw new Error(`the rest of the fee of ${row.id} could not be returned`);
  return outcome.remaining;
}

/** The debit of a resource's fee, in a namespace no caller reaches. */
export const feeOpId = (resourceId: string): string => opId("resource-fee", resourceId);
