import { readAmount, readCount, readDay } from "@ratebook/billing";
import { type CsvRecord, err, ok, type Result } from "@ratebook/core";
import { type Cells, type ExportDocument, type ExportRow, rowsOf } from "./export-format.ts";
import type { SummedUsage } from "./list-price.ts";

/**
 * OpenAI's exports of its usage page: completions usage (a row a bucket, model and key), and costs (a row a line item).
 * Columns are those of its API, https://platform.openai.com/docs/api-reference/usage, and of public exports of the page,
 * read 2026-11-28: `input_tokens` includes cached ones, empty periods have empty rows.
 *
 * @returns null where the header is of neither
 */
export function openaiExport(header: CsvRecord): ExportDocument | null {
  const usage = rowsOf(header, ["start_time", "model", "input_tokens", "output_tokens"]);
  if (usage !== null) {
    return { tells: "usage", ...OPENAI, read: usage(readUsage) };
  }
  const costs = rowsOf(header, ["start_time", "amount_value", "amount_currency", "line_item"]);
  if (costs === null) return null;
  const counted = header.cells.some((cell) => cell.trim() === "quantity");
  const tells = counted ? "both" : "costs";
  return { tells, ...OPENAI, read: costs(readCosts) };
}

const OPENAI = { provider: "openai", models: {} };

function readUsage(cells: Cells): Result<ExportRow | null, string> {
  const model = cells("model");
  const counts = new Map<string, bigint>();
  for (const column of COUNTS) {
    const count = cells(column) === "" ? 0n : readCount(cells(column));
    if (count === null) return err(`${column}: “${cells(column)}” is no whole number`);
    counts.set(column, count);
  }
  const of = (column: (typeof COUNTS)[number]): bigint => counts.get(column) ?? 0n;
  const used = of("input_tokens") + of("output_tokens");
  if (model === "" && used === 0n) return ok(null);
  const day = readDay(cells("start_time"));
  if (day === null) return err(`start_time: “${cells("start_time")}” is no date`);
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
    requests: cells("num_model_requests") === "" ? null : of("num_model_requests"),
  };
  return ok({ day, model, amount: null, usage });
}

function readCosts(cells: Cells): Result<ExportRow | null, string> {
  const [amountText, item] = [cells("amount_value"), cells("line_item")];
  if (amountText === "") return ok(null);
  const day = readDay(cells("start_time"));
  if (day === null) return err(`start_time: “${cells("start_time")}” is no date`);
  const currency = cells("amount_currency");
  if (currency.toLowerCase() !== "usd") return err(`amount_currency: “${currency}” is not usd`);
  const amount = readAmount(amountText, "usd");
  if (amount === null) return err(`amount_value: “${amountText}” is no amount`);
  if (item === "") return err("line_item: is empty; group the export by line item");
  const usage = itemUsage(item, cells);
  return usage.ok ? ok({ day, model: item, amount, usage: usage.value }) : usage;
}

/** What a line item counts, where it counts tokens of a kind that is known. */
function itemUsage(item: string, cells: Cells): Result<SummedUsage | null, string> {
  const kind = /,\s*([^,]+)$/
    .exec(item)?.[1]
    ?.trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, " ");
  const meter = kind === undefined ? undefined : ITEM_METERS.get(kind.replace(/ tokens$/, ""));
  const text = cells("quantity");
  if (meter === undefined || text === "" || cells("quantity_unit").toLowerCase() !== "tokens")
    return ok(null);
  const quantity = readCount(text.replace(/^-/, ""));
  if (quantity === null) return err(`quantity: “${text}” is no whole number`);
  // A credit, or nothing at all, is compared with no usage.
  if (quantity === 0n || text.startsWith("-")) return ok(null);
  return ok({ quantities: { [meter]: quantity }, dimensions: {}, inputAbove: 0, requests: null });
}

function tierOf(cells: Cells): { [name: string]: string } {
  if (["true", "1"].includes(cells("batch").toLowerCase())) return { service_tier: "batch" };
  const tier = cells("service_tier").toLowerCase();
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
