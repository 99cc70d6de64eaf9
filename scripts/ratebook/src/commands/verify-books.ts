import { verifyBooks } from "@ratebook/billing";
import { Command } from "commander";
import { openBooks } from "../open-books.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

/** `ratebook verify-books`: every invariant of the ledger, a line each. */
export function verifyBooksCommand(): Command {
  return new Command("verify-books")
    .description(
      "Check the invariants I1 to I16 but I10 (only a crash test knows it) over the whole ledger, a line each; rolls due wallets first.",
    )
    .option("--json", "print the checks as JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const report = createReport(json);
      const books = await openBooks(report);
      try {
        report.progress("Reading every entry; on millions this takes a minute.");
        const checks = await verifyBooks({ sql: books.connection.sql });
        const broken = checks.filter((check) => (check.violations ?? 0) > 0);
        report.result(checks.map(line).join("\n"), { balanced: broken.length === 0, checks });
        if (broken.length > 0) {
          throw new CannotDo(`The books do not balance: ${broken.map((check) => check.id).join(", ")}.`);
        }
      } finally {
        await books.close();
      }
    });
}

function line({
  id,
  sentence,
  violations,
  examples,
}: Awaited<ReturnType<typeof verifyBooks>>[number]): string {
  const verdict = violations === null ? "n/a   " : violations === 0 ? "ok    " : "BROKEN";
  const detail = violations ? ` (${violations}): ${examples.join(" ")}` : "";
  return `${id.padEnd(4)}${verdict}  ${sentence}${detail}`;
}
