import { readAmount, readCount, readDay } from "@ratebook/billing";
import { type CsvRecord, err, ok, type Result } from "@ratebook/core";
import { type Cells, cellsOf, type ExportDocument, type ExportRow } from "./export-format.ts";
import type { SummedUsage } from "./list-price.ts";

/**
 * OpenAI's exports of its usage page: completions usage (a row a bucket, model and key), and costs (a row a line item).
 * Columns are those of its API, https://platform.openai.com/docs/api-reference/usage, and of public exports of the page,
 * read 2026-11-28: `input_tokens` includes cached ones, empty periods have empty rows.
 *
 * @returns null where the header is of neither
 */
export function openaiExport(header: CsvRecord): ExportDocument | null {
  const usage = cellsOf(header, ["start_time", "model", "input_tokens", "output_tokens"]);
  if (usage !== null) {
    return { tells: "usage", ...OPENAI, read: (record) => readUsage(usage.of(record)) };
  }
  const costs = cellsOf(header, ["start_time", "amount_value", "amount_currency", "line_item"]);
  if (costs === null) return null;
  const counted = header.cells.some((cell) => cell.trim() === "quantity");
  const tells = counted ? "both" : "costs";
  return { tells, ...OPENAI, read: (record) => readCosts(costs.of(record)) };
}

const OPENAI = { provider: "openai", models: {} };

function readUsage(cells: Cells): Result<ExportRow | null, string> {
  const model = cells.text("model");
  const counts = new Map<string, bigint>();
  for (const column of COUNTS) {
    const count = cells.text(column) === "" ? 0n : readCount(cells.text(column));
    if (count === null) return err(`${column}: “${cells.text(column)}” is no whole number`);
    counts.set(column, count);
  }
  const of = (column: (typeof COUNTS)[number]): bigint => counts.get(column) ?? 0n;
  const used = of("input_tokens") + of("output_tokens");
  if (model === "" && used === 0n) return ok(null);
  const day = readDay(cells.text("start_time"));
  if (day === null) return err(`start_time: “${cells.text("start_time")}” is no date`);
  if (model === "") return err("model: is empty; group the export by model");
  const cachedMedia = of("input_cached_audio_tokens") + of("input_cached_image_tokens");
  const media = of("input_audio_tokens") + of("input_image_tokens");
  const cached = of("input_cached_tokens") - cachedMedia;
  const all = {
    input_tokens: of("input_tokens") - media - cached,
    cache_read_tokens: cached,
    audio_input_tokens: of("input_audio_tokens") - of("input_cached_audio_tokens"),
    audio_input_cached_tokens: of("input_cached_audio_tokens"),
    image_input_tokens: of("input_image_tokens") - of("input_cached_image_tokens"),
    image_input_cached_tokens: of("input_cached_image_tokens"),
    output_tokens: of("output_tokens") - of("output_audio_tokens") - of("output_image_tokens"),
    audio_output_tokens: of("output_audio_tokens"),
    image_output_tokens: of("output_image_tokens"),
  };
  const negative = Object.entries(all).find(([, count]) => count < 0n);
  if (negative !== undefined) return err(`${negative[0]}: its parts are more than the whole`);
  const usage = {
    quantities: Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0n)),
    dimensions: tierOf(cells),
    inputAbove: 0,
    requests: cells.text("num_model_requests") === "" ? null : of("num_model_requests"),
  };
  return ok({ day, model, amount: null, usage });
}

function readCosts(cells: Cells): Result<ExportRow | null, string> {
  const [amountText, item] = [cells.text("amount_value"), cells.text("line_item")];
  if (amountText === "") return ok(null);
  const day = readDay(cells.text("start_time"));
  if (day === null) return err(`start_time: “${cells.text("start_time")}” is no date`);
  const currency = cells.text("amount_currency");
  if (currency.toLowerCase() !== "usd") return err(`amount_currency: “${currency}” is not usd`);
  const amount = readAmount(amountText, "usd");
  if (amount === null) return err(`amount_value: “${amountText}” is no amount`);
  if (item === "") return err("line_item: is empty; group the export by line item");
  return ok({ day, model: item, amount, usage: itemUsage(item, cells) });
}

/** What a line item counts, where it counts tokens of a kind that is known. */
function itemUsage(item: string, cells: Cells): SummedUsage | null {
  const kind = /,\s*([^,]+)$/
    .exec(item)?.[1]
    ?.trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, " ");
  const meter = kind === undefined ? undefined : ITEM_METERS.get(kind.replace(/ tokens$/, ""));
  const quantity = readCount(cells.text("quantity"));
  if (meter === undefined || quantity === null || cells.text("quantity_unit").toLowerCase() !== "tokens")
    return null;
  // A credit, or nothing at all, is compared with no usage.
  if (quantity === 0n) return null;
  return { quantities: { [meter]: quantity }, dimensions: {}, inputAbove: 0, requests: null };
}

function tierOf(cells: Cells): { [name: string]: string } {
  if (["true", "1"].includes(cells.text("batch").toLowerCase())) return { service_tier: "batch" };
  const tier = cells.text("service_tier").toLowerCase();
  return ["", "default", "auto", "standard"].includes(tier) ? {} : { service_tier: tier };
}

const COUNTS = [
  "input_tokens",
  "output_tokens",
  "input_cached_tokens",
  "input_audio_tokens",
  "input_cached_audio_tokens",
  "input_image_tokens",
  "input_cached_image_tokens",
  "output_audio_tokens",
  "output_image_tokens",
  "num_model_requests",
] as const;

const ITEM_METERS: ReadonlyMap<string, string> = new Map([
  ["input", "input_tokens"],
  ["cached input", "cache_read_tokens"],
  ["input cached", "cache_read_tokens"],
  ["output", "output_tokens"],
]);
