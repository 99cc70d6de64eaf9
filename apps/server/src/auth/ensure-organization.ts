import { type Ctx, createCustomer, grantSignup, opId } from "@ratebook/billing";
import { inTransaction } from "@ratebook/db";
import { member, organization, user } from "@ratebook/db/schema";
import { asc, eq } from "drizzle-orm";

/**
 * Gives a person the organization they start in: the first one they belong to, or a new one of their own, which is a
 * customer with a wallet. Operators need none.
 *
 * The new one's id follows from the person's, so that signing in twice at once, or after a crash half-way, makes one.
 *
 * @param address network address the person came from, where it is known
 * @returns null for operators
 */
export async function ensureOrganization(
  billing: Ctx,
  userId: string,
  address: string | null = null,
): Promise<string | null> {
  const [person] = await billing.db
    .select({ name: user.name, email: user.email, role: user.role, verified: user.emailVerified })
    .from(user)
    .where(eq(user.id, userId));
  if (person === undefined || person.role === "operator") return null;
  const [first] = await billing.db
    .select({ id: organization.id, name: organization.name, role: member.role })
    .from(member)
    .innerJoin(organization, eq(organization.id, member.organizationId))
    .where(eq(member.userId, userId))
    .orderBy(asc(member.createdAt), asc(member.id))
    .limit(1);
  if (first !== undefined) {
    // Repairs an organization whose customer was lost between two writes; otherwise it changes nothing.
    await createCustomer(billing, SIGN_IN, { id: first.id, name: first.name, email: person.email });
    if (first.role === "owner") await welcome(billing, first.id, { ...person, address });
    return first.id;
  }

  const id = opId("organization-of", userId);
  const name = `${person.name}'s organization`;
  await createCustomer(billing, SIGN_IN, { id, name, email: person.email });
  await inTransaction(billing.db, async (tx) => {
    await tx
      .insert(organization)
      .values({ id, name, slug: `org-${id}`, createdAt: billing.clock() })
      .onConflictDoNothing();
    await tx
      .insert(member)
      .values({ organizationId: id, userId, role: "owner", createdAt: billing.clock() })
      .onConflictDoNothing();
  });
  await welcome(billing, id, { ...person, address });
  return id;
}

/** Credits for signing up, where the operator gives any; only to an address that was proved. */
async function welcome(
  billing: Ctx,
  customerId: string,
  { email, verified, address }: { email: string; verified: boolean; address: string | null },
): Promise<void> {
  if (verified) await grantSignup(billing, { customerId, email, address });
}

const SIGN_IN = { kind: "system", name: "sign-in" } as const;
