import { importDocument } from "@ratebook/billing";
import { Command } from "commander";
import { openBilling } from "../open-billing.ts";
import { readNamedFile } from "../read-file.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

/** `ratebook import FILE`: the operator's own prices. */
export function importCommand(): Command {
  return new Command("import")
    .description("Submit a price document as the operator's own; it is validated in full and active at once.")
    .argument("<file>", 'a JSON price document with "source": "manual"')
    .option("--accept", "activate rows that trip a bound of the guard as well")
    .option("--json", "print what was published as JSON")
    .action(async (file: string, { accept = false, json = false }: { accept?: boolean; json?: boolean }) => {
      const report = createReport(json);
      const document = parseJson(file, await readNamedFile(file));
      const billing = await openBilling(report);
      try {
        const actor = { kind: "system", name: "command line" } as const;
        const imported = await importDocument(billing.ctx, actor, { document, accept });
        if (!imported.ok) throw new CannotDo(refusal(file, imported.error));
        const { outcome, version, counts } = imported.value;
        const sentence =
          version === null
            ? `Nothing in ${file} differs from the active rates.`
            : `Published catalogue version ${version} from ${file}.`;
        report.result(sentence, { outcome, version, counts });
      } finally {
        await billing.close();
      }
    });
}

function parseJson(file: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CannotDo(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type ImportError = Extract<Awaited<ReturnType<typeof importDocument>>, { ok: false }>["error"];

function refusal(file: string, error: ImportError): string {
  switch (error.kind) {
    case "invalid_document":
      return `${file} is not a price document; nothing was imported.\n${error.issues
        .map(({ path, message }) => `  ${path}: ${message}`)
        .join("\n")}`;
    case "import_refused":
      return `Nobody may activate these rows of ${file}; nothing was imported.\n${rows(error.rows)}`;
    case "import_acceptance_required":
      return `These rows of ${file} trip a bound; nothing was imported. Add --accept to activate them all the same.\n${rows(error.rows)}`;
    case "validation_error":
      return `${file}: ${error.field} ${error.message}.`;
    case "access_denied":
      return error.message;
  }
}

const rows = (list: readonly { key: string; rule: string; sentence: string }[]): string =>
  list.map(({ key, rule, sentence }) => `  ${key} (${rule}): ${sentence}`).join("\n");
