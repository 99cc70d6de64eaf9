import { waitForUpdate } from "@pydantic/genai-prices";
import { must } from "@ratebook/core";
import type { BundledDocument } from "../../source.ts";

/** The release whose data is bundled, and when it was published; its data carries no date of its own. */
export const BUNDLED_RELEASE = { version: "0.1.8", publishedAt: "2026-09-23T10:11:04Z" } as const;

/**
 * The data that ships inside the npm package, as JSON text.
 *
 * The package exposes it only as JavaScript numbers. Their shortest text is what the package's source spells
 * (0.15, not 0.1499…), so the digits survive although the numbers were floats once.
 */
export async function bundledGenaiPrices(): Promise<BundledDocument> {
  // Nothing calls `updatePrices`, so the update that is waited for is the bundled data itself.
  const providers = must(await waitForUpdate(), "the package carries its own data");
  return {
    url: `https://www.npmjs.com/package/@pydantic/genai-prices/v/${BUNDLED_RELEASE.version}`,
    publishedAt: new Date(BUNDLED_RELEASE.publishedAt),
    raw: new TextEncoder().encode(JSON.stringify(providers)),
  };
}
