import { DocumentOffering, err, type Result } from "@ratebook/core";
import { asArray, asObject, plainJson } from "../../document/digits-json.ts";
import { below, jsonPointer } from "../../document/json-pointer.ts";
import { offeringCollector } from "../../document/offering-collector.ts";
import { readJsonDocument } from "../../document/read-json.ts";
import { sourceFailure } from "../../document/read-text.ts";
import type {
  BundledDocument,
  ParseContext,
  ParsedSource,
  PriceSource,
  SourceFailure,
} from "../../source.ts";
import { IMAGE } from "./image.ts";
import { INFRASTRUCTURE } from "./infrastructure.ts";
import { LISTED } from "./listed.ts";
import { READ_ON } from "./offering.ts";
import { VIDEO } from "./video.ts";
import { VOICE } from "./voice.ts";

/** Our own document: prices that no machine-readable catalogue carries, and what is sold from the first start. */
export const starter: PriceSource = {
  id: "starter",
  title: "Ratebook starter rates",
  homepage: "https://fal.ai/pricing",
  defaultUrl: null,
  hosts: [],
  contentTypes: ["application/json"],
  schedule: "10 3 * * *",
  freshnessHours: 24 * 90,
  kind: "bundled",
  bundled: starterDocument,
  parse,
};

/** The rows of this folder as one JSON document in Ratebook's own format. */
function starterDocument(): Promise<BundledDocument> {
  const offerings = [...IMAGE, ...VIDEO, ...VOICE, ...INFRASTRUCTURE, ...LISTED];
  const document = { source: "starter", asOf: READ_ON, currency: "USD", offerings };
  return Promise.resolve({
    url: "bundled:starter",
    publishedAt: new Date(READ_ON),
    raw: new TextEncoder().encode(JSON.stringify(document)),
  });
}

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const json = readJsonDocument(starter.id, raw);
  if (!json.ok) return json;
  const rows = asArray(asObject(json.value)?.offerings);
  if (rows === null) {
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    const message = "The document has no list of offerings.";
    return err(sourceFailure(starter.id, "wrong_shape", "a list under /offerings", message, excerpt));
  }
  const collector = offeringCollector(starter.id, context.fetchedAt);
  rows.forEach((row, index) => {
    const where = jsonPointer("offerings", index);
    // Prices are text in this format, so numbers may become floats here.
    const parsed = DocumentOffering.safeParse(plainJson(row));
    if (!parsed.success) {
      const detail = parsed.error.issues
        .map((issue) => `${issue.path.join(".")}: ${issue.message}`)
        .join("; ");
      collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail });
      collector.alert("refused_rows", "invalid_row", where);
      return;
    }
    const rates = parsed.data.rates.map((rate, place) => ({
      ...rate,
      where: below(where, "rates", place, "usd"),
    }));
    collector.offer({ ...parsed.data, rates, where });
  });
  return collector.finish();
}
