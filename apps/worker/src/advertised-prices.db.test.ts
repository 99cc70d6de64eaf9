import {
  billResourceDays,
  createResource,
  listModels,
  type PricedModel,
  previewPrice,
  quoteUsage,
  recordSamples,
  recordUsage,
  reportDeployment,
  type ShownRate,
  setPolicy,
} from "@ratebook/billing";
import { OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { findSource, readSource } from "@ratebook/catalog";
import { METERS, must, parseDecimal, roundHalfEven, roundUp } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  // What a first start sells: the starter rates, and the chat models it lists at their bundled prices.
  for (const id of ["genai-prices", "starter"]) {
    const source = must(findSource(id), `${id} is a source`);
    const document = await must(source.bundled ?? null, `${id} is bundled`)();
    const body = document.raw;
    const { url } = document;
    const reading = await readSource(source, {
      from: "recording",
      body,
      url,
      fetchedAt: fixture.ctx.clock(),
    });
    if (!reading.ok || reading.value.status !== "parsed") throw new Error(`${id} cannot be read`);
    await fixture.prices.submitParsed(reading.value.parsed, body);
  }
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

/** Everything on the public price page, page by page. */
async function advertised(): Promise<PricedModel[]> {
  const items: PricedModel[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listModels(fixture.ctx, null, { limit: 50, ...(cursor !== undefined && { cursor }) });
    if (!page.ok) throw new Error(page.error.kind);
    items.push(...page.value.items);
    if (page.value.nextCursor === null) return items;
    cursor = page.value.nextCursor;
  }
}

/** A request that the rate is advertised for. */
function requestFor(model: PricedModel, rate: ShownRate) {
  const { total_input_tokens_above: above, utc_from, utc_to, ...dimensions } = rate.when;
  const isTokens = rate.meter.endsWith("_tokens");
  const isInput = rate.meter === "input_tokens";
  const used = above !== undefined && isInput ? above + 1000 : isTokens ? 1000 : 1;
  const quantities: Record<string, number> = { [rate.meter]: used };
  if (above !== undefined && !isInput) quantities.input_tokens = above + 1;
  const window = utc_from !== undefined || utc_to !== undefined;
  return { offering: model.offering, quantities, dimensions, used: BigInt(used), window };
}

/** The advertised price times the quantity, in nanos, by hand: shown dollars for `per`, rounded once, half-even. */
function expected(rate: ShownRate, used: bigint): bigint {
  const billed = billedQuantity(rate, used);
  const price = parseDecimal(rate.sellUsd);
  return roundHalfEven({ num: price.num * billed, den: price.den * rate.per });
}

/** In billionths, so that the product is in nanos. */
function billedQuantity({ included, minimum, increment }: ShownRate, used: bigint): bigint {
  const billionths = (text: string | null) => {
    const { num, den } = parseDecimal(text ?? "0");
    return roundUp({ num: num * 1_000_000_000n, den });
  };
  const beyond = used * 1_000_000_000n - billionths(included);
  if (beyond <= 0n) return 0n;
  const least = billionths(minimum);
  const billed = beyond < least ? least : beyond;
  const step = billionths(increment);
  return step === 0n ? billed : ((billed + step - 1n) / step) * step;
}

async function walk(round: string): Promise<{ walked: number; windows: number; meters: Set<string> }> {
  const { ctx } = fixture;
  const { id, key } = await fixture.customer(`buyer ${round}`, "100000");
  const meters = new Set<string>();
  let [walked, windows, total] = [0, 0, 0n];
  for (const model of await advertised()) {
    for (const rate of model.rates) {
      const { used, window, ...request } = requestFor(model, rate);
      // Sold at certain hours only, which need not be now.
      if (window) {
        windows += 1;
        continue;
      }
      const name = `${model.offering} ${rate.meter} ${JSON.stringify(rate.when)}`;
      const quote = await quoteUsage(ctx, key, request);
      if (!quote.ok) throw new Error(`${name}: ${JSON.stringify(quote.error)}`);
      const line = quote.value.lines.find(({ meter }) => meter === rate.meter);
      expect(line, name).toMatchObject({ rateId: rate.rateId, amount: expected(rate, used) });
      const preview = await previewPrice(ctx, null, request);
      expect(preview.ok && preview.value?.amount, name).toBe(quote.value.amount);
      const debit = await recordUsage(ctx, key, {
        ...request,
        quoteId: quote.value.quoteId,
        idempotencyKey: `${round} ${name}`,
      });
      if (!debit.ok) throw new Error(`${name}: ${JSON.stringify(debit.error)}`);
      expect(debit.value, name).toMatchObject({
        status: "debited",
        amount: quote.value.amount,
        lines: quote.value.lines,
        catalogueVersion: quote.value.catalogueVersion,
      });
      total += debit.value.amount;
      walked += 1;
      meters.add(rate.meter);
    }
  }
  // The wallet lost exactly what was shown.
  const [wallet] = await database.sql<{ consumed: bigint }[]>`
    select consumed from ratebook.wallet where account_id = ${id}`;
  expect(wallet?.consumed).toBe(total);
  return { walked, windows, meters };
}

test("every advertised price has a meter that bills it, and page, preview, quote and debit say the same nanos", async () => {
  const { walked, windows, meters } = await walk("shipped");
  console.log(
    `${walked} advertised prices of ${meters.size} meters debited once, ${windows} sold at other hours`,
  );
  expect(walked).toBeGreaterThan(100);
  expect([...meters].filter((meter) => !(meter in METERS))).toEqual([]);
});

test("advertised infrastructure is what a container, its deployment and stored knowledge really cost", async () => {
  const { ctx, prices } = fixture;
  const shown = new Map(
    (await advertised())
      .filter(({ provider }) => provider === "ratebook")
      .flatMap(({ model, rates }) => rates.map(({ sellUsd, per }) => [model, `${sellUsd} for ${per}`])),
  );
  expect(Object.fromEntries(shown)).toEqual({
    container: "0.67 for 1",
    deployment: "0.5 for 1",
    storage: "0.01 for 1",
  });
  const { id } = await fixture.customer("tenant", "10");
  const made = await createResource(ctx, OPERATOR, { customer: id, kind: "container", name: "web" });
  const container = must(made.ok ? made.value : null, "it is created");
  expect(container.creditsDeducted).toBe(500_000_000n);
  await reportDeployment(ctx, OPERATOR, { id: container.resource.id, outcome: "deployed" });
  const samples = [{ bytes: 1_000_000_000n, sampledAt: ctx.clock() }];
  await recordSamples(ctx, OPERATOR, { customer: id, store: "knowledge", samples });
  // The fixture begins at midnight: a whole day, and the hour in which samples still come in.
  prices.advance(25 * 3_600_000);
  await billResourceDays(ctx);
  const [wallet] = await database.sql<{ consumed: bigint }[]>`
    select consumed from ratebook.wallet where account_id = ${id}`;
  // 0.50 + 0.67 + 0.01
  expect(wallet?.consumed).toBe(1_180_000_000n);
});

test("the same under rules with a price of their own, bounds, and a discount", async () => {
  const rules = [
    { id: "odd", match: { meter: "output_tokens" }, price: { usd: "10", per: 3_000_000 } },
    { id: "floor", match: { meter: "input_tokens" }, percentBps: 0, floor: { usd: "0.7", per: 1_000_000 } },
    { id: "less", match: { modality: "image" }, percentBps: -3333, allowLoss: true },
    { id: "rest", match: {}, percentBps: 1234 },
  ];
  const set = await setPolicy(fixture.ctx, OPERATOR, { rules, note: "odd rules" });
  expect(set.ok).toBe(true);
  await walk("odd");
});
