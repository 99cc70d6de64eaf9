import { inTransaction } from "@ratebook/db";
import { passFailpoint } from "../failpoint.ts";
import { creditTransfer } from "./credit-transfer.ts";
import { authorizationOf, moveOn, releaseIntent, type SettlementRow } from "./settlement-row.ts";
import type { OpenX402, X402Ctx } from "./x402-outcome.ts";
import type { X402Transfer } from "./x402-rail.ts";

/**
 * Takes a settlement as far as it gets now: asks the facilitator to move the money, believes only the chain, credits.
 *
 * Safe to repeat and to interrupt anywhere: the token takes an authorization once, and the ledger a transaction once.
 *
 * @returns the row as it stands; `settling` where neither the facilitator nor the chain could tell the end
 */
export async function advanceSettlement(
  ctx: X402Ctx,
  open: OpenX402,
  row: SettlementRow,
): Promise<SettlementRow> {
  if (row.state === "settled") return row;
  const { rail } = open;
  const authorization = authorizationOf(row);
  // Whoever asked before may have stopped between the transfer and its credit.
  if (row.attempts > 0) {
    const seen = await rail.findTransfer(authorization, row.fromBlock);
    if (seen.kind !== "unused") return conclude(ctx, open, row, seen);
    if (seen.expired) return fail(ctx, row, row.failure ?? "expired", null);
    if (row.state === "failed") return watch(ctx, row);
    if (row.attempts >= MOST_ATTEMPTS) return fail(ctx, row, "facilitator_refused", watchedUntil(row));
  }
  const begun = await moveOn(ctx.db, row.id, ["verified", "settling"], {
    state: "settling",
    attempts: row.attempts + 1,
    dueAt: soon(ctx, row.attempts + 1),
  });
  if (begun === null) return row;
  passFailpoint(ctx, "x402.begun");
  const outcome = await rail.settle(authorization);
  passFailpoint(ctx, "x402.sent");
  const seen = await rail.findTransfer(
    authorization,
    begun.fromBlock,
    outcome.kind === "sent" ? outcome.transaction : undefined,
  );
  if (seen.kind !== "unused") return conclude(ctx, open, begun, seen);
  if (outcome.kind === "refused") {
    ctx.log.warn({ settlementId: row.id, reason: outcome.reason }, "an x402 settlement was refused");
    return fail(ctx, begun, "facilitator_refused", watchedUntil(begun));
  }
  return begun;
}

/** What the chain said about an authorization that may be used. */
async function conclude(
  ctx: X402Ctx,
  open: OpenX402,
  row: SettlementRow,
  seen: Exclude<X402Transfer, { kind: "unused" }>,
): Promise<SettlementRow> {
  switch (seen.kind) {
    case "done":
      passFailpoint(ctx, "x402.found");
      return creditTransfer(ctx, open, row, seen);
    case "void":
      // A node may know of the use before it has the log, so this is looked at once more when time is over.
      return fail(ctx, row, "authorization_used", watchedUntil(row) > ctx.clock() ? watchedUntil(row) : null);
    case "unknown":
      ctx.log.warn({ settlementId: row.id, reason: seen.message }, "an x402 settlement is not known yet");
      return row;
  }
}

/** Ends a settlement without money. Until `dueAt` the authorization could still be used, so it stays watched. */
async function fail(
  ctx: X402Ctx,
  row: SettlementRow,
  failure: string,
  dueAt: Date | null,
): Promise<SettlementRow> {
  return inTransaction(ctx.db, async (tx) => {
    const failed = await moveOn(tx, row.id, ["verified", "settling", "failed"], {
      state: "failed",
      failure,
      dueAt,
    });
    if (failed === null) return row;
    await releaseIntent(tx, failed);
    return failed;
  });
}

async function watch(ctx: X402Ctx, row: SettlementRow): Promise<SettlementRow> {
  return (await moveOn(ctx.db, row.id, ["failed"], { dueAt: watchedUntil(row) })) ?? row;
}

/** When the chain will say that the authorization can never be used again. */
const watchedUntil = ({ validBefore }: SettlementRow): Date =>
  new Date(Number(validBefore) * 1000 + GRACE_MS);

/** 1, 2, 4 … minutes. */
const soon = ({ clock }: X402Ctx, attempts: number): Date =>
  new Date(clock().getTime() + 60_000 * 2 ** Math.min(attempts - 1, 5));

const MOST_ATTEMPTS = 6;
const GRACE_MS = 5 * 60_000;
