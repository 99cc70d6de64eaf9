import { createCatalogue, getModel } from "@ratebook/billing";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import type { Lab } from "./lab.ts";
import { type PriceHistory, writePriceHistory } from "./price-history.ts";
import { percentile } from "./statistics.ts";

/** How long it takes to tell what something cost on a past day. */
export const asOf: Bench = {
  name: "as-of",
  title: "what one of 10,000 offerings cost at an instant of 50 versions, with its history",
  run: measure,
};

async function measure(lab: Lab): Promise<Omit<Figure, "bench">[]> {
  const { sql } = (await lab.openDatabase("as_of")).connect({ max: 2 });
  const history = await writePriceHistory(sql, lab);
  const clock = (): Date => new Date();
  // As a server that starts now: it reads what it keeps in memory, and asks for what is older.
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, catalogue };

  const since = Date.now() - MEMORY_MS;
  const versions = Array.from({ length: history.versions - 1 }, (_, index) => index + 2);
  // The version before the horizon ends after it, so it is neither.
  const recent = versions.filter((version) => history.activeFrom(version).getTime() >= since);
  const older = versions.filter((version) => history.activeFrom(version + 1).getTime() < since);

  async function lookUp(among: readonly number[]): Promise<number[]> {
    const latenciesMs: number[] = [];
    for (let turn = 0; turn < (lab.quick ? 50 : LOOKUPS); turn += 1) {
      // Every other one of those that were repriced.
      const index = (turn * STRIDE) % (turn % 2 === 0 ? history.offerings : history.moving);
      const version = among[turn % among.length] ?? 2;
      const at = new Date(history.activeFrom(version).getTime() + HOUR_MS);
      const start = performance.now();
      const found = await getModel(ctx, null, { offering: history.nameOf(index), at });
      latenciesMs.push(performance.now() - start);
      expectPrice(found, history, { index, version });
    }
    return latenciesMs;
  }

  const figures = async (what: string, among: readonly number[], note: string) => {
    const latenciesMs = await lookUp(among);
    return [0.5, 0.99].map((share) => ({
      what: `as-of lookup, ${what}, ${share === 0.5 ? "median" : "p99"}`,
      measured: percentile(latenciesMs, share),
      unit: "ms" as const,
      target: { atMost: 5 },
      note: share === 0.5 ? note : "",
    }));
  };
  await lookUp(recent.slice(-1));
  return [
    ...(await figures("last 35 days", recent, "rates from memory; freshness and history are queried")),
    ...(await figures("before that", older, "the version and its rates are queried as well")),
  ];
}

type Found = Awaited<ReturnType<typeof getModel>>;

function expectPrice(
  found: Found,
  history: PriceHistory,
  { index, version }: { index: number; version: number },
): void {
  const expected = `${history.inputPrice(index, version)} in version ${version}`;
  const input = found.ok
    ? found.value.rates.find(
        ({ meter, when }) => meter === "input_tokens" && when.total_input_tokens_above === undefined,
      )
    : undefined;
  const told = found.ok ? `${input?.usd} in version ${found.value.catalogueVersion}` : found.error.kind;
  if (told !== expected) throw new Error(`${history.nameOf(index)} was told as ${told}, not ${expected}`);
}

/** As far back as a process keeps rates in memory. */
const MEMORY_MS = 35 * 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const LOOKUPS = 1_000;
/** A prime, so that neighbours in time are no neighbours in the index. */
const STRIDE = 7919;
