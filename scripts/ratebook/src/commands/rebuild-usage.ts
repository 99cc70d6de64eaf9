import { rebuildUsage, rollUsage } from "@ratebook/billing";
import { Command } from "commander";
import { openBooks } from "../open-books.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

/** `ratebook rebuild-usage`: the usage rollups anew from the ledger's entries. */
export function rebuildUsageCommand(): Command {
  return new Command("rebuild-usage")
    .description(
      "Make the usage rollups anew from entries and usage events, a wallet a transaction; verify-books (I16) says whether it is needed.",
    )
    .option("--json", "print how many wallets were done as JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const report = createReport(json);
      const books = await openBooks(report);
      try {
        const { sql } = books.connection;
        const rebuilt = await rebuildUsage({ sql }, { kind: "system", name: "rebuild-usage" });
        if (!rebuilt.ok) throw new CannotDo(rebuilt.error.message);
        while ((await rollUsage({ sql }, { entries: ENTRIES })) > 0n);
        const { wallets } = rebuilt.value;
        report.result(`The rollups of ${wallets} wallets were made anew.`, { wallets });
      } finally {
        await books.close();
      }
    });
}

const ENTRIES = 20_000;
