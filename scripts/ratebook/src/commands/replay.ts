import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { openLab } from "../bench/lab.ts";
import { replayCorpus } from "../replay/replay-corpus.ts";
import { replayJson, replayText } from "../replay/replay-text.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type ReplayOptions = { corpus?: string; mutations: number; seed: number; json?: boolean };

/** `ratebook replay --corpus DIR`: recorded price documents through parsers, guard and publication. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("Replay recorded price documents in a scratch database and check what became active.")
    .option("--corpus <dir>", "folder of recorded documents; else RATEBOOK_CORPUS")
    .option(
      "--mutations <count>",
      "how often recorded documents are spoiled; 0 for not at all",
      wholeNumber,
      10_000,
    )
    .option("--seed <number>", "of the mutations; the same seed spoils the same way", wholeNumber, 1)
    .option("--json", "print the figures as JSON")
    .addHelpText(
      "after",
      `
Documents pass in the order of their dates through the parsers, the guard and the verbs that publish, on a database
server of its own; the change stream and the mutations through parsers and guard in memory. Takes about two minutes.
Fails when a figure that must hold does not. How to read it: docs/replay.md.`,
    )
    .action(async ({ corpus, mutations, seed, json = false }: ReplayOptions) => {
      const report = createReport(json);
      const folder = corpus ?? (process.env["RATEBOOK_CORPUS"] || undefined);
      if (folder === undefined) throw new CannotDo("Name the folder with --corpus, or set RATEBOOK_CORPUS.");
      const lab = await openLab({ quick: false, progress: report.progress });
      try {
        const database = await lab.openDatabase("replay");
        const replayed = await replayCorpus({
          sql: database.connect({ max: 4 }).sql,
          corpus: resolve(process.env["INIT_CWD"] ?? process.cwd(), folder),
          mutations,
          seed,
          progress: report.progress,
        });
        report.result(replayText(replayed), replayJson(replayed));
        const broken = replayed.checks.filter(({ holds }) => !holds);
        if (broken.length > 0) {
          throw new CannotDo(`What must hold does not: ${broken.map(({ name }) => name).join("; ")}.`);
        }
      } finally {
        await lab.close();
      }
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
