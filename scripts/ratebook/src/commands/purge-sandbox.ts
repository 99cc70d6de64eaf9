import { countSandboxPurchases, purgeSandbox } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import { Command } from "commander";
import { openBilling } from "../open-billing.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type Options = { yes?: boolean; json?: boolean };

/** `ratebook purge-sandbox`: credits bought with test money go, so that a live key may come. */
export function purgeSandboxCommand(): Command {
  return new Command("purge-sandbox")
    .description(
      "Take away what is unspent of purchases made with test cards or test tokens, by postings; forgets test cards.",
    )
    .option("--yes", "do it; without this, only say how many purchases there are")
    .option("--json", "print what was done as JSON")
    .action(async ({ yes = false, json = false }: Options) => {
      const report = createReport(json);
      const { ctx, close } = await openBilling(report);
      try {
        if (!yes) {
          const purchases = await countSandboxPurchases(ctx);
          report.result(`${purchases} test purchases remain. Add --yes to take them away for good.`, {
            purchases,
          });
          return;
        }
        const purged = await purgeSandbox(ctx, { kind: "system", name: "command line" });
        if (!purged.ok) throw new CannotDo(purged.error.message);
        const { purchases, taken, held } = purged.value;
        report.result(`Purged ${purchases} test purchases; ${formatUsd(taken)} credits were unspent.`, {
          purchases,
          taken: formatUsd(taken),
          held,
        });
        if (held > 0) {
          throw new CannotDo(`Open holds cover credits of ${held} more: run it again when they have ended.`);
        }
      } finally {
        await close();
      }
    });
}
