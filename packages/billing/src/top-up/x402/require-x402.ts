import { err, ok, type Result } from "@ratebook/core";
import type { OpenX402, X402Ctx, X402NotConfigured } from "./x402-outcome.ts";
import type { X402Unavailable } from "./x402-rail.ts";

/** The configured rail with its token; `x402_not_configured` where nothing is sold for tokens. */
export async function requireX402({
  x402,
}: Pick<X402Ctx, "x402">): Promise<Result<OpenX402, X402NotConfigured | X402Unavailable>> {
  if (x402 === undefined) return err({ kind: "x402_not_configured" });
  const token = await x402.describe();
  return token.ok ? ok({ rail: x402, token: token.value }) : token;
}
