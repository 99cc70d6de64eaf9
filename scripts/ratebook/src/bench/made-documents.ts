/**
 * Documents in the shape of each JSON source but LiteLLM's, which has its own file: 7,100 offerings, the same at every
 * run, each with a few prices that no guard holds.
 */
export const MADE_DOCUMENTS: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["openrouter", () => ({ data: rows(600, openrouterModel) })],
  ["models.dev", () => modelsDevProviders(3_000)],
  ["genai-prices", () => genaiProviders(1_200)],
  ["vercel-gateway", () => ({ object: "list", data: rows(500, vercelModel) })],
  ["fal", () => ({ prices: rows(800, falEndpoint) })],
  ["deepinfra", () => ({ object: "list", data: rows(400, deepinfraModel) })],
  ["together", () => rows(400, togetherModel)],
  ["xai", () => ({ models: rows(100, xaiModel) })],
  ["elevenlabs", () => rows(100, elevenlabsModel)],
]);

const rows = <T>(length: number, row: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => row(index));

/** A model's input price in tenths of a dollar per million tokens. */
const tenthsOf = (index: number): number => 1 + (index % 37);

/** Decimal text of that many hundred-millionths of a dollar: ten of them a token are a tenth of a dollar per million. */
const perToken = (hundredMillionths: number): string => `0.${String(hundredMillionths).padStart(8, "0")}`;

/** A JSON number as a hand would write it. */
const share = (count: number, of: number): number => Number((count / of).toPrecision(6));

function openrouterModel(index: number) {
  const tenths = tenthsOf(index);
  const id = `maker-${index % 50}/route-${index}`;
  return {
    id,
    canonical_slug: `${id}-20260601`,
    name: `Maker ${index % 50}: Route ${index}`,
    context_length: 200_000,
    architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
    pricing: {
      prompt: perToken(10 * tenths),
      completion: perToken(40 * tenths),
      input_cache_read: perToken(tenths),
      request: "0",
      ...(index % 6 === 0 && {
        overrides: [
          { min_prompt_tokens: 200_000, prompt: perToken(20 * tenths), completion: perToken(60 * tenths) },
        ],
      }),
    },
    supported_parameters: ["max_tokens", "temperature", "tools"],
  };
}

/** Only providers that are read are in it; in the real list most are resellers. */
function modelsDevProviders(count: number) {
  const each = count / DEV_PROVIDERS.length;
  return Object.fromEntries(
    DEV_PROVIDERS.map((id) => {
      const models = rows(each, (index) => [`listed-${index}`, modelsDevModel(index)] as const);
      return [id, { id, name: id, doc: "https://models.example/docs", models: Object.fromEntries(models) }];
    }),
  );
}

function modelsDevModel(index: number) {
  const tenths = tenthsOf(index);
  return {
    id: `listed-${index}`,
    name: `Listed ${index}`,
    modalities: { input: ["text"], output: ["text"] },
    limit: { context: 200_000, output: 32_000 },
    cost: {
      input: share(tenths, 10),
      output: share(4 * tenths, 10),
      ...(index % 3 === 0 && { cache_read: share(tenths, 100) }),
    },
  };
}

const DEV_PROVIDERS = ["alibaba", "azure", "cohere", "deepseek", "groq", "mistral", "perplexity", "upstage"];

function genaiProviders(count: number) {
  return rows(GENAI_PROVIDERS, (provider) => ({
    id: `host-${provider}`,
    name: `Host ${provider}`,
    pricing_urls: ["https://host.example/pricing"],
    models: rows(count / GENAI_PROVIDERS, genaiModel),
  }));
}

function genaiModel(index: number) {
  const tenths = tenthsOf(index);
  const input = share(tenths, 10);
  const tiers = [{ start: 200_000, price: share(2 * tenths, 10) }];
  return {
    id: `hosted-${index}`,
    name: `Hosted ${index}`,
    prices_checked: "2026-07-15",
    match: { or: [{ equals: `hosted-${index}-20260601` }, { starts_with: `hosted-${index}` }] },
    prices: {
      input_mtok: index % 5 === 0 ? { base: input, tiers } : input,
      output_mtok: share(4 * tenths, 10),
      cache_read_mtok: share(tenths, 100),
    },
  };
}

const GENAI_PROVIDERS = 30;

function vercelModel(index: number) {
  const tenths = tenthsOf(index);
  const about = { id: `maker-${index % 30}/gated-${index}`, name: `Gated ${index}` };
  if (index % 10 === 9) return { ...about, type: "image", pricing: { image: `0.0${1 + (index % 9)}` } };
  const pricing = {
    input: perToken(10 * tenths),
    output: perToken(40 * tenths),
    input_cache_read: perToken(tenths),
  };
  return { ...about, type: "language", context_window: 200_000, pricing };
}

const falEndpoint = (index: number) => ({
  endpoint_id: `acme/endpoint-${index}${index % 2 === 0 ? "" : "/text-to-video"}`,
  unit_price: share(1 + (index % 19), 100),
  unit: index % 2 === 0 ? "image" : "seconds",
  currency: "USD",
});

const deepinfraModel = (index: number) => ({
  id: `acme/open-${index}`,
  object: "model",
  metadata: {
    context_length: 131_072,
    pricing: { input_tokens: share(tenthsOf(index), 10), output_tokens: share(4 * tenthsOf(index), 10) },
    tags: ["chat"],
  },
});

const togetherModel = (index: number) => ({
  id: `acme/shared-${index}`,
  object: "model",
  type: "chat",
  display_name: `Shared ${index}`,
  pricing: {
    hourly: 0,
    input: share(tenthsOf(index), 10),
    output: share(4 * tenthsOf(index), 10),
    base: 0,
    finetune: 0,
  },
});

const xaiModel = (index: number) => ({
  id: `rook-${index}`,
  aliases: [`rook-${index}-0601`],
  prompt_text_token_price: 1_000 * tenthsOf(index),
  completion_text_token_price: 4_000 * tenthsOf(index),
});

const elevenlabsModel = (index: number) => ({
  model_id: `voice_${index}`,
  name: `Voice ${index}`,
  can_do_text_to_speech: true,
  model_rates: { character_cost_multiplier: share(1 + (index % 4), 2) },
});
