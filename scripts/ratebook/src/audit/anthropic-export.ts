import { readAmount, readCount, readDay } from "@ratebook/billing";
import { type CsvRecord, err, ok, type Result } from "@ratebook/core";
import { type Cells, type ExportDocument, type ExportRow, rowsOf } from "./export-format.ts";

/**
 * Anthropic's exports of its console: usage (tokens a day, model, key and context window), and costs (dollars a day, model
 * and kind of token). Columns are those of public exports, read 2026-11-28. Its input counts leave cached tokens out.
 *
 * @returns null where the header is of neither
 */
export function anthropicExport(header: CsvRecord): ExportDocument | null {
  const usage = rowsOf(header, [
    "usage_date_utc",
    "model_version",
    "usage_input_tokens_no_cache",
    "usage_output_tokens",
  ]);
  if (usage !== null) return { tells: "usage", ...ANTHROPIC, read: usage(readUsage) };
  const costs = rowsOf(header, ["usage_date_utc", "model", "cost_usd"]);
  if (costs === null) return null;
  return { tells: "costs", ...ANTHROPIC, read: costs(readCosts) };
}

const ANTHROPIC = { provider: "anthropic", models: {} };

function readUsage(cells: Cells): Result<ExportRow | null, string> {
  const quantities: { [meter: string]: bigint } = {};
  for (const [column, meter] of COLUMNS) {
    const text = cells(column);
    const count = text === "" ? 0n : readCount(text);
    if (count === null) return err(`${column}: “${text}” is no whole number`);
    if (count > 0n) quantities[meter] = (quantities[meter] ?? 0n) + count;
  }
  const model = cells("model_version");
  if (Object.keys(quantities).length === 0) return ok(null);
  const day = readDay(cells("usage_date_utc"));
  if (day === null) return err(`usage_date_utc: “${cells("usage_date_utc")}” is no date`);
  if (model === "") return err("model_version: is empty");
  const usage = {
    quantities,
    dimensions: dimensionsOf(cells),
    inputAbove: contextAbove(cells("context_window")),
    requests: null,
  };
  return ok({ day, model, amount: null, usage });
}

function readCosts(cells: Cells): Result<ExportRow | null, string> {
  const text = cells("cost_usd");
  if (text === "") return ok(null);
  const day = readDay(cells("usage_date_utc"));
  if (day === null) return err(`usage_date_utc: “${cells("usage_date_utc")}” is no date`);
  const amount = readAmount(text, "usd");
  if (amount === null) return err(`cost_usd: “${text}” is no amount`);
  // Searches and code execution are billed without a model.
  const model = cells("model") || cells("cost_type");
  if (model === "") return err("model: is empty");
  return ok({ day, model, amount, usage: null });
}

function dimensionsOf(cells: Cells): { [name: string]: string } {
  const tier = cells("usage_type").toLowerCase();
  const [region, mode] = [cells("inference_geo").toLowerCase(), cells("speed").toLowerCase()];
  return {
    ...((tier === "batch" || tier === "flex" || tier === "priority") && { service_tier: tier }),
    ...(!["", "global", "not_available"].includes(region) && { region }),
    ...(!["", "standard"].includes(mode) && { mode }),
  };
}

/** “≤ 200k” is the lower tier; “> 200k” or “200k-1M” the one above 200,000. */
function contextAbove(window: string): number {
  const [, most, thousands] = /^([≤<]=?)?\D*?(\d+)k/i.exec(window) ?? [];
  return thousands === undefined || most !== undefined ? 0 : Number(thousands) * 1_000;
}

const COLUMNS = [
  ["usage_input_tokens_no_cache", "input_tokens"],
  ["usage_input_tokens_cache_write_5m", "cache_write_tokens"],
  // Before the two lives of a cache were told apart.
  ["usage_input_tokens_cache_write", "cache_write_tokens"],
  ["usage_input_tokens_cache_write_1h", "cache_write_1h_tokens"],
  ["usage_input_tokens_cache_read", "cache_read_tokens"],
  ["usage_output_tokens", "output_tokens"],
  ["web_search_count", "web_search"],
] as const;
