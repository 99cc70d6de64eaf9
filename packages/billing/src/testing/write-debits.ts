import { connect } from "@ratebook/db";
import type { TestDatabase } from "@ratebook/db/testing";

/**
 * Writes debits of 0.000001 by hand, a millisecond after one another, which all became debt: posting as many would take
 * minutes. Entries of a debit and of its debt take turns; they are the wallet's first.
 */
export async function writeDebits(
  { ownerUrl }: Pick<TestDatabase, "ownerUrl">,
  { account, count, from }: { account: string; count: number; from: Date },
): Promise<void> {
  const { sql, close } = connect({
    url: ownerUrl,
    max: 1,
    applicationName: "test",
    statementTimeoutMs: 120_000,
  });
  await sql`
    insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta, balance_after,
      held_after, debt_after, consumed_after, asked, ref_id, created_at)
    select ratebook.bucket_of(${account}), ${account}, 2 * n - 1 + side, md5(${account} || n || ':' || side)::uuid,
      case side when 0 then 'debit' else 'debt_incurred' end, 'revenue:usage', 0, 0, side * 1000, 0, 0, n * 1000, 0, 1000,
      case side when 1 then md5(${account} || n || ':0')::uuid end, ${from}::timestamptz + n * interval '1 ms'
    from generate_series(1, ${count}::int) as n, generate_series(0, 1) as side`;
  await sql`
    insert into ratebook.usage_event (bucket, account_id, op_id, offering, pools, dimensions, lines, list_cost, amount,
      agent_id, billing, state, late, metadata, occurred_at, created_at)
    select ratebook.bucket_of(${account}), ${account}, md5(${account} || n || ':0')::uuid, 'acme/one',
      '{"input_tokens":"10"}', '{}', '[{"kind":"usage","amount":"1000"}]', 500, 1000, 'agent ' || n % 7, 'platform', 'rated',
      false, '{}', ${from}::timestamptz + n * interval '1 ms', ${from}::timestamptz + n * interval '1 ms'
    from generate_series(1, ${count}::int) as n`;
  await sql`update ratebook.wallet set seq = ${2 * count}, debt = ${count * 1000} where account_id = ${account}`;
  await close();
}
