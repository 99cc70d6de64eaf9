import type { Ctx } from "@ratebook/billing";
import { chooseX402, openX402Rail } from "@ratebook/payments";
import type { ServerConfig } from "./env.ts";
import { StartError } from "./start-error.ts";

/** The use cases with the rail they take token payments by, where one is configured. */
export type ComposedX402 = { ctx: Ctx; close: () => Promise<void> };

/**
 * Chooses the network a server takes token payments on. Off unless everything is told.
 *
 * @throws StartError where the settings are incomplete or wrong
 */
export async function composeX402(
  { x402, host }: Pick<ServerConfig, "x402" | "host">,
  ctx: Ctx,
): Promise<ComposedX402> {
  const chosen = chooseX402({
    network: x402?.network ?? null,
    payTo: x402?.payTo ?? null,
    asset: x402?.asset ?? null,
    facilitatorUrl: x402?.facilitatorUrl ?? null,
    facilitatorToken: x402?.facilitatorToken ?? null,
    rpcUrl: x402?.rpcUrl ?? null,
    loopback: LOOPBACK.has(host),
  });
  if (!chosen.ok) throw new StartError(chosen.error.message);
  const opened = await openX402Rail(chosen.value, {
    resource: new URL("/api/v1/credits/topup", ctx.publicUrl).href,
  });
  if (opened === null) return { ctx, close: async () => {} };
  if (chosen.value.kind === "development") {
    ctx.log.warn({}, "token payments run on a development chain: its money is worth nothing");
  }
  return { ctx: { ...ctx, x402: opened.rail }, close: opened.close };
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);
