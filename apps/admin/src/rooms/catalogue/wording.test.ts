import { describe, expect, test } from "vitest";
import { meterText } from "../wallet/meter-text.ts";
import { conditionsId, conditionTexts } from "./conditions-text.ts";
import { markupText, percentText } from "./markup-text.ts";

describe("the words of a price list", () => {
  test("every kind of condition is said", () => {
    expect(
      conditionTexts({
        service_tier: "batch",
        total_input_tokens_above: 200_000,
        utc_from: "16:30",
        audio: false,
        resolution: "1080p",
        duration_seconds: 8,
      }),
    ).toEqual([
      "batch",
      "above 200,000 input tokens",
      "16:30–24:00 UTC",
      "without audio",
      "8 s",
      "resolution 1080p",
    ]);
    expect(conditionTexts({})).toEqual([]);
  });

  test("the same conditions in another order are the same", () => {
    expect(conditionsId({ audio: true, size: "1k" })).toBe(conditionsId({ size: "1k", audio: true }));
    expect(conditionsId({ audio: true })).not.toBe(conditionsId({ audio: false }));
  });

  test("markup is an exact percentage, or the rule that took its place", () => {
    expect(percentText(2000)).toBe("+20%");
    expect(percentText(1250)).toBe("+12.5%");
    expect(percentText(-205)).toBe("−2.05%");
    expect(percentText(0)).toBe("+0%");
    expect(markupText({ markupBps: 2000, decidedBy: "percent" })).toBe("+20%");
    expect(markupText({ markupBps: 2000, decidedBy: "floor" })).toBe("+20%, floor");
    expect(markupText({ markupBps: null, decidedBy: "price" })).toBe("fixed");
    expect(markupText({ markupBps: 2000, decidedBy: "free" })).toBe("free");
    expect(markupText({ markupBps: -500, decidedBy: "own_cost" })).toBe("at cost");
  });

  test("meters have names people read", () => {
    expect(meterText("cache_write_1h_tokens")).toBe("Cache write 1h tokens");
    expect(meterText("stt_second")).toBe("STT second");
    expect(meterText("storage_gb_day")).toBe("Storage GB day");
    expect(meterText("x_proxy_call")).toBe("Proxy call");
  });
});
