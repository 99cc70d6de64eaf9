import { err, ok, type Result } from "@ratebook/core";
import { type JoinedPage, splitPages } from "../../document/joined-pages.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { readText, sourceFailure } from "../../document/read-text.ts";
import { textPlace } from "../../document/text-place.ts";
import type { ParseContext, ParsedSource, PriceSource, RefusalKind, SourceFailure } from "../../source.ts";
import { aliasesOf, type Sold, soldAs } from "../fal/sold-as.ts";
import { VIDEO } from "../starter/video.ts";
import { readPriceProse, type StatedPrice } from "./price-prose.ts";

/**
 * What fal says of a model in its `llms.txt`: a section "Pricing" in sentences. A model whose sentences are not all
 * understood has no price here, and the reason stands in the run.
 */
export const falPage: PriceSource = {
  id: "fal-page",
  title: "fal model pages",
  homepage: "https://fal.ai/models",
  defaultUrl: "https://fal.ai/models/{part}/llms.txt",
  parts: VIDEO.map(({ model }) => model),
  hosts: ["fal.ai"],
  contentTypes: ["text/plain", "text/markdown"],
  schedule: "49 */6 * * *",
  freshnessHours: 72,
  kind: "text",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const text = readText(falPage.id, raw);
  if (!text.ok) return text;
  const pages = splitPages(text.value);
  if (!pages.some((page) => pricingOf(page) !== null)) {
    const check = "a section Pricing";
    const isHtml = /^\s*<(!doctype|html|head|body)/i.test(text.value);
    const message = `No page has ${check}.`;
    const kind = isHtml ? "html_document" : "wrong_shape";
    return err(sourceFailure(falPage.id, kind, check, message, text.value));
  }
  const collector = offeringCollector(falPage.id, context.fetchedAt);
  for (const page of pages) collectPage(collector, page);
  return collector.finish();
}

function collectPage(collector: OfferingCollector, page: JoinedPage): void {
  const where = textPlace({ from: page.start, to: page.start });
  const model = modelOf(page);
  const priced = pricesOf(page, model);
  if (!priced.ok) {
    const offering = model.name === null ? null : `fal/${model.name}`;
    collector.refuse({ ...priced.error, where, offering, meter: null });
    return;
  }
  const { id, prices, sold } = priced.value;
  const rates = prices.flatMap(({ usd, at, when }) => {
    const { meter, per } = sold;
    const rate = collector.price({
      offering: `fal/${id}`,
      meter,
      value: usd,
      per,
      when,
      where: textPlace(at),
    });
    return rate === null ? [] : [rate];
  });
  // Half of a list of prices is not a price list.
  if (rates.length < prices.length) return;
  collector.offer({
    provider: "fal",
    model: id,
    modality: sold.modality,
    aliases: aliasesOf(id),
    sourceUrl: page.url ?? `https://fal.ai/models/${id}/llms.txt`,
    rates,
    where,
  });
}

/** The model a page is of: the one it states, which its address has to confirm where it has one. */
function modelOf({ text, url }: JoinedPage): { name: string | null; stated: string | null; agrees: boolean } {
  const stated = /^- \*\*Model ID\*\*: *`([^`\s]+)`/m.exec(text)?.[1] ?? null;
  const addressed = /\/models\/(.+)\/llms\.txt$/.exec(url ?? "")?.[1] ?? null;
  return { name: addressed ?? stated, stated, agrees: addressed === null || addressed === stated };
}

type Priced = { id: string; prices: readonly StatedPrice[]; sold: Sold };

function pricesOf(
  page: JoinedPage,
  { stated: id, agrees }: ReturnType<typeof modelOf>,
): Result<Priced, { kind: RefusalKind; detail: string }> {
  const refused = (kind: RefusalKind, detail: string) => err({ kind, detail });
  if (page.failure !== null) return refused("no_price", `the page was not read: ${page.failure}`);
  if (id === null) return refused("invalid_row", "no Model ID");
  if (!agrees) return refused("invalid_row", `the page is of ${id.slice(0, 100)}`);
  const pricing = pricingOf(page);
  if (pricing === null) return refused("no_price", "no section Pricing, or more than one");
  const reading = readPriceProse(pricing.text);
  if (reading.is === "refused") return refused(reading.kind, reading.detail);

  const category = /^- \*\*Category\*\*: *([\w-]+)/m.exec(page.text)?.[1] ?? "";
  // All prices of a passage are in one unit.
  const unit = reading.prices[0]?.unit ?? "";
  const sold = soldByWord(unit, id, category);
  if (sold === undefined) {
    return refused("ambiguous_unit", `the unit "${unit.slice(0, 40)}" has no meter here`);
  }
  const prices = reading.prices.map((price) => ({
    ...price,
    at: { from: pricing.start + price.at.from, to: pricing.start + price.at.to },
  }));
  return ok({ id, prices, sold });
}

/** As the pricing API says it, but for seconds where a video goes in and comes out: the words do not say of which. */
const soldByWord = (unit: string, id: string, category: string): Sold | undefined =>
  /^(second|minute)s?$/i.test(unit) && /video-to-video/.test(`${id} ${category}`)
    ? undefined
    : soldAs(unit.replace(/^1,000 /, "1000 "), `${id}/${category}`);

/** The text under the one heading "Pricing", and where it begins in the document. */
function pricingOf({ text, start }: JoinedPage): { text: string; start: number } | null {
  const headings = [...text.matchAll(/^## +Pricing *$/gm)];
  const [heading] = headings;
  if (heading === undefined || headings.length > 1) return null;
  const from = heading.index + heading[0].length;
  const rest = text.slice(from);
  const end = /^#{1,2} /m.exec(rest)?.index ?? rest.length;
  return { text: rest.slice(0, end), start: start + from };
}
