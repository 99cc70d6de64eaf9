import { randomBytes } from "node:crypto";
import { createCaller } from "@ratebook/api";
import type { Ctx } from "@ratebook/billing";
import { createStripeRail } from "@ratebook/payments";
import { composeBilling, createLog, readEnv, StartError } from "@ratebook/server";
import { findDatabase } from "./open-books.ts";
import type { Report } from "./report.ts";
import { CannotDo } from "./sentence.ts";

/** The use cases of this installation, called as the command line. */
export type OpenBilling = { ctx: Ctx; caller: ReturnType<typeof createCaller>; close: () => Promise<void> };

/**
 * Opens the use cases on this installation's database, beside a running server or without one. What a command publishes
 * reaches running servers by notification.
 *
 * @throws CannotDo with a sentence that names the wrong variable, or what is wrong with the database
 */
export async function openBilling(
  report: Report,
  env: NodeJS.ProcessEnv = process.env,
): Promise<OpenBilling> {
  const address = await findDatabase(report, env);
  try {
    const config = readEnv({
      ...env,
      DATABASE_URL: address.url,
      DATABASE_OWNER_URL: address.ownerUrl,
      // A command signs nothing that outlives it.
      RATEBOOK_SECRET: env.RATEBOOK_SECRET ?? randomBytes(32).toString("base64url"),
    });
    if (!config.ok) throw new CannotDo(config.error.join(" "));
    const billing = await composeBilling(config.value, {
      log: createLog("error"),
      publicUrl: config.value.publicUrl ?? `http://127.0.0.1:${config.value.port}`,
      jobs: { enqueue: async () => false, enqueueWithin: async () => {} },
    });
    const stripeSecretKey = config.value.payments?.stripeSecretKey;
    // A command reads what Stripe keeps; webhooks are the server's, so it needs no secret of theirs.
    const rail = stripeSecretKey
      ? createStripeRail({ secretKey: stripeSecretKey, webhookSecrets: [] })
      : null;
    const ctx: Ctx = rail === null ? billing.ctx : { ...billing.ctx, rail };
    return {
      ctx,
      caller: createCaller({
        billing: ctx,
        actor: { kind: "system", name: "command line" },
        requestId: "command",
      }),
      close: async () => {
        await billing.close();
        await address.stop();
      },
    };
  } catch (error) {
    await address.stop();
    if (error instanceof StartError) throw new CannotDo(error.message);
    throw error;
  }
}
