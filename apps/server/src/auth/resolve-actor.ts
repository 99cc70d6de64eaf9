import { type Identity, keyOf, portalSecretOf, type ResolveActor } from "@ratebook/api";
import { type Actor, type Ctx, type KeyRing, portalVisitor } from "@ratebook/billing";
import type { Database } from "@ratebook/db";
import { member } from "@ratebook/db/schema";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Auth } from "./create-auth.ts";
import { highestRole } from "./sessions.ts";

/** Makes the function that tells who sent a request: an API key first, else the session of a cookie. */
export function createResolveActor({
  auth,
  billing,
  keyRing,
}: {
  auth: Auth;
  billing: Pick<Ctx, "sql" | "db" | "clock">;
  keyRing: KeyRing;
}): ResolveActor {
  return async (headers): Promise<Identity> => {
    const key = keyOf(headers);
    if (key !== null) {
      const actor = await keyRing.authenticate(key);
      return actor === null ? { actor, via: "refused" } : { actor, via: "key" };
    }
    // Before the person's own session: whoever came through the portal is its visitor until the visit ends.
    const visit = portalSecretOf(headers);
    const visitor = visit === null ? null : await portalVisitor(billing, visit);
    if (visitor !== null) return { actor: visitor, via: "cookie" };
    if (!(headers.get("cookie") ?? "").includes("ratebook.session_token="))
      return { actor: null, via: "none" };
    const session = await auth.api.getSession({ headers });
    if (session === null) return { actor: null, via: "none" };
    const actor = await personActor(billing.db, session);
    return { actor, via: actor === null ? "none" : "cookie" };
  };
}

type SessionAnswer = NonNullable<Awaited<ReturnType<Auth["api"]["getSession"]>>>;

async function personActor(db: Database, { user, session }: SessionAnswer): Promise<Actor | null> {
  if (user.role === "operator") return { kind: "operator", userId: user.id, name: user.name };
  const active = session.activeOrganizationId ?? null;
  // The active organization first; a person who was removed from it falls back to another one of theirs.
  const [membership] = await db
    .select({ organizationId: member.organizationId, role: member.role })
    .from(member)
    .where(and(eq(member.userId, user.id)))
    .orderBy(sql`(${member.organizationId}::text = ${active}) desc nulls last`, asc(member.createdAt))
    .limit(1);
  if (membership === undefined) return null;
  const { organizationId, role } = membership;
  return { kind: "member", userId: user.id, customerId: organizationId, role: highestRole(role) };
}
