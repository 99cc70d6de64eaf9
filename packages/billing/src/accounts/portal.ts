import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { portalSession } from "@ratebook/db/schema";
import { type Actor, actorLabel, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { returnUrl } from "../top-up/return-url.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Branding, readBranding } from "./branding.ts";
import { hashKeyText, mintKeyText } from "./key-text.ts";
import { recordAudit } from "./record-audit.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/** Nobody may come in with this: it was used, is too old, or never was. */
export type PortalLinkUnusable = { kind: "portal_link_unusable" };

export type CreatePortalSessionInput = {
  customer?: string | undefined;
  /** Where the customer comes back to; an address of an allowed origin, absent: the billing page. */
  returnUrl?: string | undefined;
};

/**
 * Makes an address that opens a customer's dashboard once, within five minutes, without a password; for the platform's
 * service keys, and operators. The address is shown here and nowhere else. Each call makes another one.
 *
 * @returns `validation_error` where nobody allowed the origin of `returnUrl`
 */
export async function createPortalSession(
  ctx: Ctx,
  actor: Actor,
  input: CreatePortalSessionInput,
): Promise<Result<{ id: string; url: string; expiresAt: Date }, ResolveCustomerError | InvalidField>> {
  const platform = actor.kind === "service" || actor.kind === "operator" || actor.kind === "system";
  if (!platform || !hasScope(actor, "usage:any")) {
    return err({
      kind: "access_denied",
      message: "Only the platform's service keys, with the scope usage:any, open the portal.",
    });
  }
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { returnOrigins } = await readBranding(ctx.db);
  const allowed = { ...ctx, returnOrigins: [...(ctx.returnOrigins ?? []), ...returnOrigins] };
  const back = returnUrl(allowed, input.returnUrl, "returnUrl");
  if (!back.ok) return back;
  const id = ctx.newId();
  const token = mintToken();
  const now = ctx.clock();
  const expiresAt = new Date(now.getTime() + LINK_MS);
  await inTransaction(ctx.db, async (tx) => {
    await tx.insert(portalSession).values({
      id,
      customerId: customer.value.id,
      returnUrl: back.value.href,
      createdBy: actorLabel(actor).id,
      createdAt: now,
      tokenHash: hashKeyText(token),
      tokenExpiresAt: expiresAt,
    });
    await recordAudit(ctx, tx, actor, {
      action: "portal.create",
      subject: id,
      customerId: customer.value.id,
      after: { returnUrl: back.value.href },
    });
  });
  // Behind the #, it is sent to no server, and stands in no log and no Referer.
  return ok({ id, url: `${new URL("/portal", ctx.publicUrl).href}#${token}`, expiresAt });
}

/** A visit that has begun. `secret` is the cookie's value, shown here and nowhere else. */
export type BegunVisit = { secret: string; expiresAt: Date };

/** Uses an address up and begins the visit, an hour long. Of any number who use one at once, one gets in. */
export async function beginPortalVisit(
  ctx: Pick<Ctx, "sql" | "clock">,
  input: { token: string },
): Promise<Result<BegunVisit, PortalLinkUnusable>> {
  const now = ctx.clock();
  const secret = mintToken();
  const expiresAt = new Date(now.getTime() + VISIT_MS);
  const begun = await ctx.sql`
    update ratebook.portal_session
    set used_at = ${now}, visit_hash = ${hashKeyText(secret)}, visit_expires_at = ${expiresAt}
    where token_hash = ${hashKeyText(input.token)} and used_at is null and token_expires_at > ${now}
    returning id`;
  return begun.length > 0 ? ok({ secret, expiresAt }) : err({ kind: "portal_link_unusable" });
}

/** Who visits with a cookie's value; null for nobody, and once the visit has ended. */
export async function portalVisitor(
  ctx: Pick<Ctx, "sql" | "clock">,
  secret: string,
): Promise<Extract<Actor, { kind: "portal" }> | null> {
  const [row] = await ctx.sql<{ id: string; customerId: string }[]>`
    select id, customer_id as "customerId" from ratebook.portal_session
    where visit_hash = ${hashKeyText(secret)} and visit_expires_at > ${ctx.clock()} and ended_at is null`;
  return row === undefined ? null : { kind: "portal", visitId: row.id, customerId: row.customerId };
}

/** What a visitor's pages show: whose dashboard it is, how the platform looks, and the way back. */
export type PortalVisit = {
  customer: { id: string; name: string };
  returnUrl: string;
  expiresAt: Date;
  branding: Pick<Branding, "name" | "color" | "logo">;
};

/** A visit as its pages show it; null where it has ended. */
export async function readPortalVisit(
  ctx: Pick<Ctx, "sql" | "db" | "clock">,
  visitId: string,
): Promise<PortalVisit | null> {
  const [row] = await ctx.sql<{ id: string; name: string; returnUrl: string; expiresAt: Date }[]>`
    select c.id, c.name, p.return_url as "returnUrl", p.visit_expires_at as "expiresAt"
    from ratebook.portal_session p join ratebook.customer c on c.id = p.customer_id
    where p.id = ${visitId} and p.visit_expires_at > ${ctx.clock()} and p.ended_at is null`;
  if (row === undefined) return null;
  const { name, color, logo } = await readBranding(ctx.db);
  return {
    customer: { id: row.id, name: row.name },
    returnUrl: row.returnUrl,
    expiresAt: row.expiresAt,
    branding: { name, color, logo },
  };
}

/** Ends a visit for good; gives the way back, null where no visit has this cookie. Ending it again is the same. */
export async function endPortalVisit(
  ctx: Pick<Ctx, "sql" | "clock">,
  secret: string,
): Promise<{ returnUrl: string } | null> {
  const [row] = await ctx.sql<{ returnUrl: string }[]>`
    update ratebook.portal_session set ended_at = coalesce(ended_at, ${ctx.clock()})
    where visit_hash = ${hashKeyText(secret)} returning return_url as "returnUrl"`;
  return row ?? null;
}

/** 256 random bits, not to be taken for a key. */
const mintToken = (): string => mintKeyText().slice("rbk_".length);

const LINK_MS = 5 * 60_000;
const VISIT_MS = 60 * 60_000;
