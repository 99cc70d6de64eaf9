import { testDatabase } from "@ratebook/db/testing";
import { expect, test } from "vitest";
import { usageFixture } from "../testing/index.ts";
import { claimQuotes, returnQuotes } from "./claim-quotes.ts";

test("two batches that name the same quotes in opposite orders wait for each other, and each quote goes to one", async () => {
  const database = await testDatabase();
  const fixture = await usageFixture(database);
  try {
    const { id: customerId } = await fixture.customer("a", "10");
    const quotes = Array.from({ length: 200 }, () => fixture.ctx.newId());
    await database.sql`
      insert into ratebook.quote (id, customer_id, offering, meaning_hash, catalogue_version, policy_version, amount, at, expires_at)
      select id, ${customerId}, 'acme/one', '', 1, 1, 1, now(), now() from unnest(${quotes}::uuid[]) as q(id)`;
    const claimsOf = (ids: readonly string[]) =>
      ids.map((id) => ({ id, customerId, opId: fixture.ctx.newId() }));
    for (let round = 0; round < 30; round += 1) {
      const batches = [claimsOf(quotes), claimsOf(quotes.toReversed())];
      const won = await Promise.all(
        batches.map(async (claims) => {
          const has = await claimQuotes(fixture.ctx, claims);
          return claims.filter(has);
        }),
      );
      expect(new Set(won.flat().map(({ id }) => id)).size).toBe(quotes.length);
      expect(won.flat()).toHaveLength(quotes.length);
      await Promise.all(batches.map((claims) => returnQuotes(fixture.ctx, claims)));
    }
  } finally {
    await fixture.close();
    await database.drop();
  }
});
