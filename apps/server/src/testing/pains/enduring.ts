import { dollars } from "@ratebook/billing/testing";
import { expect } from "vitest";
import { startFailingServer } from "../start-failing-server.ts";
import { testConfig } from "../start-test-server.ts";
import { DOLLAR_TWENTY, type Proof } from "./pain-system.ts";

export const lostIncrements: Proof = async ({ doors, usage, balance }) => {
  const payers = await Promise.all(Array.from({ length: 8 }, (_, n) => doors.payer(`pain 18 ${n}`, "120")));
  // Debits, refills, holds that settle and holds that are let go, of every wallet at once and in opposite orders.
  const work = payers.map(({ id, apiKey }, at) => async () => {
    const steps = Array.from({ length: 20 }, (_, n) => async () => {
      const debit = await usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: `d-${n}` });
      expect(debit).toMatchObject({ status: 200, body: { status: "debited" } });
      await doors.fund(id, "1");
      const hold = await doors.send("POST", "/api/v1/holds", {
        key: apiKey,
        body: { amount: "1.2", idempotencyKey: `h-${n}` },
      });
      const end = n % 2 === 0 ? "release" : "settle";
      const ended = await doors.send("POST", `/api/v1/holds/${String(hold.body.holdId)}/${end}`, {
        key: apiKey,
        ...(end === "settle" && { body: { outcome: "completed", amount: "0.2" } }),
      });
      expect(ended.status).toBe(200);
    });
    await Promise.all((at % 2 === 0 ? steps : steps.toReversed()).map((step) => step()));
  });
  await Promise.all(work.map((wallet) => wallet()));
  // 120 − 20 × 1.20 + 20 × 1 − 10 × 0.20
  for (const { apiKey } of payers) {
    expect(await balance(apiKey)).toMatchObject({ balance: 114, available: 114, pending: 0, debt: 0 });
  }
};

export const killedServer: Proof = async ({ doors, usage, balance }) => {
  const { id, apiKey } = await doors.payer("pain 18 killed", "240");
  const ahead = doors.ctx.clock().getTime() - Date.now();
  const server = await startFailingServer(testConfig(doors.database), ahead);
  const events = Array.from({ length: 200 }, (_, n) => ({ ...DOLLAR_TWENTY, idempotencyKey: `k-${n}` }));
  const acknowledged = new Set<string>();
  const waiting = events.values();
  // Each sends its next event when the last one is answered, so that the server never has all of them at once.
  const caller = async (): Promise<void> => {
    for (const event of waiting) {
      const response = await fetch(new URL("/api/v1/usage", server.url), {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(event),
      }).catch(() => null);
      if (response?.status === 200) acknowledged.add(event.idempotencyKey);
      if (acknowledged.size >= 20) server.kill();
    }
  };
  try {
    await Promise.all(Array.from({ length: 16 }, caller));
    expect(await server.killed).toBe(true);
  } finally {
    await server.stop();
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(20);
  expect(acknowledged.size).toBeLessThan(200);
  // The caller tries again what was not answered, and, to be sure, everything else as well, at the server that is left.
  const answers = await Promise.all(events.map((event) => usage(apiKey, event)));
  for (const [at, { status, body }] of answers.entries()) {
    expect(status).toBe(200);
    if (acknowledged.has(`k-${at}`)) expect(body.status).toBe("replayed");
  }
  // 240 − 200 × 1.20
  expect(await balance(apiKey)).toMatchObject({ balance: 0, debt: 0 });
  const [sums] = await doors.database.sql<{ entries: number; amount: bigint }[]>`
    select count(*)::int as entries, sum(amount)::int8 as amount from ratebook.entry
    where account_id = ${id} and kind = 'debit'`;
  expect(sums).toEqual({ entries: 200, amount: dollars("-240") });
};
