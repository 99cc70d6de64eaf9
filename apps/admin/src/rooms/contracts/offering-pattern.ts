import { err, type MarkupMatch, ok, type Result } from "@ratebook/core";

type Named = Pick<MarkupMatch, "provider" | "model">;

/**
 * What a term applies to as people write it: an offering's id, or one with `*` in it. "openai/gpt-*", "openai/*", "*" for
 * everything.
 */
export function offeringPattern({ provider, model }: Named): string {
  return provider === undefined && model === undefined ? "*" : `${provider ?? "*"}/${model ?? "*"}`;
}

/** Reads such text; what is `*` alone asks nothing. The error is a sentence. */
export function readOfferingPattern(text: string): Result<Named, string> {
  const pattern = text.trim();
  if (pattern === "*") return ok({});
  const slash = pattern.indexOf("/");
  const [provider, model] = [pattern.slice(0, slash), pattern.slice(slash + 1)];
  if (slash < 1 || model === "") {
    return err("Write provider/model, such as openai/gpt-5.2 or openai/*; * alone is everything.");
  }
  return ok({ ...(provider !== "*" && { provider }), ...(model !== "*" && { model }) });
}
