import { describe, expect, test } from "vitest";
import { parsePriceDocument } from "./parse-document.ts";

const rate = { meter: "input_tokens", usd: "1.25", per: 1_000_000 };
const offering = { provider: "acme", model: "m", modality: "language", rates: [rate] };
const document = (changes: object = {}) => ({
  source: "manual",
  asOf: "2026-11-22T00:00:00Z",
  currency: "USD",
  offerings: [offering],
  ...changes,
});
const withRates = (...rates: object[]) => document({ offerings: [{ ...offering, rates }] });

function issuesOf(input: unknown): string[] {
  const parsed = parsePriceDocument(input);
  return parsed.ok ? [] : parsed.error.issues.map(({ path, message }) => `${path}: ${message}`);
}

test("a document in the contract's form is read with its defaults", () => {
  const parsed = parsePriceDocument(document());
  expect(parsed.ok && parsed.value.offerings[0]?.rates[0]).toMatchObject({ usd: "1.25", when: {} });
});

test("the place of a bad price is named as people write it", () => {
  const offerings = [offering, { ...offering, model: "n", rates: [rate, { ...rate, usd: "1e-6" }] }];
  expect(issuesOf(document({ offerings }))).toEqual([
    'offerings[1].rates[1].usd: must be plain decimal text such as "0.15"',
  ]);
});

test.each(["-1", "NaN", "Infinity", "", " 1", "1.", ".5", "1e3", "٣"])("the price %j is refused", (usd) => {
  expect(issuesOf(withRates({ ...rate, usd }))).toHaveLength(1);
});

test.each(["toString", "__proto__", "tokens", "x_", "X_CALL"])("the meter %j is refused", (meter) => {
  expect(issuesOf(withRates({ ...rate, meter }))).toHaveLength(1);
});

test("another currency is refused by name", () => {
  expect(issuesOf(document({ currency: "EUR" }))).toEqual([
    "currency: only USD is supported; convert or leave the document out",
  ]);
});

test("an unknown field is refused, never dropped", () => {
  expect(issuesOf(withRates({ ...rate, price: "1" }))).toHaveLength(1);
});

describe("what fields say together", () => {
  test("a rate stated twice is refused, in whatever unit", () => {
    const same = { ...rate, usd: "0.00125", per: 1000 };
    expect(issuesOf(withRates(rate, same))).toEqual([
      "offerings[0].rates[1]: input_tokens is also priced by rates[0] at that time",
    ]);
    expect(issuesOf(withRates(rate, { ...rate, when: { service_tier: "batch" } }))).toEqual([]);
  });

  test("the same conditions in another order are the same price point", () => {
    const one = { ...rate, when: { resolution: "4k", audio: true } };
    const other = { ...rate, when: { audio: true, resolution: "4k" } };
    expect(issuesOf(withRates(one, other))).toHaveLength(1);
  });

  test("validity may follow, and must not overlap", () => {
    const until = { ...rate, validUntil: "2026-12-01T00:00:00Z" };
    const from = (validFrom: string) => ({ ...rate, usd: "2", validFrom });
    expect(issuesOf(withRates(until, from("2026-12-01T00:00:00Z")))).toEqual([]);
    expect(issuesOf(withRates(until, from("2026-12-01T01:00:00+01:00")))).toEqual([]);
    expect(issuesOf(withRates(until, from("2026-11-30T23:59:59Z")))).toHaveLength(1);
  });

  test("a validity that ends before it begins is refused", () => {
    const backwards = { ...rate, validFrom: "2026-12-01T00:00:00Z", validUntil: "2026-12-01T00:00:00Z" };
    expect(issuesOf(withRates(backwards))).toEqual([
      "offerings[0].rates[0].validUntil: must be after validFrom",
    ]);
  });

  test("an x_ meter needs its definition, which says how it is counted", () => {
    const call = { meter: "x_call", usd: "0.01", per: 1, minimum: "0.5" };
    const meters = (integer: boolean) => [{ name: "x_call", unit: "call", integer }];
    const doc = withRates(call);
    expect(issuesOf(doc)).toEqual([
      "offerings[0].rates[0].meter: x_call is not defined in the document's meters",
    ]);
    expect(issuesOf({ ...doc, meters: meters(false) })).toEqual([]);
    expect(issuesOf({ ...doc, meters: meters(true) })).toEqual([
      "offerings[0].rates[0].minimum: must be a whole number",
    ]);
    expect(issuesOf({ ...doc, meters: [...meters(false), ...meters(false)] })).toEqual([
      "meters[1].name: is defined twice",
    ]);
  });

  test("a time window needs both ends, and may wrap midnight", () => {
    const within = (when: object) => withRates({ ...rate, when });
    expect(issuesOf(within({ utc_from: "16:30", utc_to: "00:30" }))).toEqual([]);
    expect(issuesOf(within({ utc_from: "16:30" }))).toEqual([
      "offerings[0].rates[0].when.utc_to: utc_from and utc_to go together",
    ]);
    expect(issuesOf(within({ utc_from: "16:30", utc_to: "16:30" }))).toHaveLength(1);
    expect(issuesOf(within({ utc_from: "24:00", utc_to: "01:00" }))).toHaveLength(1);
  });

  test("free is said of a price of 0 alone", () => {
    expect(issuesOf(withRates({ ...rate, usd: "0", free: true }))).toEqual([]);
    expect(issuesOf(withRates({ ...rate, free: true }))).toEqual([
      "offerings[0].rates[0].free: a free rate cannot cost 1.25",
    ]);
  });

  test("an increment of 0 and a fraction of a token are refused", () => {
    expect(issuesOf(withRates({ ...rate, increment: "0.0" }))).toContain(
      "offerings[0].rates[0].increment: must be above 0",
    );
    expect(issuesOf(withRates({ ...rate, minimum: "1.5" }))).toEqual([
      "offerings[0].rates[0].minimum: must be a whole number",
    ]);
  });

  test("an offering stated twice is refused", () => {
    expect(issuesOf(document({ offerings: [offering, offering] }))).toEqual([
      "offerings[1].model: repeats acme/m of offerings[0]",
    ]);
  });

  test("a default request must be possible", () => {
    const withDefault = (quantities: object) =>
      document({ offerings: [{ ...offering, defaultRequest: { quantities } }] });
    expect(issuesOf(withDefault({ input_tokens: 1000, video_second: "7.5" }))).toEqual([]);
    expect(issuesOf(withDefault({ input_tokens: 0.5 }))).toEqual([
      "offerings[0].defaultRequest.quantities.input_tokens: must be a whole number",
    ]);
  });
});
