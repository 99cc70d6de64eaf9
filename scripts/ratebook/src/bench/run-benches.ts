import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { measuredText } from "./figures-table.ts";
import { openLab } from "./lab.ts";

/** What came of the benches. */
export type BenchReport = {
  figures: Figure[];
  /** The books of each database a bench used, after it. */
  books: { bench: string; database: string; balanced: boolean; broken: string[] }[];
};

/**
 * Runs benches one after the other on one database server, which is started for them and removed afterwards, and
 * verifies the books after each.
 */
export async function runBenches(
  benches: readonly Bench[],
  { quick, progress }: { quick: boolean; progress: (line: string) => void },
): Promise<BenchReport> {
  const report: BenchReport = { figures: [], books: [] };
  const lab = await openLab({ quick, progress });
  const onSignal = (): void => void lab.close().finally(() => process.exit(130));
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    for (const { name, title, run } of benches) {
      progress(`${name}: ${title}`);
      for (const measured of await run(lab)) {
        const figure = { bench: name, ...measured };
        report.figures.push(figure);
        // At once, so that a bench of many minutes keeps them where what follows fails.
        progress(`${name}: ${figure.what}: ${measuredText(figure)}`);
      }
      progress(`${name}: verifying the books`);
      for (const { database, checks } of await lab.clear()) {
        const broken = checks.filter(({ violations }) => (violations ?? 0) > 0);
        const sentences = broken.map(({ id, sentence, violations }) => `${id} (${violations}): ${sentence}`);
        report.books.push({ bench: name, database, balanced: broken.length === 0, broken: sentences });
      }
    }
    return report;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await lab.close();
  }
}
