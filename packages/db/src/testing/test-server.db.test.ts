import { expect, test } from "vitest";
import { connect } from "../client.ts";
import { isDatabaseDown } from "../database-errors.ts";
import { startTestServer } from "./test-server.ts";

test("what was committed survives a crash, and the database is said to be down until the restart", async () => {
  const server = await startTestServer({ durable: true });
  const { sql, close } = connect({ url: server.appUrl, max: 2, applicationName: "crash test" });
  try {
    await sql`create schema scratch`;
    await sql`create table scratch.note as select 1 as n`;
    const cut = sql`select pg_sleep(60)`.catch((error: unknown) => error);
    await sql`select 1`;
    await server.crash();
    expect(isDatabaseDown(await cut)).toBe(true);
    expect(isDatabaseDown(await sql`select 1`.catch((error: unknown) => error))).toBe(true);
    await server.restart();
    expect(await sql`select n from scratch.note`).toEqual([{ n: 1 }]);
  } finally {
    await close();
    await server.stop();
  }
});
