import { createX402Rail } from "../create-x402-rail.ts";
import type { OpenedX402 } from "../open-x402-rail.ts";
import { developmentPayer } from "./development-payer.ts";
import { ownFacilitator } from "./own-facilitator.ts";
import { startLocalChain } from "./start-local-chain.ts";

/** A rail over a chain of its own, on which the development payer has a million dollars. */
export async function openDevelopmentRail(resource: string): Promise<OpenedX402> {
  const chain = await startLocalChain();
  await chain.mint(developmentPayer().address, MILLION_DOLLARS);
  const { network, asset, client, close } = chain;
  const facilitator = ownFacilitator(chain);
  const rail = createX402Rail({
    network,
    asset,
    payTo: "0x00000000000000000000000000000000000c0ffe",
    client,
    facilitator,
    resource,
    worthless: true,
  });
  return { rail, close };
}

const MILLION_DOLLARS = 10n ** 12n;
