import { type Nanos, nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";

/** What is here already of a customer that is to be taken over. */
export type OpeningState = {
  known: boolean;
  /** Null: not opened yet. */
  opened: { balance: Nanos; promotionalBalance: Nanos } | null;
};

/** Which customers are known by these external ids, and with what they were opened; in the order asked. */
export async function openingStates(
  { sql }: Pick<Ctx, "sql">,
  externalIds: readonly string[],
): Promise<OpeningState[]> {
  const customers = await sql<{ externalId: string; id: string }[]>`
    select external_id as "externalId", id from ratebook.customer where external_id = any(${[...externalIds]}::text[])`;
  const ids = new Map(customers.map(({ externalId, id }) => [externalId, id]));
  const asked = customers.flatMap(({ id }) =>
    PARTS.map((part) => ({ id, part, op: opId("opening", `${id}:${part}`) })),
  );
  const entries = await sql<{ op: string; amount: bigint }[]>`
    select op_id as op, amount from ratebook.entry
    where op_id = any(${asked.map(({ op }) => op)}::uuid[]) and account_id = any(${asked.map(({ id }) => id)}::uuid[])`;
  const amounts = new Map(entries.map(({ op, amount }) => [op, amount]));
  const amountOf = (id: string, part: (typeof PARTS)[number]): bigint | undefined =>
    amounts.get(opId("opening", `${id}:${part}`));
  return externalIds.map((externalId) => {
    const id = ids.get(externalId);
    if (id === undefined) return { known: false, opened: null };
    const [paid, given] = [amountOf(id, "purchased"), amountOf(id, "promotional")];
    if (paid === undefined && given === undefined) return { known: true, opened: null };
    return { known: true, opened: { balance: nanos(paid ?? 0n), promotionalBalance: nanos(given ?? 0n) } };
  });
}

const PARTS = ["purchased", "promotional"] as const;
