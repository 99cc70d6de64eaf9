import { must, nanos, parseUsd, periodStart } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { creditLinePeriod } from "@ratebook/db/schema";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import { type ContractVersion, contractOf } from "./contract-version.ts";
import { monthOf } from "./volume-book.ts";

/**
 * Grants the month's credit line to every customer whose contract has one, once a UTC month: credits that burn last and
 * end with the month, so that what was used of them is what the month's invoice settles (`creditLineUse`).
 *
 * A contract that begins within a month gets its line then; a changed amount counts from the next month.
 *
 * @returns how many were granted now
 */
export async function renewCreditLines(ctx: Ctx): Promise<number> {
  const now = ctx.clock();
  const byCustomer = Map.groupBy(ctx.catalogue.contracts(), ({ customerId }) => customerId);
  const lines = [...byCustomer.values()].flatMap((versions) => {
    const contract = contractOf(versions, now);
    return contract?.terms.creditLine ? [contract] : [];
  });
  const month = monthOf(now);
  const done = await ctx.sql<{ customerId: string }[]>`
    select customer_id as "customerId" from ratebook.credit_line_period where month = ${month}`;
  const has = new Set(done.map(({ customerId }) => customerId));
  let granted = 0;
  for (const contract of lines) {
    if (!has.has(contract.customerId) && (await grantMonth(ctx, contract, now))) granted += 1;
  }
  return granted;
}

function grantMonth(ctx: Ctx, contract: ContractVersion, now: Date): Promise<boolean> {
  const { customerId, version, terms } = contract;
  const read = parseUsd(terms.creditLine?.amount ?? "");
  const amount = must(read.ok ? read.value : null, "terms were checked when they were set");
  const month = monthOf(now);
  const endsAt = periodStart(new Date(`${month}T00:00:00Z`), "month", 1);
  const grantOpId = opId("credit-line", `${customerId}:${month}`);
  return inTransaction(ctx.db, async (tx) => {
    const [posted] = await postWithin(
      tx,
      [
        {
          kind: "grant",
          account: customerId,
          opId: grantOpId,
          meaningHash: meaningHash({ operation: "grant", customerId, terms: `credit line ${month}` }),
          amount: nanos(amount),
          category: "credit_line",
          contra: "receivable:customers",
          expiresAt: endsAt,
          source: `credit line of ${month.slice(0, 7)}`,
        },
      ],
      now,
    );
    const { kind } = must(posted, "one operation is answered once");
    if (kind === "replayed") return false;
    if (kind !== "done") throw new Error(`a credit line could not be granted: ${kind}`);
    await tx
      .insert(creditLinePeriod)
      .values({ customerId, month, contractVersion: version, grantOpId, amount, endsAt, createdAt: now });
    return true;
  });
}
