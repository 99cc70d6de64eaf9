import { chmod, mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../client.ts";
import { isDatabaseDown } from "../database-errors.ts";
import { isRunning } from "../embedded/processes.ts";
import { startEmbedded } from "../embedded/start-embedded.ts";
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

test("the server and data of a test run that was killed are removed by the next one", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "ratebook-test-"));
  await chmod(dataDir, 0o755);
  const { pid } = await startEmbedded({ dataDir, durable: false });
  await writeFile(join(dataDir, "start.lock"), "1 an-earlier-boot:1 x\n");
  const next = await startTestServer({ durable: true });
  await next.stop();
  expect(await isRunning(pid)).toBe(false);
  await expect(stat(dataDir)).rejects.toMatchObject({ code: "ENOENT" });
});
