import type { PriceSource } from "./source.ts";
import { anthropic } from "./sources/anthropic/source.ts";
import { deepinfra } from "./sources/deepinfra/source.ts";
import { deepseek } from "./sources/deepseek/source.ts";
import { elevenlabs } from "./sources/elevenlabs/source.ts";
import { fal } from "./sources/fal/source.ts";
import { falPage } from "./sources/fal-page/source.ts";
import { genaiPrices } from "./sources/genai-prices/source.ts";
import { googleGemini } from "./sources/google-gemini/source.ts";
import { litellm } from "./sources/litellm/source.ts";
import { modelsDev } from "./sources/models.dev/source.ts";
import { openai } from "./sources/openai/source.ts";
import { openrouter } from "./sources/openrouter/source.ts";
import { starter } from "./sources/starter/source.ts";
import { together } from "./sources/together/source.ts";
import { vercelGateway } from "./sources/vercel-gateway/source.ts";
import { xai } from "./sources/xai/source.ts";
import { zai } from "./sources/zai/source.ts";

/** Every price source Ratebook can read, one line each. */
export const SOURCES: readonly PriceSource[] = [
  starter,
  genaiPrices,
  openrouter,
  litellm,
  openai,
  modelsDev,
  anthropic,
  googleGemini,
  deepseek,
  zai,
  vercelGateway,
  xai,
  deepinfra,
  together,
  elevenlabs,
  fal,
  falPage,
];

/** The source of that id, or null. */
export const findSource = (id: string): PriceSource | null =>
  SOURCES.find((source) => source.id === id) ?? null;
