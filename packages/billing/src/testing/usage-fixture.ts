import { must, type Nanos, parseUsd } from "@ratebook/core";
import type { TestDatabase } from "@ratebook/db/testing";
import { upsertCustomer } from "../accounts/upsert-customer.ts";
import type { Actor } from "../actor.ts";
import { importDocument } from "../catalog/import-document.ts";
import type { Ctx } from "../ctx.ts";
import { createLedger } from "../ledger/create-ledger.ts";
import { opId } from "../ledger/op-id.ts";
import type { Mail } from "../ports.ts";
import {
  type CatalogueFixture,
  catalogueFixture,
  type DocumentDraft,
  documentOf,
  OPERATOR,
} from "./catalogue-fixture.ts";

/** A whole context over a test's own database: real ledger, real catalogue, a clock that tests move, kept mails. */
export type UsageFixture = {
  ctx: Ctx;
  prices: CatalogueFixture;
  mails: Mail[];
  /** Publishes offerings as the operator's own prices; the ones it does not name stay. */
  sell: (draft: DocumentDraft) => Promise<void>;
  /** Creates a customer; `usd` of purchased credits are in its wallet. */
  customer: (externalId: string, usd?: string) => Promise<{ id: string; key: Actor }>;
  /** Adds purchased credits as a settlement would. */
  fund: (customerId: string, usd: string) => Promise<void>;
  close: () => Promise<void>;
};

/** Opens a fixture; `close` before the database is dropped. */
export async function usageFixture({ sql, db }: Pick<TestDatabase, "sql" | "db">): Promise<UsageFixture> {
  const prices = await catalogueFixture(sql);
  const { clock, newId, catalogue } = prices;
  const mails: Mail[] = [];
  const ledger = createLedger({ sql, clock });
  const ctx: Ctx = {
    sql,
    db,
    ledger,
    catalogue,
    clock,
    newId,
    secret: new Uint8Array(32).fill(9),
    jobs: { enqueue: async () => true, enqueueWithin: async () => {} },
    mailer: {
      send: async (mail) => {
        mails.push(mail);
        return "kept";
      },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publicUrl: "https://ratebook.test",
  };
  const fund = async (customerId: string, usd: string) => {
    const id = newId();
    const outcome = await ledger.post({
      kind: "grant",
      account: customerId,
      opId: opId("payment", id),
      meaningHash: "0".repeat(64),
      amount: dollars(usd),
      category: "purchased",
      contra: "clearing:sandbox",
      source: "test purchase",
    });
    if (outcome.kind !== "done") throw new Error(`the purchase was not granted: ${outcome.kind}`);
  };
  return {
    ctx,
    prices,
    mails,
    fund,
    sell: async (draft) => {
      const imported = await importDocument(ctx, OPERATOR, {
        document: documentOf("manual", { asOf: clock().toISOString(), ...draft }),
        accept: true,
      });
      if (!imported.ok) throw new Error(JSON.stringify(imported.error));
    },
    customer: async (externalId, usd) => {
      const made = await upsertCustomer(ctx, OPERATOR, { externalId, name: externalId });
      if (!made.ok) throw new Error(made.error.message);
      const { id } = made.value;
      if (usd !== undefined) await fund(id, usd);
      return { id, key: { kind: "key", keyId: `key of ${externalId}`, customerId: id, scopes: KEY_SCOPES } };
    },
    close: () => ledger.close(),
  };
}

/** Dollars of a test's own making. */
export function dollars(usd: string): Nanos {
  const amount = parseUsd(usd, { negative: "allowed" });
  return must(amount.ok ? amount.value : null, `${usd} is an amount`);
}

/** The platform's own service: it may act for any customer it names. */
export const SERVICE: Actor = {
  kind: "service",
  keyId: "service-key",
  scopes: ["usage:any", "customers:write"],
};

const KEY_SCOPES = ["read", "usage:write"] as const;
