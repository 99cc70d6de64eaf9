import { type Ctx, readFreshness } from "../../packages/billing/src/index.ts";

/**
 * Waits until the price sources that need no network have been read and published.
 *
 * @param sources their names
 * @param stopped gives true where the start was interrupted
 */
export async function waitForPrices(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  sources: readonly string[],
  stopped: () => boolean,
): Promise<void> {
  let noted = false;
  const startedAt = Date.now();
  while (!stopped()) {
    const read = (await readFreshness(ctx)).filter((source) => source.checkedAt !== null);
    const names = new Set(read.map((source) => source.source));
    if (sources.every((source) => names.has(source))) {
      await ctx.catalogue.refresh();
      if (ctx.catalogue.current().catalogueVersion > 0) return;
    }
    if (!noted && Date.now() - startedAt > NOTE_AFTER_MS) {
      noted = true;
      console.error(
        "Prices are still being read; the server answers already, and is ready once they are there.",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const NOTE_AFTER_MS = 30_000;
