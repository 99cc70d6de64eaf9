import { hkdfSync } from "node:crypto";
import {
  CATALOGUE_CHANNEL,
  type Ctx,
  createCatalogue,
  createKeepingMailer,
  createLedger,
  createQueueingMailer,
  createUuidV7,
  type Jobs,
} from "@ratebook/billing";
import { type Connection, connect, migrate } from "@ratebook/db";
import type { Logger } from "pino";
import { createPdf } from "./documents/create-pdf.ts";
import type { ServerConfig } from "./env.ts";
import { listenFor } from "./listen-for.ts";
import { StartError } from "./start-error.ts";

/** The use cases with everything they need, without any door. */
export type ComposedBilling = { ctx: Ctx; close: () => Promise<void> };

/**
 * Migrates the database and opens the use cases on it: two pools, the ledger, the catalogue in memory.
 *
 * @param clock this machine's where absent
 * @param jobs where background work goes; a process without doors may pass one that runs nothing
 * @throws StartError where the database is down, too old, or newer than this program
 */
export async function composeBilling(
  config: ServerConfig,
  {
    log,
    publicUrl,
    jobs,
    clock = () => new Date(),
  }: { log: Logger; publicUrl: string; jobs: Jobs; clock?: () => Date },
): Promise<ComposedBilling> {
  await migrateDatabase(config);
  const main = open(config, "ratebook", config.databasePoolMax);
  // Posting never waits for a connection that a slow page holds.
  const posting = open(config, "ratebook ledger", LANES);
  const ledger = createLedger({ sql: posting.sql, lanes: LANES });
  const directUrl = config.databaseDirectUrl ?? (config.databasePrepare ? config.databaseUrl : null);
  const catalogue = createCatalogue({
    sql: main.sql,
    clock,
    ...(directUrl !== null && { listen: listenFor(directUrl, CATALOGUE_CHANNEL) }),
    onError: (error) => log.warn({ err: error }, "the catalogue could not be refreshed"),
  });
  await catalogue.start();
  const base = { sql: main.sql, db: main.db, clock, newId: createUuidV7(clock) };
  const ctx: Ctx = {
    ...base,
    ledger,
    catalogue,
    secret: deriveSecret(config.secret, "quotes"),
    jobs,
    mailer: config.mail === undefined ? createKeepingMailer(base) : createQueueingMailer({ ...base, jobs }),
    pdf: createPdf(),
    log,
    publicUrl,
  };
  return {
    ctx,
    close: async () => {
      await ledger.close();
      await catalogue.close();
      await Promise.all([main.close(), posting.close()]);
    },
  };
}

/** A key of its own for each use, so that one signed thing can never pass for another. */
export const deriveSecret = (secret: string, use: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "", `ratebook ${use}`, 32));

async function migrateDatabase({ databaseUrl, databaseOwnerUrl }: ServerConfig): Promise<void> {
  const appRole = new URL(databaseUrl).username;
  const migrated = await migrate({
    ownerUrl: databaseOwnerUrl,
    ...(databaseOwnerUrl !== databaseUrl && appRole !== "" && { appRole: decodeURIComponent(appRole) }),
  });
  if (!migrated.ok) throw new StartError(migrated.error.message);
}

const open = (
  { databaseUrl, databasePrepare }: ServerConfig,
  applicationName: string,
  max: number,
): Connection => connect({ url: databaseUrl, max, applicationName, prepare: databasePrepare });

const LANES = 2;
