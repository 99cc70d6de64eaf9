import { Command } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { benchCommand } from "./commands/bench.ts";
import { createKeyCommand } from "./commands/create-key.ts";
import { createOperatorCommand } from "./commands/create-operator.ts";
import { exportJournalCommand } from "./commands/export-journal.ts";
import { importCommand } from "./commands/import.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { purgeSandboxCommand } from "./commands/purge-sandbox.ts";
import { rebuildUsageCommand } from "./commands/rebuild-usage.ts";
import { replayCommand } from "./commands/replay.ts";
import { syncCommand } from "./commands/sync.ts";
import { verifyBooksCommand } from "./commands/verify-books.ts";

/** The `ratebook` command line, with its help. */
export function buildProgram(): Command {
  const program = new Command("ratebook")
    .description("Prices, books and credentials of a Ratebook, from the command line.")
    .addHelpText(
      "after",
      `
Works on the database named by DATABASE_URL, else on the embedded one in RATEBOOK_DATA_DIR (default .ratebook),
whether or not a server is running on it. Every command takes --json for programs and --help for people.
Ends with 0 when done, 1 when it could not be done (one sentence on stderr), 2 when the arguments are wrong; audit also
with 3, where it was told a limit.`,
    )
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError("(add --help for what this command takes)")
    .exitOverride();
  for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));
  return program;
}

const COMMANDS = [
  syncCommand,
  importCommand,
  verifyBooksCommand,
  exportJournalCommand,
  rebuildUsageCommand,
  createOperatorCommand,
  createKeyCommand,
  migrateCommand,
  auditCommand,
  purgeSandboxCommand,
  benchCommand,
  replayCommand,
];
