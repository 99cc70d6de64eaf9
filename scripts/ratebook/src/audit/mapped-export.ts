import { type Ctx, listUpstream, type UpstreamMapping, upstreamRows } from "@ratebook/billing";
import type { CsvRecord } from "@ratebook/core";
import { CannotDo } from "../sentence.ts";
import type { ExportDocument } from "./export-format.ts";

/** Words of the command line that say, or correct, which column is what. */
export type MappingWords = {
  day?: string;
  model?: string;
  amount?: string;
  amountIn?: "usd" | "cents";
  requests?: string;
  /** Meter and column. */
  quantities: { [meter: string]: string };
};

/**
 * The mapping that margin imports keep for a provider, corrected by the words of the command line.
 *
 * @throws CannotDo naming the option that is missing
 */
export async function mappingFor(
  ctx: Pick<Ctx, "sql">,
  provider: string,
  words: MappingWords,
): Promise<UpstreamMapping> {
  const listed = await listUpstream(ctx, { kind: "system", name: "command line" });
  const kept = listed.ok
    ? listed.value.mappings.find((known) => known.provider === provider)?.mapping
    : undefined;
  const column = (name: "day" | "model" | "amount"): string => {
    const said = words[name] ?? kept?.[name];
    if (said !== undefined) return said;
    throw new CannotDo(
      `No mapping is kept for ${provider}, so say which column is the ${name}: --${name} <column>.`,
    );
  };
  const quantities = { ...kept?.quantities, ...words.quantities };
  if (Object.keys(quantities).length === 0) {
    throw new CannotDo(
      `Nothing says which columns of ${provider}'s export are quantities: --quantity input_tokens=<column>, once a meter.`,
    );
  }
  return {
    day: column("day"),
    model: column("model"),
    amount: column("amount"),
    amountIn: words.amountIn ?? kept?.amountIn ?? "usd",
    requests: words.requests ?? kept?.requests ?? null,
    models: kept?.models ?? {},
    quantities,
  };
}

/**
 * A document read by a mapping of its columns.
 *
 * @throws CannotDo naming the column that is not there
 */
export function mappedExport(header: CsvRecord, provider: string, mapping: UpstreamMapping): ExportDocument {
  const rows = upstreamRows(header, mapping);
  if (!rows.ok) throw new CannotDo(`In the header ${rows.error}.`);
  return {
    tells: "both",
    provider,
    models: mapping.models,
    read: (record) => {
      const row = rows.value(record);
      if (!row.ok || row.value === null) return row.ok ? { ok: true, value: null } : row;
      const { day, model, amount, requests, quantities } = row.value;
      const used = Object.keys(quantities).length > 0;
      const usage = used ? { quantities, dimensions: {}, inputAbove: 0, requests } : null;
      return { ok: true, value: { day, model, amount, usage } };
    },
  };
}
