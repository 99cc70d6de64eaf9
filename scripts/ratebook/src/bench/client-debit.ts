import { negate } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { debitOp } from "./debit-op.ts";
import type { Wallet } from "./wallets.ts";

/**
 * Debits a wallet as a program without the posting function would: a transaction of its own that locks the wallet,
 * writes the entry and the usage event, and stores the wallet. It writes exactly the rows the ledger writes.
 *
 * @param sql as the owner of the tables: the apps' role may not write them
 */
export async function debitByTransaction(sql: Sql, { account, bucket }: Wallet): Promise<void> {
  const { opId, amount, meaningHash, usageEvent: event } = debitOp(account);
  await sql.begin(async (tx) => {
    const [wallet] = await tx<
      { balance: bigint; held: bigint; debt: bigint; consumed: bigint; seq: bigint }[]
    >`
      select balance, held, debt, consumed, seq from ratebook.wallet
      where bucket = ${bucket} and account_id = ${account} for update`;
    if (wallet === undefined || wallet.balance - wallet.held < amount)
      throw new Error("a bench ran out of credits");
    const seq = wallet.seq + 1n;
    const balance = wallet.balance - amount;
    const consumed = wallet.consumed + amount;
    await tx`
      insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta,
        balance_after, held_after, debt_after, consumed_after, asked, meaning_hash, created_at)
      values (${bucket}, ${account}, ${seq}, ${opId}, 'debit', 'revenue:usage', ${negate(amount)}, 0, 0, ${balance},
        ${wallet.held}, ${wallet.debt}, ${consumed}, ${amount}, ${Buffer.from(meaningHash, "hex")}, now())`;
    await tx`
      insert into ratebook.usage_event (bucket, account_id, op_id, offering, provider, model, pools, dimensions, lines,
        list_cost, own_cost, amount, catalogue_version, policy_version, agent_id, key_id, billing, state, late, metadata,
        occurred_at, created_at)
      values (${bucket}, ${account}, ${opId}, ${event.offering}, ${event.provider}, ${event.model},
        ${JSON.stringify(event.pools)}::text::json, '{}', ${JSON.stringify(event.lines)}::text::json, ${event.listCost},
        ${event.ownCost}, ${amount}, ${event.catalogueVersion}, ${event.policyVersion}, ${event.agentId}, ${event.keyId},
        'platform', 'rated', false, ${JSON.stringify(event.metadata)}::text::jsonb, ${event.occurredAt}, now())`;
    await tx`
      update ratebook.wallet set balance = ${balance}, consumed = ${consumed}, seq = ${seq}
      where bucket = ${bucket} and account_id = ${account}`;
  });
}
