import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { totalInputTokens } from "../pools.ts";
import { wholeQuantity } from "../quantity.ts";
import { normaliseUsage, type UsageFormat } from "./normalise-usage.ts";

/** Pools as plain numbers of units. */
function pools(format: UsageFormat, raw: unknown, provider?: string): Record<string, number> {
  const result = normaliseUsage(format, raw, provider);
  if (!result.ok) throw new Error(`${result.error.field} ${result.error.message}`);
  return Object.fromEntries([...result.value].map(([meter, amount]) => [meter, Number(amount) / 1e9]));
}
const errorOf = (format: UsageFormat, raw: unknown, provider?: string) => {
  const result = normaliseUsage(format, raw, provider);
  return result.ok ? null : result.error;
};

describe("OpenAI chat", () => {
  test("cached, audio and reasoning tokens are taken out of what includes them", () => {
    expect(
      pools("openai", {
        prompt_tokens: 1000,
        completion_tokens: 500,
        total_tokens: 1500,
        prompt_tokens_details: { cached_tokens: 600, audio_tokens: 100 },
        completion_tokens_details: {
          reasoning_tokens: 200,
          audio_tokens: 50,
          accepted_prediction_tokens: 10,
          rejected_prediction_tokens: 5,
        },
      }),
    ).toEqual({
      // 1000 − 600 − 100 = 300; 500 − 200 − 50 = 250
      input_tokens: 300,
      cache_read_tokens: 600,
      audio_input_tokens: 100,
      output_tokens: 250,
      reasoning_tokens: 200,
      audio_output_tokens: 50,
    });
  });

  test("embeddings report a prompt only", () => {
    expect(pools("openai", { prompt_tokens: 8, total_tokens: 8 })).toEqual({ input_tokens: 8 });
  });

  test("nulls and empty fields of other providers are nothing", () => {
    expect(
      pools("openai", {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: null,
        new_thing: 0,
      }),
    ).toEqual({ input_tokens: 1, output_tokens: 2 });
  });

  test.each(["xai", "x-ai", "perplexity"])("%s counts reasoning outside completion tokens", (provider) => {
    const raw = {
      prompt_tokens: 32,
      completion_tokens: 9,
      completion_tokens_details: { reasoning_tokens: 94 },
    };
    expect(pools("openai", raw, provider)).toEqual({
      input_tokens: 32,
      output_tokens: 9,
      reasoning_tokens: 94,
    });
    expect(errorOf("openai", raw, "openai")?.field).toBe("usage.completion_tokens_details.reasoning_tokens");
  });

  test("a total that counts reasoning beside the completion says where it is", () => {
    const raw = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    };
    expect(pools("openai", raw)).toEqual({ input_tokens: 32, output_tokens: 9, reasoning_tokens: 94 });
  });

  test("Google's compatible endpoint leaves thinking to the total; anyone else's surplus is an error", () => {
    const raw = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 45 };
    expect(pools("openai", raw, "google")).toEqual({
      input_tokens: 10,
      output_tokens: 5,
      reasoning_tokens: 30,
    });
    expect(errorOf("openai", raw, "openai")?.field).toBe("usage.total_tokens");
  });

  test("Perplexity's citations, searches and cost", () => {
    expect(
      pools(
        "openai",
        {
          prompt_tokens: 33,
          completion_tokens: 7163,
          total_tokens: 7196,
          citation_tokens: 20_016,
          num_search_queries: 18,
          reasoning_tokens: 93_947,
          search_context_size: "low",
          cost: { total_cost: 0.5 },
        },
        "perplexity",
      ),
    ).toEqual({
      input_tokens: 33,
      output_tokens: 7163,
      reasoning_tokens: 93_947,
      citation_tokens: 20_016,
      web_search: 18,
    });
  });

  test("DeepSeek's hits and misses, Moonshot's cached tokens", () => {
    const deepseek = {
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
    };
    const expected = { input_tokens: 36, cache_read_tokens: 64, output_tokens: 1 };
    expect(pools("openai", { ...deepseek, prompt_tokens_details: { cached_tokens: 64 } })).toEqual(expected);
    expect(errorOf("openai", { ...deepseek, prompt_cache_miss_tokens: 40 })?.field).toBe(
      "usage.prompt_cache_miss_tokens",
    );
    expect(pools("openai", { prompt_tokens: 100, completion_tokens: 1, cached_tokens: 64 })).toEqual(
      expected,
    );
  });

  test("a gateway's Anthropic fields: writes by lifetime, inside the prompt", () => {
    expect(
      pools("openai", {
        prompt_tokens: 1000,
        completion_tokens: 10,
        total_tokens: 1010,
        cache_creation_input_tokens: 300,
        cache_read_input_tokens: 500,
        prompt_tokens_details: {
          cached_tokens: 500,
          cache_creation_token_details: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
        },
      }),
    ).toEqual({
      input_tokens: 200,
      cache_read_tokens: 500,
      cache_write_tokens: 100,
      cache_write_1h_tokens: 200,
      output_tokens: 10,
    });
  });

  test("xAI bills calls of its search tools, or sources where it reports no calls", () => {
    const raw = { prompt_tokens: 1, completion_tokens: 1, num_sources_used: 7 };
    expect(pools("openai", raw, "xai").web_search).toBe(7);
    const calls = { ...raw, server_side_tool_usage_details: { web_search_calls: 2, x_search_calls: 1 } };
    expect(pools("openai", calls, "xai").web_search).toBe(3);
  });

  test("Mistral's audio is billed by the second, its tokens are in the total only", () => {
    const raw = { prompt_audio_seconds: 203, prompt_tokens: 4, completion_tokens: 635, total_tokens: 3264 };
    expect(pools("openai", raw, "mistral")).toEqual({
      audio_input_second: 203,
      input_tokens: 4,
      output_tokens: 635,
    });
  });

  test("cached tokens beyond the text belong to the only other medium, and with two cannot be told apart", () => {
    const of = (details: object) => ({
      prompt_tokens: 100,
      completion_tokens: 0,
      prompt_tokens_details: details,
    });
    expect(pools("openai", of({ cached_tokens: 50, image_tokens: 80 }))).toEqual({
      cache_read_tokens: 20,
      image_input_tokens: 50,
      image_input_cached_tokens: 30,
    });
    expect(errorOf("openai", of({ cached_tokens: 50, image_tokens: 40, audio_tokens: 40 }))?.field).toBe(
      "usage.prompt_tokens_details.cached_tokens",
    );
  });
});

describe("OpenAI responses", () => {
  test("the shape of the responses endpoint", () => {
    expect(
      pools("openai-responses", {
        input_tokens: 36,
        input_tokens_details: { cached_tokens: 6 },
        output_tokens: 87,
        output_tokens_details: { reasoning_tokens: 30 },
        total_tokens: 123,
      }),
    ).toEqual({ input_tokens: 30, cache_read_tokens: 6, output_tokens: 57, reasoning_tokens: 30 });
  });

  test("xAI's responses count reasoning inside", () => {
    const raw = { input_tokens: 10, output_tokens: 50, output_tokens_details: { reasoning_tokens: 40 } };
    expect(pools("openai-responses", raw, "xai")).toEqual({
      input_tokens: 10,
      output_tokens: 10,
      reasoning_tokens: 40,
    });
  });

  test("realtime tells cached tokens apart by medium", () => {
    expect(
      pools("openai-responses", {
        total_tokens: 253,
        input_tokens: 132,
        output_tokens: 121,
        input_token_details: {
          text_tokens: 119,
          audio_tokens: 13,
          image_tokens: 0,
          cached_tokens: 70,
          cached_tokens_details: { text_tokens: 64, audio_tokens: 6 },
        },
        output_token_details: { text_tokens: 30, audio_tokens: 91 },
      }),
    ).toEqual({
      input_tokens: 55,
      cache_read_tokens: 64,
      audio_input_tokens: 7,
      audio_input_cached_tokens: 6,
      output_tokens: 30,
      audio_output_tokens: 91,
    });
  });

  test("an image's tokens, and a transcription by duration", () => {
    expect(
      pools("openai-responses", {
        input_tokens: 50,
        input_tokens_details: { text_tokens: 10, image_tokens: 40 },
        output_tokens: 4160,
        output_tokens_details: { image_tokens: 4160 },
        total_tokens: 4210,
      }),
    ).toEqual({ input_tokens: 10, image_input_tokens: 40, image_output_tokens: 4160 });
    expect(pools("openai-responses", { type: "duration", seconds: 0.4 })).toEqual({ stt_second: 1 });
  });
});

describe("Anthropic", () => {
  const raw = {
    input_tokens: 2048,
    cache_read_input_tokens: 1800,
    cache_creation_input_tokens: 248,
    output_tokens: 503,
    cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 5 },
    service_tier: "standard",
    inference_geo: "us",
  };

  test("input leaves the cache out, writes are split by lifetime, searches are counted", () => {
    expect(pools("anthropic", raw)).toEqual({
      input_tokens: 2048,
      cache_read_tokens: 1800,
      cache_write_tokens: 148,
      cache_write_1h_tokens: 100,
      output_tokens: 503,
      web_search: 2,
    });
  });

  test("writes without lifetimes live five minutes; lifetimes that do not add up are an error", () => {
    expect(pools("anthropic", { ...raw, cache_creation: null }).cache_write_tokens).toBe(248);
    const off = { ...raw, cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 1 } };
    expect(errorOf("anthropic", off)?.field).toBe("usage.cache_creation.ephemeral_5m_input_tokens");
  });

  test("compaction, which the totals leave out, is added", () => {
    const iterations = [
      { type: "compaction", input_tokens: 180_000, output_tokens: 3500 },
      { type: "message", input_tokens: 23_000, output_tokens: 1000 },
    ];
    expect(pools("anthropic", { input_tokens: 23_000, output_tokens: 1000, iterations })).toEqual({
      input_tokens: 203_000,
      output_tokens: 4500,
    });
    const other = [{ type: "advisor", input_tokens: 1, output_tokens: 1 }];
    expect(errorOf("anthropic", { input_tokens: 1, output_tokens: 1, iterations: other })?.field).toBe(
      "usage.iterations",
    );
  });
});

describe("Gemini", () => {
  test("input includes the cache, by modality; tool prompts and thoughts come on top", () => {
    const raw = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      candidatesTokenCount: 200,
      thoughtsTokenCount: 300,
      toolUsePromptTokenCount: 50,
      totalTokenCount: 1550,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 500 },
        { modality: "AUDIO", tokenCount: 200 },
        { modality: "IMAGE", tokenCount: 258 },
        { modality: "DOCUMENT", tokenCount: 42 },
      ],
      cacheTokensDetails: [
        { modality: "TEXT", tokenCount: 300 },
        { modality: "AUDIO", tokenCount: 100 },
      ],
      candidatesTokensDetails: [{ modality: "TEXT", tokenCount: 200 }],
      toolUsePromptTokensDetails: [{ modality: "TEXT", tokenCount: 50 }],
      trafficType: "ON_DEMAND",
    };
    expect(pools("gemini", raw)).toEqual({
      // 1050 − 200 − 258 − 300 = 292
      input_tokens: 292,
      cache_read_tokens: 300,
      audio_input_tokens: 100,
      audio_input_cached_tokens: 100,
      image_input_tokens: 258,
      output_tokens: 200,
      reasoning_tokens: 300,
    });
  });

  test("cached video is a cached token, an image made is image output", () => {
    expect(
      pools("gemini", {
        promptTokenCount: 300,
        promptTokensDetails: [{ modality: "VIDEO", tokenCount: 263 }],
        cachedContentTokenCount: 263,
        cacheTokensDetails: [{ modality: "VIDEO", tokenCount: 263 }],
        candidatesTokenCount: 1290,
        candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1290 }],
      }),
    ).toEqual({ input_tokens: 37, cache_read_tokens: 263, image_output_tokens: 1290 });
  });

  test("the total says whether thoughts are inside, and holds those that were not listed", () => {
    const raw = { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 20 };
    const outside = { input_tokens: 10, output_tokens: 30, reasoning_tokens: 20 };
    expect(pools("gemini", raw)).toEqual(outside);
    expect(pools("gemini", { ...raw, totalTokenCount: 60 })).toEqual(outside);
    expect(pools("gemini", { ...raw, totalTokenCount: 40 })).toEqual({ ...outside, output_tokens: 10 });
    expect(pools("gemini", { promptTokenCount: 10, candidatesTokenCount: 30, totalTokenCount: 60 })).toEqual(
      outside,
    );
    expect(errorOf("gemini", { ...raw, totalTokenCount: 61 })?.field).toBe("usage.totalTokenCount");
  });

  test("the live API's names, and a modality nobody knows", () => {
    const live = {
      promptTokenCount: 5,
      responseTokenCount: 7,
      responseTokensDetails: [{ modality: "AUDIO", tokenCount: 7 }],
    };
    expect(pools("gemini", live)).toEqual({ input_tokens: 5, audio_output_tokens: 7 });
    expect(
      errorOf("gemini", { promptTokenCount: 5, promptTokensDetails: [{ modality: "SMELL", tokenCount: 5 }] })
        ?.field,
    ).toBe("usage.promptTokensDetails[0].tokenCount");
  });
});

describe("AI SDK", () => {
  test("version 5", () => {
    const raw = {
      inputTokens: 100,
      outputTokens: 50,
      totalTokens: 150,
      reasoningTokens: 20,
      cachedInputTokens: 60,
    };
    expect(pools("ai-sdk", raw, "openai")).toEqual({
      input_tokens: 40,
      cache_read_tokens: 60,
      output_tokens: 30,
      reasoning_tokens: 20,
    });
  });

  test("version 5 passes on Anthropic's input without the cache, and Google's output without thoughts", () => {
    const anthropic = { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedInputTokens: 60 };
    expect(pools("ai-sdk", anthropic, "anthropic")).toEqual({
      input_tokens: 10,
      cache_read_tokens: 60,
      output_tokens: 5,
    });
    expect(errorOf("ai-sdk", anthropic, "openai")?.field).toBe("usage.cachedInputTokens");
    const google = { inputTokens: 10, outputTokens: 50, totalTokens: 80, reasoningTokens: 20 };
    expect(pools("ai-sdk", google, "google")).toEqual({
      input_tokens: 10,
      output_tokens: 50,
      reasoning_tokens: 20,
    });
    expect(pools("ai-sdk", { ...google, totalTokens: 60 }, "google").output_tokens).toBe(30);
  });

  const six = {
    inputTokens: 1000,
    inputTokenDetails: { noCacheTokens: 100, cacheReadTokens: 600, cacheWriteTokens: 300 },
    outputTokens: 50,
    outputTokenDetails: { textTokens: 30, reasoningTokens: 20 },
    totalTokens: 1050,
    reasoningTokens: 20,
    cachedInputTokens: 600,
    raw: { cache_creation: { ephemeral_1h_input_tokens: 200 }, anything: 7 },
  };
  const expected = {
    input_tokens: 100,
    cache_read_tokens: 600,
    cache_write_tokens: 100,
    cache_write_1h_tokens: 200,
    output_tokens: 30,
    reasoning_tokens: 20,
  };

  test("version 6 has everything inside its totals, whoever the provider is", () => {
    expect(pools("ai-sdk", six, "anthropic")).toEqual(expected);
    expect(pools("ai-sdk", six, "xai")).toEqual(expected);
  });

  test("version 6's provider form", () => {
    const form = {
      inputTokens: { total: 1000, noCache: 100, cacheRead: 600, cacheWrite: 300 },
      outputTokens: { total: 50, text: 30, reasoning: 20 },
      raw: six.raw,
    };
    expect(pools("ai-sdk", form)).toEqual(expected);
  });

  test("details that do not add up are an error", () => {
    const off = { ...six, inputTokenDetails: { ...six.inputTokenDetails, noCacheTokens: 99 } };
    expect(errorOf("ai-sdk", off)?.field).toBe("usage.inputTokenDetails.noCacheTokens");
    expect(errorOf("ai-sdk", { ...six, cachedInputTokens: 601 })?.field).toBe("usage.cachedInputTokens");
  });
});

describe("OpenTelemetry", () => {
  const raw = {
    "gen_ai.request.model": "gpt-5",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.cache_read.input_tokens": 600,
    "gen_ai.usage.cache_creation.input_tokens": 100,
    "gen_ai.usage.output_tokens": 50,
    "gen_ai.usage.reasoning.output_tokens": 20,
  };

  test("input includes the cache, output the reasoning, and other attributes are not looked at", () => {
    expect(pools("otel", raw)).toEqual({
      input_tokens: 300,
      cache_read_tokens: 600,
      cache_write_tokens: 100,
      output_tokens: 30,
      reasoning_tokens: 20,
    });
  });

  test("earlier names count once beside the current ones", () => {
    expect(
      pools("otel", {
        "gen_ai.usage.prompt_tokens": 10,
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.completion_tokens": 5,
        "gen_ai.usage.total_tokens": 15,
      }),
    ).toEqual({ input_tokens: 10, output_tokens: 5 });
    expect(errorOf("otel", { ...raw, "gen_ai.usage.prompt_tokens": 11 })?.field).toBe(
      "usage.gen_ai.usage.prompt_tokens",
    );
  });
});

describe("hostile input names its field", () => {
  const formats: [UsageFormat, Record<string, unknown>, string, string][] = [
    [
      "openai",
      { prompt_tokens: 10, completion_tokens: 5 },
      "prompt_tokens",
      "prompt_tokens_details.cached_tokens",
    ],
    [
      "openai-responses",
      { input_tokens: 10, output_tokens: 5 },
      "input_tokens",
      "input_tokens_details.cached_tokens",
    ],
    ["anthropic", { input_tokens: 10, output_tokens: 5 }, "output_tokens", ""],
    [
      "gemini",
      { promptTokenCount: 10, candidatesTokenCount: 5 },
      "promptTokenCount",
      "cachedContentTokenCount",
    ],
    ["ai-sdk", { inputTokens: 10, outputTokens: 5 }, "inputTokens", "cachedInputTokens"],
    [
      "otel",
      { "gen_ai.usage.input_tokens": 10 },
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.cache_read.input_tokens",
    ],
  ];

  describe.each(formats)("%s", (format, good, field, cachedField) => {
    test.each([
      [-1, "must not be negative"],
      [Number.NaN, "must be a finite number"],
      [Number.POSITIVE_INFINITY, "must be a finite number"],
      [1e308, "must be at most 1000000000000"],
      [1.5, "must be a whole number"],
      ["10", "must be a number"],
      [true, "must be a number"],
      [[1], "must be a number"],
    ])(`${field}: %s`, (value, message) => {
      expect(errorOf(format, { ...good, [field]: value })).toEqual({
        kind: "invalid_usage",
        field: `usage.${field}`,
        message,
      });
    });

    test.each([undefined, null])(`${field} that is %s is missing`, (value) => {
      expect(errorOf(format, { ...good, [field]: value })).toMatchObject({
        field: `usage.${field}`,
        message: "must be present",
      });
    });

    test.each([null, undefined, [], "usage", 7])("a usage that is %j", (raw) => {
      expect(errorOf(format, raw)).toMatchObject({ field: "usage", message: "must be an object" });
    });

    test("an unknown field that holds something is refused, an empty one is not", () => {
      const name = format === "otel" ? "gen_ai.usage.new_tokens" : "new_tokens";
      for (const value of [1, "1", -1, Number.NaN, true, { deep: { tokens: 3 } }]) {
        expect(errorOf(format, { ...good, [name]: value })?.field).toBe(`usage.${name}`);
      }
      for (const value of [0, null, "", false, [], { deep: { tokens: 0 } }]) {
        expect(errorOf(format, { ...good, [name]: value })).toBeNull();
      }
    });

    test("cached tokens beyond the input are refused, never clamped", () => {
      const [group, inner] = format === "otel" ? [cachedField] : cachedField.split(".");
      if (group === undefined || group === "") return expect(format).toBe("anthropic");
      const cached = inner === undefined ? { [group]: 11 } : { [group]: { [inner]: 11 } };
      expect(errorOf(format, { ...good, ...cached })?.field).toBe(`usage.${cachedField}`);
    });
  });

  test("a group that is no object, a list that is no list", () => {
    expect(errorOf("openai", { prompt_tokens: 1, prompt_tokens_details: 5 })?.field).toBe(
      "usage.prompt_tokens_details",
    );
    expect(errorOf("gemini", { promptTokenCount: 1, promptTokensDetails: {} })?.field).toBe(
      "usage.promptTokensDetails",
    );
    expect(errorOf("gemini", { promptTokenCount: 1, promptTokensDetails: [5] })?.field).toBe(
      "usage.promptTokensDetails[0]",
    );
  });

  test("a field nested a hundred thousand times is refused like any other unknown one", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(errorOf("openai", { prompt_tokens: 1, deep })?.field).toBe("usage.deep");
  });

  test("inherited fields are not read", () => {
    const raw: unknown = Object.create({ prompt_tokens: 5 });
    expect(errorOf("openai", raw)?.message).toBe("must be present");
  });
});

describe("pools add up to what the provider reports", () => {
  const n = fc.nat({ max: 1_000_000 });
  const sumOf = (result: Record<string, number>) =>
    Object.values(result).reduce((sum, count) => sum + count, 0);

  test("OpenAI chat: prompt + completion", () => {
    fc.assert(
      fc.property(n, n, n, n, n, n, (text, cached, audio, written, output, reasoning) => {
        const prompt_tokens = text + cached + audio + written;
        const result = pools("openai", {
          prompt_tokens,
          completion_tokens: output + reasoning,
          prompt_tokens_details: { cached_tokens: cached, audio_tokens: audio, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(sumOf(result)).toBe(prompt_tokens + output + reasoning);
        expect(result.output_tokens ?? 0).toBe(output);
      }),
    );
  });

  test("Gemini: the total", () => {
    fc.assert(
      fc.property(n, n, n, n, n, n, (text, cached, image, toolUse, output, thoughts) => {
        const totalTokenCount = text + cached + image + toolUse + output + thoughts;
        const result = pools("gemini", {
          promptTokenCount: text + cached + image,
          cachedContentTokenCount: cached,
          promptTokensDetails: [{ modality: "IMAGE", tokenCount: image }],
          cacheTokensDetails: [{ modality: "TEXT", tokenCount: cached }],
          toolUsePromptTokenCount: toolUse,
          candidatesTokenCount: output,
          thoughtsTokenCount: thoughts,
          totalTokenCount,
        });
        expect(sumOf(result)).toBe(totalTokenCount);
      }),
    );
  });

  test("one call told in five formats gives the same pools", () => {
    fc.assert(
      fc.property(n, n, n, n, n, (text, read, written, output, reasoning) => {
        const input = text + read + written;
        const out = output + reasoning;
        const told: [UsageFormat, unknown][] = [
          [
            "openai",
            {
              prompt_tokens: input,
              completion_tokens: out,
              prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
              completion_tokens_details: { reasoning_tokens: reasoning },
            },
          ],
          [
            "openai-responses",
            {
              input_tokens: input,
              output_tokens: out,
              input_tokens_details: { cached_tokens: read, cache_write_tokens: written },
              output_tokens_details: { reasoning_tokens: reasoning },
            },
          ],
          [
            "anthropic",
            {
              input_tokens: text,
              cache_read_input_tokens: read,
              cache_creation_input_tokens: written,
              output_tokens: out,
              output_tokens_details: { thinking_tokens: reasoning },
            },
          ],
          [
            "ai-sdk",
            {
              inputTokens: input,
              outputTokens: out,
              inputTokenDetails: { cacheReadTokens: read, cacheWriteTokens: written },
              outputTokenDetails: { reasoningTokens: reasoning },
            },
          ],
          [
            "otel",
            {
              "gen_ai.usage.input_tokens": input,
              "gen_ai.usage.output_tokens": out,
              "gen_ai.usage.cache_read.input_tokens": read,
              "gen_ai.usage.cache_creation.input_tokens": written,
              "gen_ai.usage.reasoning.output_tokens": reasoning,
            },
          ],
        ];
        const [first, ...others] = told.map(([format, raw]) => pools(format, raw));
        for (const other of others) expect(other).toEqual(first);
        const result = normaliseUsage("openai", told[0]?.[1]);
        expect(result.ok && totalInputTokens(result.value)).toBe(wholeQuantity(BigInt(input)));
      }),
    );
  });

  test("whatever is sent, the answer is pools without a negative or an error that names a field", () => {
    const keys = fc.constantFrom(
      ...[
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "input_tokens",
        "output_tokens",
        "promptTokenCount",
      ],
      ...["inputTokens", "outputTokens", "cached_tokens", "gen_ai.usage.input_tokens", "x"],
    );
    const raw = fc.oneof(fc.dictionary(keys, fc.oneof(n, fc.double(), fc.anything())), fc.anything());
    const formats = fc.constantFrom<UsageFormat>(
      "openai",
      "openai-responses",
      "anthropic",
      "gemini",
      "ai-sdk",
      "otel",
    );
    fc.assert(
      fc.property(formats, raw, (format, value) => {
        const result = normaliseUsage(format, value);
        if (result.ok) for (const amount of result.value.values()) expect(amount > 0n).toBe(true);
        else expect(result.error.field).toMatch(/^usage/);
      }),
      { numRuns: 500 },
    );
  });
});
