import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import type { UsageError } from "../usage-error.ts";
import { inputPools, outputPools } from "./token-pools.ts";
import { type Count, none, plus, readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads the `usageMetadata` of Gemini (generateContent and live).
 *
 * `promptTokenCount` includes cached tokens, `toolUsePromptTokenCount` comes on top of it. Lists by modality tell
 * media apart; documents are read as text. Thoughts are counted beside the candidates unless `totalTokenCount` says
 * they are inside; a total that is larger than its parts holds thoughts that were not listed.
 */
export function fromGemini(raw: unknown): Result<Pools, UsageError> {
  return readUsage(raw, (usage) => {
    // Vertex's names of terms; they select rates.
    usage.ignore("trafficType", "serviceTier");
    const prompt = usage.required("promptTokenCount");
    const toolUse = usage.count("toolUsePromptTokenCount");
    const candidates = usage.same(usage.count("candidatesTokenCount"), usage.count("responseTokenCount"));
    const listed = usage.count("thoughtsTokenCount");
    const total = usage.count("totalTokenCount");
    const parts = plus(prompt, toolUse, candidates);
    const inside = listed.value > 0n && total.given && total.value === parts.value;
    const surplus = total.value - parts.value - (inside ? 0n : listed.value);
    if (surplus > 0n && listed.given) usage.fail(total.field, "is more than its parts add up to");
    const thoughts = surplus > 0n && !listed.given ? { ...total, value: surplus } : listed;

    const prompted = byModality(usage, "promptTokensDetails", prompt);
    const tools = byModality(usage, "toolUsePromptTokensDetails", toolUse);
    const cached = byModality(usage, "cacheTokensDetails", usage.count("cachedContentTokenCount"));
    const given = byModality(
      usage,
      usage.has("responseTokensDetails") ? "responseTokensDetails" : "candidatesTokensDetails",
      candidates,
    );
    return {
      ...inputPools(usage, {
        total: plus(prompt, toolUse),
        cached: cached.total,
        audio: plus(prompted.audio, tools.audio),
        audioCached: cached.audio,
        image: plus(prompted.image, tools.image),
        imageCached: cached.image,
        video: plus(prompted.video, tools.video),
        videoCached: cached.video,
      }),
      ...outputPools(usage, {
        total: candidates,
        reasoning: thoughts,
        reasoningOutside: !inside,
        audio: given.audio,
        image: given.image,
        video: given.video,
      }),
    };
  });
}

type Modalities = { total: Count; audio: Count; image: Count; video: Count };

/** Adds up a list of `{modality, tokenCount}`; its media must fit into `total`. */
function byModality(usage: UsageReader, name: string, total: Count): Modalities {
  const sums: Modalities = { total, audio: none, image: none, video: none };
  for (const item of usage.list(name)) {
    const modality = item.text("modality");
    const count = item.count("tokenCount");
    if (modality === "AUDIO") sums.audio = plus({ ...count, given: true }, sums.audio);
    else if (modality === "IMAGE") sums.image = plus({ ...count, given: true }, sums.image);
    else if (modality === "VIDEO") sums.video = plus({ ...count, given: true }, sums.video);
    else if (!TEXTUAL.has(modality) && count.value > 0n)
      usage.fail(count.field, "counts a modality that is not known");
  }
  usage.rest(total, sums.audio, sums.image, sums.video);
  return sums;
}

const TEXTUAL: ReadonlySet<string> = new Set(["TEXT", "DOCUMENT"]);
