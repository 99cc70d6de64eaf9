import {
  AUTHORITY_LEVELS,
  type AuthorityLevel,
  type AuthorityOrder,
  canonicalProvider,
  err,
  ok,
  type Result,
} from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { describeOfferings } from "./offering-claims.ts";
import { type CatalogAccessDenied, isOwnSource, refuseUnlessOperator } from "./permission.ts";
import {
  AUTHORITY_SETTING,
  type AuthoritySetting,
  authorityOrders,
  readAuthoritySetting,
} from "./pricing-rules.ts";
import { inPublication, type Query } from "./publication.ts";
import { lastVersion, planRates, publishRates } from "./publish-rates.ts";

/** Whose word goes before whose. */
export type AuthorityOrderView = AuthoritySetting & {
  /** The shipped order, for providers without an order of their own, from the most to the least authoritative. */
  levels: readonly AuthorityLevel[];
};

/** The operator's orders of sources with the shipped one; for operators. The audit log has every earlier version. */
export async function getAuthorityOrder(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<AuthorityOrderView, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok({ ...(await readAuthoritySetting(ctx.sql)), levels: AUTHORITY_LEVELS });
}

export type SetAuthorityInput = {
  provider: string;
  /** Null goes back to the shipped order. */
  order: AuthorityOrder | null;
  /** True: says what would change and changes nothing. */
  dryRun: boolean;
  reason: string;
};

/** What an order of sources does to the prices. */
export type AuthorityChange = {
  /** Version of the order: the new one, or for a dry run the one in force. */
  orderVersion: number;
  /** The catalogue version that follows from it; null where no price differs, and for a dry run. */
  version: number | null;
  added: number;
  changed: number;
  removed: number;
  /** Some of the rates that differ. */
  examples: {
    offering: string;
    meter: string;
    source: string | null;
    usd: string | null;
    per: bigint | null;
  }[];
};

/**
 * Sets whose word prices a provider's offerings. The prices follow at once, as one version; nothing is judged anew,
 * because what a source says was judged when it was read.
 *
 * `validation_error` for the operator's own sources, which always come first, and for one named twice.
 */
export async function setAuthority(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  input: SetAuthorityInput,
): Promise<
  Result<AuthorityChange, CatalogAccessDenied | { kind: "validation_error"; field: string; message: string }>
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { order, dryRun, reason } = input;
  const named = order === null ? [] : [...order.first, ...order.witnesses];
  if (named.some(isOwnSource)) {
    return err({
      kind: "validation_error",
      field: "order",
      message: "the operator's own prices always come first",
    });
  }
  if (new Set(named).size < named.length) {
    return err({ kind: "validation_error", field: "order", message: "names a source twice" });
  }
  const provider = canonicalProvider(input.provider);
  if (dryRun) {
    const before = await readAuthoritySetting(ctx.sql);
    const offerings = await offeringsOf(ctx.sql, provider);
    const orders = authorityOrders(withOrder(before, provider, order));
    const plan = await planRates(ctx.sql, offerings, ctx.clock(), orders);
    return ok({ orderVersion: before.version, version: null, ...told(plan) });
  }
  return inPublication(ctx, async (publication) => {
    const { tx, now } = publication;
    const before = await readAuthoritySetting(tx);
    const after = withOrder(before, provider, order);
    const offerings = await offeringsOf(tx, provider);
    const plan = await planRates(tx, offerings, now, authorityOrders(after));
    await tx`
      insert into ratebook.setting (name, value, updated_at)
      values (${AUTHORITY_SETTING}, ${JSON.stringify(after)}::text::jsonb, ${now})
      on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`;
    const version = await publishRates(publication, offerings, {
      source: "authority",
      note: `authority of sources for ${provider}: ${reason}`,
    });
    await describeOfferings(publication, offerings, version ?? (await lastVersion(publication)));
    await auditCatalogue(publication, actor, {
      action: "authority.set",
      subject: provider,
      before,
      after: { ...after, catalogueVersion: version },
      reason,
    });
    return ok({ orderVersion: after.version, version, ...told(plan) });
  });
}

function withOrder(
  before: AuthoritySetting,
  provider: string,
  order: AuthorityOrder | null,
): AuthoritySetting {
  const others = Object.entries(before.providers).filter(([name]) => canonicalProvider(name) !== provider);
  const own =
    order === null
      ? []
      : [
          [provider, { first: [...order.first], witnesses: [...order.witnesses] }] satisfies [
            string,
            AuthoritySetting["providers"][string],
          ],
        ];
  return { version: before.version + 1, providers: Object.fromEntries([...others, ...own]) };
}

async function offeringsOf(sql: Query, provider: string): Promise<string[]> {
  const rows = await sql<{ offering: string; provider: string }[]>`
    select offering, provider from ratebook.offering order by offering`;
  return rows.filter((row) => canonicalProvider(row.provider) === provider).map(({ offering }) => offering);
}

function told({ opened, closed, changed }: Awaited<ReturnType<typeof planRates>>) {
  const next = new Set(opened.map(({ offering, meter }) => `${offering} ${meter}`));
  const gone = closed.filter(({ offering, meter }) => !next.has(`${offering} ${meter}`));
  return {
    added: opened.length - changed,
    changed,
    removed: closed.length - changed,
    examples: [
      ...opened.map(({ offering, meter, source, usd, per }) => ({ offering, meter, source, usd, per })),
      ...gone.map(({ offering, meter }) => ({ offering, meter, source: null, usd: null, per: null })),
    ].slice(0, EXAMPLES_MAX),
  };
}

const EXAMPLES_MAX = 200;
