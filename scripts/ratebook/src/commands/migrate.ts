import { importKey, openingStates, takeOverCards, takeOverCustomer } from "@ratebook/billing";
import { formatUsd, type Nanos, nanos } from "@ratebook/core";
import { Command, Option } from "commander";
import { CUSTOMER_FIELDS, KEY_FIELDS, SYSTEMS } from "../migrate/columns.ts";
import { type MigrationPlan, planMigration } from "../migrate/plan.ts";
import { CustomerRow, KeyRow, type Row, type RowProblem, readRows } from "../migrate/read-rows.ts";
import { type OpenBilling, openBilling } from "../open-billing.ts";
import { readNamedText } from "../read-file.ts";
import { createReport, type Report } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type Options = { keys?: string; system?: string; apply?: boolean; json?: boolean };

/** `ratebook migrate csv`: customers, opening balances and keys from another system. */
export function migrateCommand(): Command {
  const csv = new Command("csv")
    .description("Take customers over from CSV files; says what it would do, until --apply is given.")
    .argument("<customers>", `a CSV file with the columns ${CUSTOMER_FIELDS.join(", ")}`)
    .option("--keys <file>", `a CSV file of API keys with the columns ${KEY_FIELDS.join(", ")}`)
    .addOption(
      new Option("--system <name>", "the files have the column names of this system").choices(
        Object.keys(SYSTEMS),
      ),
    )
    .option("--apply", "do it; may be run again, and opens no balance twice")
    .option("--json", "print the totals as JSON")
    .action(migrate);
  return new Command("migrate").description("Take customers over from another system.").addCommand(csv);
}

async function migrate(file: string, options: Options): Promise<void> {
  const { keys: keyFile, system, apply = false, json = false } = options;
  const report = createReport(json);
  const columns = system === undefined ? undefined : SYSTEMS[system];
  const customers = await rowsOf(file, CustomerRow, columns?.customers ?? {});
  const keys = keyFile === undefined ? [] : await rowsOf(keyFile, KeyRow, columns?.keys ?? {});
  const billing = await openBilling(report);
  try {
    const states = await openingStates(
      billing.ctx,
      customers.map(({ value }) => value.external_id),
    );
    const { plan, problems } = planMigration(customers, keys, states);
    if (problems.length > 0) throw refused(file, problems);
    const value = { ...printable(plan), applied: apply };
    if (!apply) {
      report.result(`${sentence(plan)}\nNothing was changed. Add --apply to do it.`, value);
      return;
    }
    const { opened, cardsRead } = await takeOver(billing, report, customers);
    const newKeys = await takeKeys(billing, keys);
    const done = `Done: ${formatUsd(opened)} credits opened, ${newKeys} keys new.`;
    report.result([sentence(plan), done, cardSentence(plan, cardsRead)].filter(Boolean).join("\n"), {
      ...value,
      opened: formatUsd(opened),
      newKeys,
      cardsRead,
    });
  } finally {
    await billing.close();
  }
}

const ACTOR = { kind: "system", name: "command line" } as const;

/** What was opened, and how many cards Stripe keeps; null where no Stripe key is set. */
async function takeOver(
  { ctx }: OpenBilling,
  report: Report,
  rows: readonly Row<CustomerRow>[],
): Promise<{ opened: Nanos; cardsRead: number | null }> {
  let opened = 0n;
  let cardsRead = 0;
  for (const [index, { line, value: row }] of rows.entries()) {
    const { auto_top_up_threshold: threshold, auto_top_up_amount: amount } = row;
    const taken = await takeOverCustomer(ctx, ACTOR, {
      externalId: row.external_id,
      name: row.name,
      email: row.email,
      balance: row.balance,
      promotionalBalance: row.promotional_balance ?? nanos(0n),
      stripeCustomerId: row.stripe_customer_id,
      ...(amount !== undefined && { autoTopUp: { threshold, amount } }),
    });
    const stopped = (message: string): CannotDo =>
      new CannotDo(
        `Line ${line}: ${message} The ${index} customers before it are here; mend the line and run it again.`,
      );
    if (!taken.ok) {
      const { error } = taken;
      throw stopped(error.kind === "validation_error" ? `${error.field} ${error.message}` : error.message);
    }
    opened += taken.value.opened;
    if (ctx.rail !== undefined && row.stripe_customer_id !== undefined) {
      const cardId = row.stripe_payment_method_id;
      const cards = await takeOverCards(ctx, ACTOR, { customerId: taken.value.id, cardId });
      if (!cards.ok) {
        throw stopped("message" in cards.error ? cards.error.message : "Stripe does not answer.");
      }
      cardsRead += cards.value.cards;
    }
    if ((index + 1) % 500 === 0) report.progress(`${index + 1} of ${rows.length} customers`);
  }
  return { opened: nanos(opened), cardsRead: ctx.rail === undefined ? null : cardsRead };
}

async function takeKeys({ ctx }: OpenBilling, rows: readonly Row<KeyRow>[]): Promise<number> {
  let created = 0;
  for (const { line, value: row } of rows) {
    const taken = await importKey(ctx, ACTOR, {
      kind: "customer",
      customer: row.external_id,
      name: row.name,
      scopes: ["read"],
      hash: row.hash,
      prefix: row.prefix,
      lastFour: row.last_four,
      expiresAt: row.expires_at,
    });
    if (!taken.ok) throw new CannotDo(`Line ${line} of the keys: ${taken.error.kind}.`);
    if (taken.value.created) created += 1;
  }
  return created;
}

async function rowsOf<T>(
  file: string,
  schema: Parameters<typeof readRows<T>>[1],
  columns: { readonly [ours: string]: string | undefined },
): Promise<Row<T>[]> {
  const rows = readRows(await readNamedText(file), schema, columns);
  if (!rows.ok) throw refused(file, rows.error);
  return rows.value;
}

const refused = (file: string, problems: readonly RowProblem[]): CannotDo =>
  new CannotDo(
    `${file} cannot be taken over; nothing was changed.\n${problems
      .slice(0, 50)
      .map(({ line, message }) => `  line ${line}: ${message}`)
      .join("\n")}`,
  );

const sentence = ({
  customers,
  balance,
  promotionalBalance,
  openedAlready,
  ...plan
}: MigrationPlan): string =>
  [
    `${customers.rows} customers (${customers.new} new, ${customers.known} known).`,
    `Opening balances: ${formatUsd(balance)} paid for, ${formatUsd(promotionalBalance)} promotional; ${formatUsd(openedAlready)} of them opened already.`,
    `${plan.stripeCustomers} Stripe customers (${plan.cards} with the card that is charged), ${plan.autoTopUpRules} auto top-up rules (kept switched off), ${plan.keys} keys.`,
  ].join("\n");

const cardSentence = ({ stripeCustomers }: MigrationPlan, cardsRead: number | null): string => {
  if (stripeCustomers === 0) return "";
  return cardsRead === null
    ? "Their cards were not read: set STRIPE_SECRET_KEY and run it again; nothing is opened twice."
    : `${cardsRead} cards were read from Stripe.`;
};

const printable = (plan: MigrationPlan) => ({
  ...plan,
  balance: formatUsd(plan.balance),
  promotionalBalance: formatUsd(plan.promotionalBalance),
  openedAlready: formatUsd(plan.openedAlready),
});
