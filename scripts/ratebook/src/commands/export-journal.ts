import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exportJournal } from "@ratebook/billing";
import { Command } from "commander";
import { openBooks } from "../open-books.ts";
import { createReport } from "../report.ts";

/** `ratebook export-journal`: the books in the format of hledger and ledger-cli. */
export function exportJournalCommand(): Command {
  return new Command("export-journal")
    .description("Write the books as a journal that hledger and ledger-cli read: double entry, exact USD.")
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "print what was written as JSON (with --output)")
    .action(async ({ output, json = false }: { output?: string; json?: boolean }) => {
      const report = createReport(json);
      const books = await openBooks(report);
      try {
        const journal = Readable.from(exportJournal({ sql: books.connection.sql }));
        if (output === undefined) {
          await pipeline(journal, process.stdout, { end: false });
          return;
        }
        const file = resolve(process.env.INIT_CWD ?? process.cwd(), output);
        const target = createWriteStream(file);
        await pipeline(journal, target);
        report.result(`Wrote ${target.bytesWritten} bytes to ${file}.`, { file, bytes: target.bytesWritten });
      } finally {
        await books.close();
      }
    });
}
