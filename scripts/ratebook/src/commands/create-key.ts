import { SCOPES, type Scope } from "@ratebook/billing";
import { Command, InvalidArgumentError, Option } from "commander";
import { openBilling } from "../open-billing.ts";
import { createReport } from "../report.ts";

type Options = {
  kind: "customer" | "service" | "worker";
  customer?: string;
  name: string;
  scope: Scope[];
  expires?: Date;
  json?: boolean;
};

/** `ratebook create-key`: an API key, its text printed once. */
export function createKeyCommand(): Command {
  return new Command("create-key")
    .description("Create an API key and print its text, which is kept nowhere.")
    .addOption(
      new Option(
        "--kind <kind>",
        "customer: one customer's; service: the platform's; worker: the catalogue worker's",
      )
        .choices(["customer", "service", "worker"])
        .default("customer"),
    )
    .option("--customer <id>", "our id or the platform's own, for a customer key")
    .option("--name <name>", "what the key is for", "made on the command line")
    .addOption(
      new Option("--scope <scope>", "a right; repeat for several")
        .argParser((value: string, before: Scope[] | undefined) => [...(before ?? []), scope(value)])
        .makeOptionMandatory(),
    )
    .option("--expires <instant>", "when it ends, such as 2027-01-31T00:00:00Z", instant)
    .option("--json", "print the key as JSON")
    .addHelpText("after", `\nScopes: ${SCOPES.join(", ")}`)
    .action(async ({ json = false, ...options }: Options) => {
      const report = createReport(json);
      const billing = await openBilling(report);
      try {
        const created = await billing.caller.accounts.createKey({
          kind: options.kind,
          name: options.name,
          scopes: options.scope,
          ...(options.customer !== undefined && { customer: options.customer }),
          ...(options.expires !== undefined && { expiresAt: options.expires }),
        });
        report.result(created.key, created);
      } finally {
        await billing.close();
      }
    });
}

function scope(value: string): Scope {
  const known = SCOPES.find((it) => it === value);
  if (known === undefined) throw new InvalidArgumentError(`It must be one of ${SCOPES.join(", ")}.`);
  return known;
}

function instant(value: string): Date {
  const at = new Date(value);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError("It must be an instant such as 2027-01-31T00:00:00Z.");
  return at;
}
