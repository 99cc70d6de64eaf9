import { must, rateKey } from "@ratebook/core";
import { type Check, checkOf } from "./check.ts";
import { pointsOf, type ReplayedDocument } from "./replay-documents.ts";
import type { ScratchCatalogue } from "./scratch-catalogue.ts";

/**
 * What must have become of the recorded accidents and pages. An event whose document a corpus does not have is not
 * checked: `leftOut` says which.
 */
export async function checkEvents(
  catalogue: ScratchCatalogue,
  documents: readonly ReplayedDocument[],
): Promise<{ checks: Check[]; leftOut: string[] }> {
  const checks: Check[] = [];
  const leftOut: string[] = [];
  const event = async (
    file: RegExp,
    what: string,
    check: (found: ReplayedDocument[]) => Check[] | Promise<Check[]>,
  ) => {
    const found = documents.filter((document) => file.test(document.file));
    if (found.length === 0) leftOut.push(`${what}: no document ${file.source} that a source reads`);
    else checks.push(...(await check(found)));
  };
  const failed = documents.filter(({ outcome }) => outcome === "failed");
  checks.push(
    checkOf(
      "a refused document changes nothing",
      failed.filter(({ leftTraces }) => leftTraces).map(({ file, source }) => `${file} as ${source}`),
      `${failed.length} documents were refused`,
    ),
  );
  await event(/badjson\.json$/, "invalid JSON", (found) => found.map(mustFail("valid json")));
  await event(/watsonx-per1k\.json$/, "prices per thousand", async ([bad]) => {
    const before = documents.find(({ file }) => /watsonx-per1k-before\.json$/.test(file));
    return [
      await checkWatsonx(catalogue, must(before, "the corpus has both sides"), must(bad, "it was found")),
    ];
  });
  await event(/vanish134\.json$/, "vanished models", ([gone]) => [vanishedCheck(must(gone, "it was found"))]);
  // A source of plain text has no tables whose currency it could name.
  await event(/aliyun-/, "a wrong page", (found) =>
    found.map((page) => mustFail(page.source === "fal-page" ? "a section Pricing" : "prices in USD")(page)),
  );
  await event(/deepseek-zh-/, "a page in CNY", (found) => found.map(mustFail("prices in USD")));
  await event(/zai-pricing/, "free by name", (found) => found.map(freeCheck));
  await event(/openai-developers-pricing/, "OpenAI's page", async ([page]) =>
    openaiChecks(catalogue, must(page, "it was found").at),
  );
  return { checks, leftOut };
}

const mustFail =
  (check: string) =>
  (document: ReplayedDocument): Check => {
    const { file, source, outcome, message } = document;
    const fails = outcome === "failed" && document.check === check;
    return checkOf(
      `${file} as ${source} is refused by the check "${check}"`,
      fails ? [] : [`${outcome}, check ${document.check}`],
      message ?? outcome,
    );
  };

async function checkWatsonx(
  { sql }: ScratchCatalogue,
  before: ReplayedDocument,
  bad: ReplayedDocument,
): Promise<Check> {
  const known = pointsOf(must(before.parsed, "it is a valid document").document);
  const born = [...pointsOf(must(bad.parsed, "it is a valid document").document)].filter(
    ([key, { offering }]) => offering.startsWith("watsonx/") && !known.has(key),
  );
  const broken: string[] = [];
  for (const [key, { offering, meter, usd, per }] of born) {
    const [active] = await sql`
      select 1 from ratebook.rate where offering = ${offering} and meter = ${meter}
        and usd * ${per} = ${usd}::numeric * per limit 1`;
    if (active !== undefined) broken.push(`${key} at $${usd} for ${per}`);
  }
  // Fewer would mean that the parser no longer sees them.
  if (born.length < 48) broken.push(`only ${born.length} prices of watsonx are new in the document`);
  return checkOf(
    "none of the watsonx prices of 2025-10-06, per thousand in the place of per one, was activated",
    broken,
    `${born.length} prices of watsonx were new that day`,
  );
}

function vanishedCheck({ vanished, unserved }: ReplayedDocument): Check {
  const lost = vanished.length > 100 ? [] : [`only ${vanished.length} offerings vanished in the document`];
  return checkOf(
    "the models that vanished on 2026-03-11 are still served",
    [...unserved, ...lost],
    `${vanished.length} offerings with a price vanished`,
  );
}

function freeCheck({ file, parsed, outcome }: ReplayedDocument): Check {
  const rates = parsed?.document.offerings.flatMap(({ rates }) => rates) ?? [];
  const free = rates.filter((rate) => rate.free === true);
  const broken = rates.filter((rate) => /^0(\.0+)?$/.test(rate.usd) !== (rate.free === true));
  return checkOf(
    `${file}: "Free" is a free flag, "\\" is nothing`,
    [
      ...broken.map((rate) => `${rate.meter} ${rate.usd} at ${rate.where}`),
      ...(free.length === 0 ? [`no free rate; ${outcome}`] : []),
    ],
    `${free.length} of ${rates.length} rates are free`,
  );
}

async function openaiChecks({ catalogue }: ScratchCatalogue, at: Date): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [model, wanted, absent] of OPENAI_2026_08_21) {
    const priced = await catalogue.at(`openai/${model}`, at);
    const active = new Map(
      (priced?.offering.rates ?? []).map((rate) => [rateKey(rate), `${rate.usd} / ${rate.per}`]),
    );
    const broken = wanted
      .filter(([key, usd]) => active.get(key) !== `${usd} / 1000000`)
      .map(([key, usd]) => `${key} is ${active.get(key) ?? "absent"}, not ${usd}`);
    const extra = absent.filter((meter) => [...active.keys()].some((key) => key.startsWith(meter)));
    checks.push(
      checkOf(
        `OpenAI's page of 2026-08-21 prices ${model} in every tier`,
        [...broken, ...extra.map((meter) => `${meter} has a price`)],
        `${wanted.length} rates as printed`,
      ),
    );
  }
  return checks;
}

const tier = (name: string): string => `?service_tier="${name}"`;
const LONG = "?total_input_tokens_above=272000";

/** Input, cache read, cache write and output in USD a million; null where the page has none. */
const rows = (conditions: string, prices: readonly (string | null)[]): [string, string][] =>
  ["input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens"].flatMap((meter, column) => {
    const usd = prices[column];
    return usd == null ? [] : [[`${meter}${conditions}`, usd] satisfies [string, string]];
  });

const OPENAI_2026_08_21: readonly (readonly [string, [string, string][], string[]])[] = [
  [
    "gpt-5.6-sol",
    [
      ...rows("", ["5", "0.5", "6.25", "30"]),
      ...rows(LONG, ["10", "1", "12.5", "45"]),
      ...rows(tier("batch"), ["2.5", "0.25", "3.125", "15"]),
      ...rows(tier("flex"), ["2.5", "0.25", "3.125", "15"]),
      ...rows(tier("priority"), ["10", "1", "12.5", "60"]),
    ],
    [],
  ],
  [
    "gpt-5.2",
    [
      ...rows("", ["1.75", "0.175", null, "14"]),
      ...rows(tier("batch"), ["0.875", "0.0875", null, "7"]),
      ...rows(tier("flex"), ["0.875", "0.0875", null, "7"]),
      ...rows(tier("priority"), ["3.5", "0.35", null, "28"]),
    ],
    ["cache_write_tokens"],
  ],
];
