import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nanos } from "@ratebook/core";
import { connect } from "@ratebook/db";
import { startTestServer, type TestServer } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import type { Acknowledgement } from "./crash-writer.ts";
import { createLedger } from "./create-ledger.ts";
import { grant } from "./ledger-fixture.ts";
import { opId } from "./op-id.ts";
import { openWallet } from "./open-wallet.ts";

let server: TestServer;
let folder: string;
const writers: ChildProcess[] = [];
beforeAll(async () => {
  server = await startTestServer({ durable: true });
  folder = await mkdtemp(join(tmpdir(), "ratebook-crash-"));
});
afterAll(async () => {
  for (const writer of writers) if (isRunning(writer)) writer.kill("SIGKILL");
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test("no acknowledged operation is lost or doubled when a writer is killed and the server crashes", async () => {
  const accounts = ["a", "b", "c"].map((name) => opId("test", `crash ${name}`));
  await fund(accounts);
  const logs = [0, 1, 2].map((index) => join(folder, `writer-${index}.log`));
  for (const log of logs) writers.push(startWriter(log, accounts));
  const acknowledged = async () => (await Promise.all(logs.map(readLog))).flat();
  const until = async (count: number): Promise<void> => {
    const patience = AbortSignal.timeout(60_000);
    while ((await acknowledged()).length < count) await delay(20, undefined, { signal: patience });
  };

  await until(600);
  writers[0]?.kill("SIGKILL");
  const beforeCrash = (await acknowledged()).length;
  await until(beforeCrash + 600);
  await server.crash();
  await server.restart();
  const afterCrash = (await acknowledged()).length;
  await until(afterCrash + 600);
  await Promise.all(writers.slice(1).map(stopWriter));

  const acknowledgements = await acknowledged();
  const { sql, close } = connect({ url: server.appUrl, max: 2, applicationName: "test" });
  try {
    const entries = await sql<{ opId: string; account: string; seq: bigint; amount: bigint }[]>`
      select op_id as "opId", account_id as account, seq, amount from ratebook.entry`;
    const posted = new Map(entries.map((entry) => [`${entry.account} ${entry.opId}`, entry]));
    expect(posted.size).toBe(entries.length);
    const wrong = acknowledgements.filter(({ account, opId: id, seq, taken }) => {
      const entry = posted.get(`${account} ${id}`);
      return entry === undefined || `${entry.seq}` !== seq || `${-entry.amount}` !== taken;
    });
    expect(wrong).toEqual([]);
    // The same operation was sent by every process, and done for at most one of them.
    const done = acknowledgements
      .filter(({ kind }) => kind === "done")
      .map(({ account, opId: id }) => `${account} ${id}`);
    expect(new Set(done).size).toBe(done.length);
    expect(acknowledgements.some(({ kind }) => kind === "replayed")).toBe(true);
    await expectBooksBalance(sql);
  } finally {
    await close();
  }
});

async function fund(accounts: readonly string[]): Promise<void> {
  const { sql, db, close } = connect({ url: server.appUrl, max: 2, applicationName: "test" });
  const ledger = createLedger({ sql });
  for (const account of accounts) {
    await openWallet(db, account);
    // Soon spent, so that debt is part of it.
    await ledger.post(grant(account, { amount: nanos(1500n) }));
  }
  await ledger.close();
  await close();
}

function startWriter(log: string, accounts: readonly string[]): ChildProcess {
  const script = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));
  return spawn(process.execPath, [script, server.appUrl, log, ...accounts], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function stopWriter(writer: ChildProcess): Promise<void> {
  const ended = once(writer, "exit");
  if (!isRunning(writer)) throw new Error("a writer ended by itself");
  writer.kill("SIGTERM");
  await ended;
  expect(writer.exitCode).toBe(0);
}

const isRunning = (writer: ChildProcess): boolean => writer.exitCode === null && writer.signalCode === null;

/** What a writer acknowledged so far; a line that a kill cut short was never an acknowledgement. */
async function readLog(path: string): Promise<Acknowledgement[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map(parseAcknowledgement);
}

/** The writer beside this file is the only one who writes these lines. */
const parseAcknowledgement = (line: string): Acknowledgement => JSON.parse(line) as Acknowledgement;
