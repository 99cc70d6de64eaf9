import type { X402Rail } from "@ratebook/billing";
import { createPublicClient, http } from "viem";
import type { ChosenX402 } from "./choose-x402.ts";
import { createX402Rail } from "./create-x402-rail.ts";
import { httpFacilitator } from "./facilitator.ts";

/** A rail, and what it holds open. */
export type OpenedX402 = { rail: X402Rail; close: () => Promise<void> };

/**
 * Opens what was chosen; null where nothing was. A network is only asked when a payment needs it; the development chain
 * starts at once, with a payer whose key everybody knows.
 */
export async function openX402Rail(
  chosen: ChosenX402,
  { resource }: { resource: string },
): Promise<OpenedX402 | null> {
  switch (chosen.kind) {
    case "none":
      return null;
    case "network": {
      const { network, asset, payTo, facilitatorUrl, facilitatorToken, rpcUrl } = chosen;
      const client = createPublicClient({
        transport: http(rpcUrl, { timeout: 10_000 }),
        pollingInterval: 1_000,
      });
      const facilitator = httpFacilitator(facilitatorUrl, facilitatorToken);
      return {
        rail: createX402Rail({ network, asset, payTo, client, facilitator, resource }),
        close: async () => {},
      };
    }
    case "development": {
      // Loaded here only: the chain and its compiler are no part of a production installation.
      const { openDevelopmentRail } = await import("./local-chain/open-development-rail.ts");
      return openDevelopmentRail(resource);
    }
  }
}
