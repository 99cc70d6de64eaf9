import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ParsedSource } from "../../source.ts";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { openai } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.html", import.meta.url), "utf8");
const context = { url: openai.homepage, fetchedAt: new Date("2026-08-21T00:00:00Z") };
const parsed = parsedOrThrow(openai.parse(raw, context));
const M = "/ 1000000";
const refusals = (model: string) => parsed.refused.filter((row) => row.offering === `openai/${model}`);

const modelsOf = (page: ParsedSource) => page.document.offerings.map(({ model }) => model);

/** The parsed fixture with one of its texts replaced. */
function changed(from: string, to: string) {
  expect(raw).toContain(from);
  return parsedOrThrow(openai.parse(raw.replace(from, to), context));
}

test("a five-cell row has the price of cache writes before the output's; a four-cell row has none", () => {
  expect(pricesOf(parsed, "openai/gpt-9-sol")).toMatchObject({
    input_tokens: `4 ${M}`,
    cache_read_tokens: `0.4 ${M}`,
    cache_write_tokens: `5 ${M}`,
    output_tokens: `24 ${M}`,
  });
  expect(pricesOf(parsed, "openai/gpt-8")).toMatchObject({
    input_tokens: `1.75 ${M}`,
    cache_read_tokens: `0.175 ${M}`,
    output_tokens: `14 ${M}`,
  });
  expect(pricesOf(parsed, "openai/gpt-8")).not.toHaveProperty("cache_write_tokens");
  expect(pricesOf(parsed, "openai/gpt-8-pro")).toMatchObject({
    input_tokens: `21 ${M}`,
    output_tokens: `168 ${M}`,
  });
});

test("rows without headings are believed only if the drawn table proves their columns", () => {
  const differs = changed(
    '[0,"gpt-9-sol"],[0,4],[0,0.4],[0,5],[0,24]',
    '[0,"gpt-9-sol"],[0,4],[0,0.4],[0,24],[0,5]',
  );
  // Nothing of the list is left, nor what other tiers would have made of it alone.
  expect(modelsOf(differs)).not.toContain("gpt-8");
  expect(modelsOf(differs)).not.toContain("gpt-9-sol");
  expect(differs.alerts.map((alert) => alert.detail)).toContainEqual(
    expect.stringContaining("the table and its data differ in Cache writes of gpt-9-sol"),
  );
  const unproved = changed("<td><span>gpt-9-sol</span></td>", "<td>gpt-9-moon</td>").alerts;
  expect(unproved).toEqual(parsed.alerts);
  const other = changed('[0,"gpt-9-sol"],[0,2],[0,0.2]', '[0,"gpt-9-moon"],[0,2],[0,0.2]');
  expect(pricesOf(other, "openai/gpt-8")).not.toHaveProperty('input_tokens?service_tier="batch"');
});

test("batch, flex and fast are tiers; fast is what the API calls priority", () => {
  expect(pricesOf(parsed, "openai/gpt-8")).toMatchObject({
    'input_tokens?service_tier="batch"': `0.875 ${M}`,
    'input_tokens?service_tier="flex"': `0.9 ${M}`,
    'output_tokens?service_tier="flex"': `7.1 ${M}`,
    'input_tokens?service_tier="priority"': `3.5 ${M}`,
    'output_tokens?service_tier="priority"': `28 ${M}`,
  });
  expect(parsed.alerts.map((alert) => alert.detail)).toContainEqual(
    expect.stringContaining("the service tier overnight"),
  );
});

test("long context holds above the number of tokens that the page states, in every tier", () => {
  expect(pricesOf(parsed, "openai/gpt-9-sol")).toMatchObject({
    "input_tokens?total_input_tokens_above=272000": `8 ${M}`,
    "output_tokens?total_input_tokens_above=272000": `36 ${M}`,
    'cache_write_tokens?service_tier="batch"&total_input_tokens_above=272000': `5 ${M}`,
  });
  const unsaid = changed('"tooltip":[0,">272K input tokens"]', '"tooltip":[0,"many tokens"]');
  expect(modelsOf(unsaid)).not.toContain("gpt-9-cyber");
  expect(modelsOf(unsaid)).not.toContain("gpt-8");
});

test("a price that holds below 272K tokens is taken only with the price above", () => {
  expect(pricesOf(parsed, "openai/gpt-9-luna")).toMatchObject({
    input_tokens: `1 ${M}`,
    "input_tokens?total_input_tokens_above=272000": `2 ${M}`,
  });
  expect(pricesOf(parsed, "openai/gpt-9-bounded")).toEqual({ web_search: "10 / 1000" });
  expect(refusals("gpt-9-bounded").map(({ kind, meter, printed }) => [kind, meter, printed])).toEqual([
    ["unsupported_condition", "input_tokens", "2"],
    ["unsupported_condition", "cache_read_tokens", "0.2"],
    ["unsupported_condition", "output_tokens", "12"],
  ]);
  expect(pricesOf(parsed, "openai/gpt-9-cyber")).toMatchObject({ output_tokens: `75 ${M}` });
});

test("each medium has its own meters; text sold by the character is no token", () => {
  expect(pricesOf(parsed, "openai/gpt-realtime-9")).toEqual({
    audio_input_tokens: `32 ${M}`,
    audio_input_cached_tokens: `0.4 ${M}`,
    audio_output_tokens: `64 ${M}`,
    input_tokens: `4 ${M}`,
    cache_read_tokens: `0.4 ${M}`,
    output_tokens: `24 ${M}`,
    image_input_tokens: `5 ${M}`,
    image_input_cached_tokens: `0.5 ${M}`,
  });
  expect(refusals("gpt-realtime-9")).toMatchObject([{ kind: "invalid_row" }]);
  expect(pricesOf(parsed, "openai/tts-9")).toEqual({ tts_character: `15 ${M}` });
  expect(offeringNamed(parsed, "openai/tts-9").modality).toBe("tts");
  expect(pricesOf(parsed, "openai/gpt-image-9")).toMatchObject({
    image_output_tokens: `32 ${M}`,
    input_tokens: `5 ${M}`,
  });
  expect(offeringNamed(parsed, "openai/gpt-image-9").modality).toBe("image");
});

test("video is sold by the second and size, transcription by the token or else by the minute", () => {
  expect(pricesOf(parsed, "openai/sora-9")).toEqual({
    'video_second?resolution="720p"': "0.3 / 1",
    'video_second?resolution="1080p"': "0.7 / 1",
  });
  expect(pricesOf(parsed, "openai/whisper-1")).toEqual({ stt_second: "0.006 / 60" });
  expect(pricesOf(parsed, "openai/gpt-9-transcribe")).toEqual({
    input_tokens: `2.5 ${M}`,
    output_tokens: `10 ${M}`,
  });
  expect(refusals("gpt-9-transcribe")).toMatchObject([{ kind: "ambiguous_price", meter: "stt_second" }]);
  expect(refusals("gpt-9-translate")).toMatchObject(
    [{ kind: "invalid_row" }, { kind: "no_price" }].slice(0, 1),
  );
});

test("search costs the same with every model that answers in text, and stands for itself", () => {
  expect(pricesOf(parsed, "openai/web-search")).toEqual({ web_search: "10 / 1000" });
  expect(pricesOf(parsed, "openai/gpt-8")).toMatchObject({ web_search: "10 / 1000" });
  for (const model of [
    "gpt-realtime-9",
    "text-embedding-9",
    "ft:gpt-8",
    "omni-moderation-9",
    "gpt-image-9",
  ]) {
    expect(pricesOf(parsed, `openai/${model}`)).not.toHaveProperty("web_search");
  }
});

test("Free is free, an embedding has no output, a tuned model is another offering than its base", () => {
  expect(offeringNamed(parsed, "openai/omni-moderation-9").rates).toMatchObject([{ usd: "0", free: true }]);
  expect(pricesOf(parsed, "openai/text-embedding-9")).toEqual({ input_tokens: `0.02 ${M}` });
  expect(offeringNamed(parsed, "openai/text-embedding-9").modality).toBe("embedding");
  expect(pricesOf(parsed, "openai/ft:gpt-8")).toEqual({
    input_tokens: `3 ${M}`,
    cache_read_tokens: `0.75 ${M}`,
    output_tokens: `28 ${M}`,
  });
});

test("what does not fit is refused by itself and named", () => {
  const models = parsed.document.offerings.map(({ model }) => model);
  for (const model of [
    "gpt-8-swapped",
    "gpt-8-short",
    "gpt-8-ragged",
    "gpt-8-thinker",
    "gpt-8-cyber",
    "June",
  ]) {
    expect(models).not.toContain(model);
  }
  // Three amounts and nothing that says what they are counted in.
  expect(models).not.toContain("gpt-8-unitless");
  expect(refusals("gpt-8-unitless")[0]).toMatchObject({ kind: "ambiguous_unit", printed: "$3.00" });
  const details = parsed.refused.map(({ detail }) => detail);
  expect(details).toContainEqual(expect.stringContaining("gpt-8-swapped | 0.175 | 1.75 | 14"));
  expect(details).toContainEqual(expect.stringContaining("gpt-8-short | 1.75 | 14"));
  expect(details).toContainEqual(expect.stringContaining("gpt-8-ragged | $3.50 | $28.00"));
  expect(details).toContainEqual(expect.stringContaining('"gpt-9 with a view" is no model'));
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(": seen")[0]}`)).toEqual([
    "refused_rows prices that do not fit their columns",
    "refused_rows another number of cells than headings",
    "refused_rows the service tier overnight",
    "unmetered_price_key Live translation",
    "unmetered_price_key tool Web search: Web search preview (old models)",
    "unmetered_price_key tool Containers: Code Interpreter",
    "refused_rows a table whose headings are not known",
  ]);
});

test("a price in another unit, a currency or a range never becomes a rate", () => {
  const perThousand = changed(
    "Our latest models</div><small>Prices per 1M tokens.",
    "</div><small>Prices per fortnight.",
  );
  expect(perThousand.document.offerings.map(({ model }) => model)).not.toContain("gpt-8");
  expect(perThousand.refused).toContainEqual(
    expect.objectContaining({ kind: "ambiguous_unit", printed: "1.75" }),
  );
  const euros = changed("<td>$0.90</td>", "<td>0.90 €</td>");
  expect(euros.refused).toContainEqual(expect.objectContaining({ kind: "not_usd", printed: "0.90 €" }));
});

test.each([
  ["a page without tables", "<html><body><h1>Pricing</h1></body></html>", "wrong_shape"],
  ["another page's table", "<html><table><tr><th>Plan</th><th>Seats</th></tr></table></html>", "wrong_shape"],
  ["a challenge", "<html><title>Just a moment...</title><body></body></html>", "challenge_page"],
  ["half a page", raw.slice(0, raw.length / 2), "incomplete_document"],
  [
    "a page in yuan",
    "<html><table><tr><td>模型</td><td>输入</td></tr><tr><td>x</td><td>2元</td></tr></table></html>",
    "not_usd",
  ],
])("%s is a typed failure", (_name, document, kind) => {
  expect(openai.parse(document, context)).toMatchObject({ ok: false, error: { kind, source: "openai" } });
});
