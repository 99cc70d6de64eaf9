import { must } from "@ratebook/core";
import { testDatabase } from "@ratebook/db/testing";
import { expect, test } from "vitest";
import { usageFixture } from "../testing/index.ts";
import { claimQuotes } from "./claim-quotes.ts";

test("two batches that name the same quotes in opposite orders wait for each other, and each quote goes to one", async () => {
  const database = await testDatabase();
  const fixture = await usageFixture(database);
  try {
    const { id: customerId } = await fixture.customer("a", "10");
    const quotes = Array.from({ length: 200 }, () => fixture.ctx.newId());
    await database.sql`
      insert into ratebook.quote (id, customer_id, offering, meaning_hash, catalogue_version, policy_version, amount, at, expires_at)
      select id, ${customerId}, 'acme/one', '', 1, 1, 1, now(), now() from unnest(${quotes}::uuid[]) as q(id)`;
    const claim = async (ids: readonly string[]): Promise<string[]> => {
      const claims = ids.map((id) => ({ id, customerId, opId: fixture.ctx.newId() }));
      const has = await claimQuotes(fixture.ctx, claims);
      return claims.filter(has).map(({ id }) => id);
    };
    const waiting = async (): Promise<number> => {
      const found = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return found.length;
    };
    // Somebody holds the middle one until both have come as far as they can: in opposite orders each would have taken what
    // the other needs next.
    const claimed = await database.sql.begin(async (tx) => {
      await tx`select from ratebook.quote where id = ${must(quotes[100], "there are many")} for update`;
      const both = Promise.all([claim(quotes), claim(quotes.toReversed())]);
      await expect.poll(waiting).toBe(2);
      return { both };
    });
    const won = (await claimed.both).flat();
    expect(won.toSorted()).toEqual(quotes.toSorted());
  } finally {
    await fixture.close();
    await database.drop();
  }
});
