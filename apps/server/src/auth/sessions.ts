import type { Sessions } from "@ratebook/api";
import type { Ctx } from "@ratebook/billing";
import { member, organization, user } from "@ratebook/db/schema";
import { asc, eq } from "drizzle-orm";
import { createInvite } from "./invite-member.ts";

/** What the doors ask of the sign-in, from its tables. */
export function createSessions(billing: Ctx): Sessions {
  const { db } = billing;
  return {
    invite: createInvite(billing),
    profile: async (userId) => {
      const [person] = await db
        .select({ id: user.id, name: user.name, email: user.email })
        .from(user)
        .where(eq(user.id, userId));
      return person ?? null;
    },
    organizations: async (userId) => {
      const rows = await db
        .select({ id: organization.id, name: organization.name, role: member.role })
        .from(member)
        .innerJoin(organization, eq(organization.id, member.organizationId))
        .where(eq(member.userId, userId))
        .orderBy(asc(member.createdAt), asc(member.id))
        .limit(100);
      return rows.map((row) => ({ ...row, role: highestRole(row.role) }));
    },
  };
}

/** A member may carry several roles, joined by commas; the highest one counts. */
export function highestRole(roles: string): "owner" | "admin" | "member" {
  const held = roles.split(",").map((role) => role.trim());
  if (held.includes("owner")) return "owner";
  return held.includes("admin") ? "admin" : "member";
}
