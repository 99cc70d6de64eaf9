import type { Bench } from "./bench.ts";
import { bothSides, CALLERS, debitByLedger, pace, speedRatio } from "./debits.ts";
import { drive } from "./drive.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { openRestCustomer, usageEvent } from "./rest-customer.ts";
import { alternate, percentile } from "./statistics.ts";
import { work } from "./work.ts";

/** What a batch loses on its way through HTTP, parsing, rating and answering. */
export const restBatch: Bench = {
  name: "rest-batch",
  title: "POST /api/v1/usage/batch of 100 events, and the batcher in this process",
  run: compareBatches,
};

/** What one event costs through the whole house. */
export const restSingle: Bench = {
  name: "rest-single",
  title: "POST /api/v1/usage over 64 connections",
  run: measureSingles,
};

async function compareBatches(lab: Lab) {
  const database = await lab.openDatabase("rest_batch");
  const customer = await openRestCustomer(database, CONNECTIONS);
  const batch = async (): Promise<void> => {
    const said = await customer.post("/api/v1/usage/batch", {
      events: Array.from({ length: EVENTS }, usageEvent),
    });
    const debited = said.split('"status":"debited"').length - 1;
    if (debited !== EVENTS)
      throw new Error(`${debited} of ${EVENTS} events were debited: ${said.slice(0, 500)}`);
  };
  const alone = (): Promise<void> => debitByLedger(customer.ledger, customer.account);
  try {
    const { rounds, forMs } = pace(lab);
    const byRest = async (ms: number) => {
      const { perSecond } = await drive({ callers: CONNECTIONS, forMs: ms }, batch);
      return { perSecond: perSecond * EVENTS };
    };
    const inProcess = (ms: number) => drive({ callers: CONNECTIONS * EVENTS, forMs: ms }, alone);
    await byRest(forMs / 3);
    await inProcess(forMs / 3);
    const pairs = await alternate(rounds, {
      ours: () => byRest(forMs),
      other: async () => ({ perSecond: (await inProcess(forMs)).perSecond }),
    });
    return [
      {
        what: `REST batches of ${EVENTS} events, ${CONNECTIONS} connections : the batcher in process, as many at a time`,
        measured: speedRatio(pairs),
        unit: "ratio" as const,
        target: { atLeast: 0.5 },
        note: bothSides(pairs, "events a second", ({ perSecond }) => perSecond),
      },
    ];
  } finally {
    await customer.close();
  }
}

async function measureSingles(lab: Lab) {
  const database = await lab.openDatabase("rest_single");
  const customer = await openRestCustomer(database, CALLERS);
  const single = async (): Promise<void> => {
    const said = await customer.post("/api/v1/usage", usageEvent());
    if (!said.includes('"status":"debited"'))
      throw new Error(`an event was not debited: ${said.slice(0, 500)}`);
  };
  const others = async (): Promise<number[]> => [customer.pid, ...(await database.backends())];
  try {
    const forMs = lab.quick ? 300 : 5_000;
    await drive({ callers: CALLERS, forMs: forMs / 3 }, single);
    const { latenciesMs, perSecond, cpu } = await work({ callers: CALLERS, forMs, others }, single);
    const figure = (what: string, measured: number | null, unit: "ms" | "µs", note: string) => ({
      what: `REST single debit, ${CALLERS} connections, ${what}`,
      measured,
      unit,
      target: null,
      note,
    });
    return [
      figure("p50", percentile(latenciesMs, 0.5), "ms", `${threeDigits(perSecond)} requests a second`),
      figure("p99", percentile(latenciesMs, 0.99), "ms", ""),
      figure(
        "CPU a request",
        cpu?.others ?? null,
        "µs",
        cpu === null
          ? "this system does not tell the CPU time of other processes"
          : `server and PostgreSQL; the caller took ${threeDigits(cpu.node)} µs besides, on the same cores`,
      ),
    ];
  } finally {
    await customer.close();
  }
}

const EVENTS = 100;
const CONNECTIONS = 4;
