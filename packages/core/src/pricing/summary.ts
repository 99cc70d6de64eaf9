import type { Modality } from "../meter/meters.ts";
import { type Pools, poolsFromQuantities } from "../meter/pools.ts";
import { type Nanos, nanos } from "../money/nanos.ts";
import type { CompiledOffering } from "./compile-offering.ts";
import { DIMENSION_KEYS } from "./conditions.ts";
import type { Conditions, Dimensions } from "./price-document.ts";
import { conditionsKey } from "./rate-key.ts";
import { rateUsage } from "./rate-usage.ts";

/** What is sold, as customers see it. */
export type Product =
  | "chat-completions"
  | "embeddings"
  | "generate-image"
  | "generate-video"
  | "voice-tts"
  | "voice-stt"
  | "voice-clone"
  | "containers"
  | "container-deployment"
  | "storage";

/** The least and the greatest sell price for one unit of a product, and which offerings have them. */
export type PriceRange = { min: Nanos; minOffering: string; max: Nanos; maxOffering: string };

export type ProductPrices = {
  /** What a price is for: "1k tokens", "image", "request". */
  unit: string;
  /** null when nothing of the product is sold for money. */
  range: PriceRange | null;
  /** Listed offerings in the range. */
  offerings: number;
  /** Listed offerings that cost nothing; they are not in the range. */
  free: number;
};

/**
 * The sell prices of everything listed, by product, rated as a debit would be.
 *
 * Images and videos are priced by their default request; the others by a fixed quantity of one meter. An
 * offering without an unconditional price counts with every variant its rates name; one that cannot be priced
 * at all is left out. `at` decides about rates by time of day.
 */
export function pricingSummary(
  offerings: readonly CompiledOffering[],
  at: Date,
): { readonly [P in Product]: ProductPrices } {
  const summaryOf = (sold: Sold) => summarize(sold, offerings, at);
  return {
    "chat-completions": summaryOf(SOLD["chat-completions"]),
    embeddings: summaryOf(SOLD.embeddings),
    "generate-image": summaryOf(SOLD["generate-image"]),
    "generate-video": summaryOf(SOLD["generate-video"]),
    "voice-tts": summaryOf(SOLD["voice-tts"]),
    "voice-stt": summaryOf(SOLD["voice-stt"]),
    "voice-clone": summaryOf(SOLD["voice-clone"]),
    containers: summaryOf(SOLD.containers),
    "container-deployment": summaryOf(SOLD["container-deployment"]),
    storage: summaryOf(SOLD.storage),
  };
}

type Sold = {
  modality: Modality;
  unit: string;
  /** What a price is quoted for where the offering states no default request, or always. */
  quantities: Readonly<Record<string, number>>;
  by: "default_request" | "quantities";
};

const SOLD: { readonly [P in Product]: Sold } = {
  "chat-completions": {
    modality: "language",
    unit: "1k tokens",
    quantities: { input_tokens: 1000 },
    by: "quantities",
  },
  embeddings: {
    modality: "embedding",
    unit: "1k tokens",
    quantities: { input_tokens: 1000 },
    by: "quantities",
  },
  "generate-image": { modality: "image", unit: "image", quantities: { image: 1 }, by: "default_request" },
  "generate-video": {
    modality: "video",
    unit: "request",
    quantities: { video_request: 1 },
    by: "default_request",
  },
  "voice-tts": {
    modality: "tts",
    unit: "1k characters",
    quantities: { tts_character: 1000 },
    by: "quantities",
  },
  "voice-stt": { modality: "stt", unit: "minute", quantities: { stt_second: 60 }, by: "quantities" },
  "voice-clone": { modality: "voice", unit: "voice", quantities: { voice_clone: 1 }, by: "quantities" },
  containers: {
    modality: "infrastructure",
    unit: "container day",
    quantities: { container_day: 1 },
    by: "quantities",
  },
  "container-deployment": {
    modality: "infrastructure",
    unit: "deployment",
    quantities: { container_deployment: 1 },
    by: "quantities",
  },
  storage: {
    modality: "infrastructure",
    unit: "GB day",
    quantities: { storage_gb_day: 1 },
    by: "quantities",
  },
};

function summarize(sold: Sold, offerings: readonly CompiledOffering[], at: Date): ProductPrices {
  let range: PriceRange | null = null;
  let priced = 0;
  let free = 0;
  for (const compiled of offerings) {
    const { offering } = compiled;
    if (!offering.listed || offering.modality !== sold.modality) continue;
    const prices = pricesOf(compiled, sold, at);
    const paid = prices.filter((price) => price > 0n);
    if (paid.length > 0) priced++;
    else if (prices.length > 0) free++;
    for (const price of paid) range = widened(range, price, offering.offering);
  }
  return { unit: sold.unit, range, offerings: priced, free };
}

function widened(range: PriceRange | null, price: Nanos, offering: string): PriceRange {
  if (range === null) return { min: price, minOffering: offering, max: price, maxOffering: offering };
  return {
    ...range,
    ...(price < range.min && { min: price, minOffering: offering }),
    ...(price > range.max && { max: price, maxOffering: offering }),
  };
}

function pricesOf(compiled: CompiledOffering, sold: Sold, at: Date): Nanos[] {
  const { defaultRequest } = compiled.offering;
  if (sold.by === "default_request" && defaultRequest != null) {
    const pools = poolsOf(defaultRequest.quantities);
    const rated = rateUsage(compiled, { pools, dimensions: defaultRequest.dimensions, at });
    return rated.ok ? [rated.value.total] : [];
  }
  const pools = poolsOf(sold.quantities);
  const plain = priceOf(compiled, pools, {}, at);
  if (plain !== null) return [plain];
  return variants(compiled, pools).flatMap((dimensions) => priceOf(compiled, pools, dimensions, at) ?? []);
}

/** The price of the pools alone: a fee or a price for each request is no price of a thousand tokens. */
function priceOf(compiled: CompiledOffering, pools: Pools, dimensions: Dimensions, at: Date): Nanos | null {
  const rated = rateUsage(compiled, { pools, dimensions, at });
  if (!rated.ok) return null;
  return nanos(
    rated.value.lines.reduce(
      (sum, line) => (line.kind === "usage" && pools.has(line.meter) ? sum + line.amount : sum),
      0n,
    ),
  );
}

/** The dimensions the rates of these pools are conditioned on, each combination once. */
function variants({ meters }: CompiledOffering, pools: Pools): Dimensions[] {
  const found = new Map<string, Dimensions>();
  for (const meter of pools.keys()) {
    for (const { rate } of meters.get(meter)?.rates ?? []) {
      const dimensions = dimensionsOf(rate.when);
      if (dimensions !== null) found.set(conditionsKey(dimensions), dimensions);
    }
  }
  return [...found.values()];
}

/** null for a rate of another service tier than standard: a discount is not what the product costs. */
function dimensionsOf(when: Conditions): Dimensions | null {
  if (when.service_tier !== undefined && when.service_tier !== "standard") return null;
  return Object.fromEntries(
    DIMENSION_KEYS.flatMap((key) => (when[key] === undefined ? [] : [[key, when[key]]])),
  );
}

function poolsOf(quantities: Readonly<Record<string, string | number | undefined>>): Pools {
  const pools = poolsFromQuantities(quantities, () => ({ integer: false }));
  if (!pools.ok)
    throw new Error(`invariant broken: a default request's ${pools.error.field} ${pools.error.message}`);
  return pools.value;
}
