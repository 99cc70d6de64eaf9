import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** LiteLLM's document as bytes, and where these came from. */
export type LitellmDocument = { body: Buffer; from: string };

/**
 * The newest recorded document of the folder that RATEBOOK_CORPUS names; without it one of the same shape and size,
 * made here: 2,900 models, the same at every run.
 */
export function litellmDocument(env: NodeJS.ProcessEnv = process.env): LitellmDocument {
  const corpus = env["RATEBOOK_CORPUS"] || undefined;
  if (corpus === undefined) return { body: toBytes(madeModels(MODELS)), from: "a made-up document" };
  const folder = join(corpus, "litellm");
  // Names carry the date; those of recorded accidents say so.
  const recorded = readdirSync(folder).filter(
    (name) => /^litellm-\d.*\.json$/.test(name) && !name.includes("ANOM"),
  );
  const newest = recorded.sort().at(-1);
  if (newest === undefined) throw new Error(`there is no litellm document in ${folder}`);
  return { body: readFileSync(join(folder, newest)), from: newest };
}

/** The same document on another day: one text model in two hundred costs a tenth more, which no guard holds. */
export function repriced({ body, from }: LitellmDocument): LitellmDocument {
  const models: Record<string, Model> = JSON.parse(body.toString("utf8"));
  const priced = Object.values(models).filter(
    ({ input_cost_per_token: price }) => typeof price === "number" && price > 0,
  );
  for (const [index, model] of priced.entries()) {
    if (index % 200 === 0)
      model["input_cost_per_token"] = plus10Percent(Number(model["input_cost_per_token"]));
  }
  return { body: toBytes(models), from };
}

/** Twelve digits, as a hand would write it: a price with float dust is another price at every run. */
const plus10Percent = (price: number): number => Number((price * 1.1).toPrecision(12));

type Model = Record<string, unknown>;

function madeModels(count: number): Record<string, Model> {
  const models: Record<string, Model> = {
    sample_spec: { mode: "one of: chat, embedding", input_cost_per_token: 0 },
  };
  for (let index = 0; index < count; index += 1) {
    const provider = `provider-${index % 40}`;
    models[`${provider}/model-${index}`] = { litellm_provider: provider, ...modelOf(index) };
  }
  return models;
}

/** Of twenty models fourteen chat, and the rest are what the document prices besides. */
function modelOf(index: number): Model {
  const dollars = 1 + (index % 37);
  const perToken = Number((dollars * 1e-7).toPrecision(3));
  const times = (factor: number): number => Number((perToken * factor).toPrecision(6));
  const chat = {
    mode: "chat",
    max_input_tokens: 200_000,
    max_output_tokens: 32_000,
    input_cost_per_token: perToken,
    output_cost_per_token: times(4),
    cache_read_input_token_cost: times(0.1),
    source: "https://models.example/pricing",
    supported_endpoints: ["/v1/chat/completions", "/v1/batch", "/v1/responses"],
    supports_function_calling: true,
    supports_prompt_caching: true,
    supports_vision: index % 2 === 0,
  };
  switch (index % 20) {
    case 14:
      return {
        ...chat,
        input_cost_per_token_above_200k_tokens: times(2),
        output_cost_per_token_above_200k_tokens: times(6),
        cache_creation_input_token_cost: times(1.25),
      };
    case 15:
      return { ...chat, input_cost_per_token_batches: times(0.5), output_cost_per_token_batches: times(2) };
    case 16:
      return {
        mode: "embedding",
        max_input_tokens: 8_192,
        input_cost_per_token: perToken,
        output_vector_size: 1_536,
      };
    case 17:
      return { mode: "image_generation", output_cost_per_image: dollars / 100 };
    case 18:
      return { mode: "audio_transcription", input_cost_per_second: dollars / 100_000 };
    case 19:
      return { mode: "video_generation", output_cost_per_second: dollars / 50 };
    default:
      return chat;
  }
}

const toBytes = (models: Record<string, Model>): Buffer => Buffer.from(JSON.stringify(models, null, 4));

const MODELS = 2_900;
