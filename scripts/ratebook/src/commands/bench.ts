import { Command, Option } from "commander";
import { BENCHES } from "../bench/benches.ts";
import { type Figure, holds } from "../bench/figure.ts";
import { figuresTable, measuredText } from "../bench/figures-table.ts";
import { type BenchReport, runBenches } from "../bench/run-benches.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type BenchOptions = { only?: string[]; quick?: boolean; check?: boolean; json?: boolean };

/** `ratebook bench`: the figures Ratebook promises, measured on this machine. */
export function benchCommand(): Command {
  const names = BENCHES.map(({ name }) => name);
  return new Command("bench")
    .description("Measure what Ratebook promises, on a database server of its own with durable settings.")
    .addOption(new Option("--only <name...>", "run these benches only").choices(names))
    .option("--quick", "short rounds, to see that everything works; the figures mean little")
    .option("--check", "fail when a target is missed")
    .option("--json", "print the figures as JSON")
    .addHelpText(
      "after",
      `\nBenches:\n${BENCHES.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join("\n")}
Takes about four and a half minutes, and touches no database but its own. Fails when the books do not balance.`,
    )
    .action(async ({ only, quick = false, check = false, json = false }: BenchOptions) => {
      const report = createReport(json);
      const chosen = BENCHES.filter(({ name, optIn }) => only?.includes(name) ?? optIn !== true);
      const measured = await runBenches(chosen, { quick, progress: report.progress });
      report.result(describe(measured), benchJson(measured));
      const broken = measured.books.filter(({ balanced }) => !balanced);
      if (broken.length > 0) {
        throw new CannotDo(`The books do not balance after ${broken.map(({ bench }) => bench).join(", ")}.`);
      }
      const missed = measured.figures.filter((figure) => holds(figure) === false);
      if (check && missed.length > 0) {
        throw new CannotDo(`Targets were missed: ${missed.map(missedText).join("; ")}.`);
      }
    });
}

/** What programs are given: figures with their verdict, and the books. */
export function benchJson({ figures, books }: BenchReport) {
  return {
    balanced: books.every(({ balanced }) => balanced),
    figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })),
    books,
  };
}

function describe({ figures, books }: BenchReport): string {
  const broken = books.flatMap(({ bench, database, broken: sentences }) =>
    sentences.map((sentence) => `${bench}, database ${database}: ${sentence}`),
  );
  const balanced =
    books.length === 0
      ? "No books were kept."
      : `The books balance after every bench (${books.length} databases).`;
  const verdict = broken.length === 0 ? balanced : `The books do not balance:\n${broken.join("\n")}`;
  return `${figuresTable(figures)}\n\n${verdict}`;
}

const missedText = (figure: Figure): string => `${figure.bench} (${measuredText(figure)})`;
