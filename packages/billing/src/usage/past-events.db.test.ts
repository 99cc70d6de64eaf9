import { connect } from "@ratebook/db";
import { testDatabase } from "@ratebook/db/testing";
import { expect, test } from "vitest";
import { languageModel, usageFixture } from "../testing/index.ts";
import { eachPastEvents } from "./past-events.ts";
import { recordUsage } from "./record-usage.ts";

test("past events are read to their end, however long the work between two batches takes", async () => {
  const database = await testDatabase();
  const fixture = await usageFixture(database);
  const hasty = connect({ url: database.url, max: 1, applicationName: "hasty", statementTimeoutMs: 2_000 });
  try {
    await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "1", "1"), listed: true }] });
    const { key } = await fixture.customer("a", "10");
    const from = fixture.ctx.clock();
    const debits = await Promise.all(
      Array.from({ length: 601 }, (_, index) =>
        recordUsage(fixture.ctx, key, {
          offering: "acme/one",
          quantities: { input_tokens: 1 },
          idempotencyKey: `e${index}`,
        }),
      ),
    );
    expect(debits.filter(({ ok }) => !ok)).toEqual([]);
    let read = 0;
    const to = new Date(from.getTime() + 86_400_000);
    const done = await eachPastEvents(
      { sql: hasty.sql },
      { from, to, by: "occurred", limit: 1_000 },
      async (events) => {
        read += events.length;
        // Longer than one of this connection's statements may take.
        await database.sql`select pg_sleep(2.5)`;
      },
    );
    expect(done).toEqual({ events: 601, complete: true });
    expect(read).toBe(601);
  } finally {
    await hasty.close();
    await fixture.close();
    await database.drop();
  }
});
