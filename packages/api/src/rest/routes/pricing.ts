import type { ModelDetail, PastRate, PricedModel, ShownRate } from "@ratebook/billing";
import { Conditions, MODALITIES, ProviderName, VolumeDiscount } from "@ratebook/core";
import { z } from "zod";
import { OfferingName } from "../../inputs/pricing.ts";
import { Limit, plainText, shortText } from "../../inputs/text.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { route } from "../route.ts";

const PRODUCTS = [
  "chat-completions",
  "embeddings",
  "generate-image",
  "generate-video",
  "voice-tts",
  "voice-stt",
  "voice-clone",
  "containers",
  "container-deployment",
  "storage",
] as const;

const productPrices = z
  .object({
    unit: z.string(),
    estimatedRange: z
      .object({ min: usdNumber, max: usdNumber, minOffering: z.string(), maxOffering: z.string() })
      .nullable()
      .meta({ description: "Null while nothing of the product is sold for money" }),
    offerings: z.int(),
    free: z.int(),
  })
  .meta({ id: "ProductPrices" });

const priceText = z
  .string()
  .meta({ description: "US dollars for `per` units, as decimal text", example: "0.24" });
const rate = z
  .object({
    rateId: z.uuid(),
    meter: z.string(),
    unit: z.string(),
    listPrice: priceText,
    sellPrice: priceText.meta({
      description: "What the caller is debited: under its contract, else everybody's price",
    }),
    standardPrice: priceText.nullable().meta({
      description: "Everybody's price of the same; null where nobody else is sold it any more",
    }),
    feePerRequest: z.string().nullable().meta({ description: "US dollars the rule takes once a request" }),
    volumeDiscount: z
      .string()
      .nullable()
      .meta({ description: "Id of the contract's volume discount that counts this meter" }),
    per: z.int().meta({ description: "Units a price is for" }),
    when: Conditions,
    free: z.boolean(),
    minimum: z.string().nullable(),
    increment: z.string().nullable(),
    included: z.string().nullable(),
    markupBps: z.int().nullable(),
    rule: z.string(),
    decidedBy: z
      .string()
      .meta({ description: "What of the rule decided: percent, price, floor, ceiling, own_cost, free" }),
    source: z.string(),
    sha256: z.string(),
    where: z.string().nullable(),
    validFrom: z.iso.datetime().nullable(),
    validUntil: z.iso.datetime().nullable(),
    openedVersion: z.int(),
    openedAt: z.iso.datetime(),
  })
  .meta({ id: "PricedRate" });

const priceLock = z.object({ catalogueVersion: z.int(), until: z.iso.datetime() });
const whosePrices = {
  prices: z
    .enum(["standard", "contract"])
    .meta({ description: "Whose prices these are: everybody's, or those of the caller's contract" }),
  contract: z
    .object({
      contract: z.string().meta({ description: "As receipts name it", example: "contract-3" }),
      validFrom: z.iso.datetime(),
      validUntil: z.iso.datetime().nullable(),
      priceLock: priceLock.nullable(),
      volumeDiscounts: z
        .array(VolumeDiscount)
        .meta({ description: "Taken off debits by the month's volume; the prices here are before them" }),
    })
    .nullable()
    .meta({ id: "AppliedContract" }),
};

const model = z
  .object({
    offering: z.string(),
    provider: z.string(),
    model: z.string(),
    name: z.string().nullable(),
    modality: z.enum(MODALITIES),
    listed: z.boolean(),
    source: z.string(),
    checkedAt: z.iso.datetime().nullable(),
    ageSeconds: z.int().nullable(),
    stale: z.boolean(),
    staleBecause: z.string().nullable().meta({ description: "Why, in one sentence" }),
    missingSince: z.iso
      .datetime()
      .nullable()
      .meta({ description: "Set while its source no longer names it; its prices are served on" }),
    priceLock: priceLock
      .nullable()
      .meta({ description: "Set where the contract's price lock made the rates" }),
    rates: z.array(rate),
  })
  .meta({ id: "PricedModel" });

const summary = z.object({
  success: z.literal(true),
  asOf: z.iso
    .datetime()
    .nullable()
    .meta({ description: "When the longest unchecked of the prices was last checked" }),
  stale: z.boolean(),
  ...whosePrices,
  catalogueVersion: z.int(),
  policyVersion: z.int(),
  pricing: z.record(z.enum(PRODUCTS), productPrices),
});

const list = z.object({
  success: z.literal(true),
  asOf: z.iso.datetime(),
  ...whosePrices,
  catalogueVersion: z.int(),
  policyVersion: z.int(),
  models: z.array(model),
  total: z.int(),
  nextCursor: z.string().nullable(),
});

const detail = z.object({
  success: z.literal(true),
  model: model.extend({
    asOf: z.iso.datetime(),
    ...whosePrices,
    catalogueVersion: z.int().nullable(),
    policyVersion: z.int().nullable(),
    aliases: z.array(z.string()),
    sourceUrl: z.string().nullable(),
    history: z.array(
      rate.extend({ closedVersion: z.int().nullable(), closedAt: z.iso.datetime().nullable() }),
    ),
  }),
});

const WHOSE =
  "Public. With a key of an organization that has a contract, its own prices, which its debits take; a service key names the organization by X-Customer.";

export const pricingRoutes = [
  route({
    method: "get",
    path: "/api/v1/pricing/summary",
    operationId: "getPricingSummary",
    tag: "Pricing",
    summary: "What everything on sale costs, by product",
    description: `Computed from the stored rates, by the code that rates a debit. ${WHOSE}`,
    auth: "optional",
    responses: { 200: { description: "The price ranges", schema: summary } },
    handle: async ({ caller, customer }) => {
      const { pricing, ...rest } = await caller.pricing.summary({ customer });
      const products = PRODUCTS.map((product) => {
        const { range, ...prices } = pricing[product];
        const { min, max, ...offerings } = range ?? {};
        const estimatedRange =
          min === undefined || max === undefined
            ? null
            : { min: exactNumber(min), max: exactNumber(max), ...offerings };
        return [product, { ...prices, estimatedRange }];
      });
      return { status: 200, body: { success: true, ...rest, pricing: Object.fromEntries(products) } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/pricing/models",
    operationId: "listPricedModels",
    tag: "Pricing",
    summary: "The price list",
    description: WHOSE,
    auth: "optional",
    query: z.strictObject({
      provider: ProviderName.optional(),
      modality: z.enum(MODALITIES).optional(),
      search: plainText(200).optional().meta({ description: "Words of the id, the name or an alias" }),
      cursor: OfferingName.optional(),
      limit: Limit,
    }),
    responses: { 200: { description: "A page of the list, by id", schema: list } },
    handle: async ({ caller, query, customer }) => {
      const { items, ...rest } = await caller.pricing.models({ ...query, customer });
      return { status: 200, body: { success: true, ...rest, models: items.map(wireModel) } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/pricing/models/{provider}/{model}",
    lastParamIsRest: true,
    operationId: "getPricedModel",
    tag: "Pricing",
    summary: "One model: rates, sell prices, source, age and history",
    description: `With \`at\`, what Ratebook had active at that instant; a later correction does not reach back. ${WHOSE}`,
    auth: "optional",
    params: z.object({ provider: shortText(64), model: shortText(200) }),
    query: z.strictObject({
      at: z.iso
        .datetime({ offset: true })
        .optional()
        .meta({ description: "An instant, default now", example: "2026-11-22T00:00:00Z" }),
    }),
    responses: { 200: { description: "The model", schema: detail } },
    handle: async ({ caller, customer, params: { provider, model: name }, query: { at } }) => {
      const found = await caller.pricing.model({
        offering: `${provider}/${name}`,
        customer,
        ...(at === undefined ? {} : { at: new Date(at) }),
      });
      return { status: 200, body: { success: true, model: wireDetail(found) } };
    },
  }),
];

function wireRate({ usd, sellUsd, standardUsd, per, ...rest }: ShownRate) {
  // A document's `per` is a JSON number, so it fits one.
  return { ...rest, listPrice: usd, sellPrice: sellUsd, standardPrice: standardUsd, per: Number(per) };
}

const wireModel = ({ rates, ...rest }: PricedModel) => ({
  ...rest,
  rates: rates.map(wireRate),
});

const wireDetail = ({ history, ...found }: ModelDetail) => ({
  ...found,
  ...wireModel(found),
  history: history.map((past: PastRate) => wireRate(past)),
});
