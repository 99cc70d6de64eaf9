import type { Result } from "@ratebook/core";
import { asText } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { VIDEO } from "../starter/video.ts";
import { aliasesOf, soldAs } from "./sold-as.ts";

/**
 * fal's pricing API: one price for each endpoint, asked for by name. It does not say how sound, resolution or
 * length change a price; for endpoints where they do, the starter rows stand above it.
 */
export const fal: PriceSource = {
  id: "fal",
  title: "fal pricing API",
  homepage: "https://fal.ai/pricing",
  defaultUrl: `https://api.fal.ai/v1/models/pricing?${new URLSearchParams(VIDEO.map(({ model }) => ["endpoint_id", model]))}`,
  hosts: ["api.fal.ai"],
  contentTypes: ["application/json"],
  schedule: "43 */6 * * *",
  freshnessHours: 72,
  kind: "json",
  key: { env: "FAL_KEY", header: "authorization", prefix: "Key " },
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(fal.id, raw, "prices");
  if (!rows.ok) return rows;
  const collector = offeringCollector(fal.id, context.fetchedAt);
  for (const row of rows.value) collectEndpoint(collector, row);
  return collector.finish();
}

function collectEndpoint(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.endpoint_id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no endpoint_id");
    return;
  }
  const offering = `fal/${id}`;
  const currency = asText(row.currency) ?? "not stated";
  if (currency !== "USD") {
    const detail = `the currency is ${currency.slice(0, 20)}`;
    collector.refuse({ kind: "not_usd", where, offering, meter: null, detail });
    return;
  }
  const unit = asText(row.unit) ?? "";
  const sold = soldAs(unit, id);
  if (sold === undefined) {
    const detail = `the unit ${JSON.stringify(unit.slice(0, 40))} has no meter here`;
    collector.refuse({ kind: "ambiguous_unit", where, offering, meter: null, detail });
    return;
  }
  const { meter, per, modality } = sold;
  const rate = collector.price({
    offering,
    meter,
    value: row.unit_price,
    per,
    where: below(where, "unit_price"),
  });
  if (rate === null) return;
  collector.offer({
    provider: "fal",
    model: id,
    modality,
    aliases: aliasesOf(id),
    sourceUrl: `https://fal.ai/models/${id}`,
    rates: [rate],
    where,
  });
}
