import { inTransaction } from "@ratebook/db";
import type { Actor } from "../actor.ts";
import { takeOutbox } from "../ledger/take-outbox.ts";
import { SERVICE, type UsageFixture } from "../testing/usage-fixture.ts";
import { createResource } from "./create-resource.ts";
import { liftNotice } from "./lift-notice.ts";
import { reportDeployment } from "./report-deployment.ts";

/** The rates that ship for infrastructure. */
export const RATES = [
  { provider: "ratebook", model: "container", meter: "container_day", usd: "0.67" },
  { provider: "ratebook", model: "deployment", meter: "container_deployment", usd: "0.50" },
  { provider: "ratebook", model: "storage", meter: "storage_gb_day", usd: "0.01" },
] as const;

/** Publishes infrastructure at these prices; the others stay. */
export async function sellInfrastructure(
  { sell }: UsageFixture,
  prices: Partial<Record<(typeof RATES)[number]["model"], string>> = {},
): Promise<void> {
  await sell({
    offerings: RATES.map(({ provider, model, meter, usd }) => ({
      provider,
      model,
      modality: "infrastructure",
      listed: true,
      rates: [{ meter, usd: prices[model] ?? usd, per: 1 }],
    })),
  });
}

/** Creates a container for a customer and says that it runs. */
export async function runContainer(
  { ctx }: UsageFixture,
  customer: string,
  size: { cpu?: number; memoryMb?: number; instances?: number; name?: string } = {},
  actor: Actor = SERVICE,
): Promise<string> {
  const { name = "web", ...parts } = size;
  const made = await createResource(ctx, actor, { customer, kind: "container", name, ...parts });
  if (!made.ok)
    throw new Error(JSON.stringify(made.error, (_key, it) => (typeof it === "bigint" ? `${it}` : it)));
  const { id } = made.value.resource;
  const reported = await reportDeployment(ctx, SERVICE, { id, outcome: "deployed" });
  if (!reported.ok) throw new Error(reported.error.kind);
  return id;
}

/** What the relay and its job do a moment after a posting. @returns how often wallets with a notice were announced to rise */
export async function relayRises({ ctx }: Pick<UsageFixture, "ctx">): Promise<number> {
  const messages = await inTransaction(ctx.db, (tx) => takeOutbox(tx, 1_000));
  const risen = messages.filter(({ kind }) => kind === "wallet.risen");
  for (const { accountId } of risen) await liftNotice(ctx, accountId);
  return risen.length;
}
