import { err, ok, type Result } from "@ratebook/core";
import { setting } from "@ratebook/db/schema";
import { z } from "zod";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { DocumentText } from "./document-text.ts";

/** Who sells, as invoices name it. */
export const Seller = z.strictObject({
  /** Names the seller in numbering: another key counts from 1 again. */
  key: z
    .string()
    .regex(/^[a-z0-9-]{1,30}$/)
    .default("default"),
  name: DocumentText.default("Ratebook"),
  address: z.array(DocumentText).max(8).default([]),
  country: DocumentText.nullable().default(null),
  vatId: DocumentText.nullable().default(null),
  email: DocumentText.nullable().default(null),
  /** Small print under every document. */
  footer: DocumentText.nullable().default(null),
  /** Before the year in a number: `INV` gives INV-2026-000001. */
  invoicePrefix: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/)
    .default("INV"),
  creditNotePrefix: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/)
    .default("CN"),
  /** `stripe`: where Stripe wrote an invoice of a purchase, that is the legal one and we issue none. */
  issuer: z.enum(["ratebook", "stripe"]).default("ratebook"),
});
export type Seller = z.infer<typeof Seller>;

/** The seller's details as the operator set them, else a bare default. */
export async function readSeller(ctx: Pick<Ctx, "sql">): Promise<Seller> {
  const [row] = await ctx.sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = 'seller'`;
  return Seller.parse(row?.value ?? {});
}

/**
 * Sets the seller's details for documents issued from now on; issued ones keep what they say.
 *
 * @returns `validation_error` where both kinds of documents would share a prefix, and with it their numbers
 */
export async function saveSeller(
  ctx: Ctx,
  actor: Actor,
  seller: Seller,
): Promise<
  Result<
    Seller,
    { kind: "access_denied"; message: string } | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (seller.invoicePrefix === seller.creditNotePrefix) {
    return err({
      kind: "validation_error",
      field: "creditNotePrefix",
      message: "must differ from the prefix of invoices",
    });
  }
  const before = await readSeller(ctx);
  await ctx.db.transaction(async (tx) => {
    await tx
      .insert(setting)
      .values({ name: "seller", value: seller, updatedAt: ctx.clock() })
      .onConflictDoUpdate({ target: setting.name, set: { value: seller, updatedAt: ctx.clock() } });
    await recordAudit(ctx, tx, actor, {
      action: "invoices.seller",
      subject: seller.key,
      before,
      after: seller,
    });
  });
  return ok(seller);
}
