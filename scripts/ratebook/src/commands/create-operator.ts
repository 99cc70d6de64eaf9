import { createAuth, createPerson } from "@ratebook/server";
import { Command } from "commander";
import { openBilling } from "../open-billing.ts";
import { createReport } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type Options = { email: string; name?: string; json?: boolean };

/** `ratebook create-operator`: a person who may do everything. */
export function createOperatorCommand(): Command {
  return new Command("create-operator")
    .description("Create an operator; the password is printed once, or read from RATEBOOK_OPERATOR_PASSWORD.")
    .requiredOption("--email <address>", "address to sign in with")
    .option("--name <name>", "name shown to colleagues (default: the address)")
    .option("--json", "print what was created as JSON")
    .action(async ({ email, name, json = false }: Options) => {
      if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CannotDo(`--email ${email} is not an e-mail address.`);
      const given = process.env.RATEBOOK_OPERATOR_PASSWORD;
      if (given !== undefined && given.length < MIN_PASSWORD) {
        throw new CannotDo(`RATEBOOK_OPERATOR_PASSWORD must have at least ${MIN_PASSWORD} characters.`);
      }
      const report = createReport(json);
      const billing = await openBilling(report);
      try {
        const auth = createAuth({ billing: billing.ctx, secret: UNUSED_SECRET, allowedOrigins: [] });
        const created = await createPerson(
          { auth, db: billing.ctx.db },
          { email, name: name ?? email, role: "operator", ...(given !== undefined && { password: given }) },
        );
        if (!created.ok) throw new CannotDo(`Somebody signs in with ${created.error.email} already.`);
        const { id, email: address, password } = created.value;
        const shown = given === undefined ? { password } : {};
        report.result(
          `Created the operator ${address}.${given === undefined ? ` Password: ${password}` : ""}`,
          { id, email: address, ...shown },
        );
      } finally {
        await billing.close();
      }
    });
}

/** Creating a person signs no session. */
const UNUSED_SECRET = "no session is signed by this command";
const MIN_PASSWORD = 10;
