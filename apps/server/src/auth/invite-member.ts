import type { Sessions } from "@ratebook/api";
import { type Ctx, mailPerson, recordAudit } from "@ratebook/billing";
import { inTransaction } from "@ratebook/db";
import { invitation, organization } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";

/**
 * Makes the function by which an operator, who is a member of no organization, invites a person into a customer's. The
 * customer gets its organization row where it has none yet; an earlier invitation of the same person is withdrawn.
 * Audited in the same transaction; the mail leaves in the platform's name.
 */
export const createInvite =
  (billing: Ctx): Sessions["invite"] =>
  async ({ customer, email, role, operator }) => {
    const id = billing.newId();
    const address = email.toLowerCase();
    const createdAt = billing.clock();
    const expiresAt = new Date(createdAt.getTime() + WEEK_MS);
    await inTransaction(billing.db, async (tx) => {
      await tx
        .insert(organization)
        .values({ id: customer.id, name: customer.name, slug: `org-${customer.id}`, createdAt })
        .onConflictDoNothing();
      await tx
        .update(invitation)
        .set({ status: "canceled" })
        .where(
          and(
            eq(invitation.organizationId, customer.id),
            eq(invitation.email, address),
            eq(invitation.status, "pending"),
          ),
        );
      await tx.insert(invitation).values({
        id,
        organizationId: customer.id,
        email: address,
        role,
        status: "pending",
        expiresAt,
        inviterId: operator.userId,
        createdAt,
      });
      await recordAudit(billing, tx, operator, {
        action: "member.invite",
        subject: id,
        customerId: customer.id,
        after: { email: address, role },
      });
    });
    await mailPerson(billing, {
      key: `invitation:${id}`,
      to: address,
      template: "invitation",
      inviter: operator.name,
      organization: customer.name,
      url: new URL(`/accept-invitation?id=${id}`, billing.publicUrl).href,
    });
    return { id, expiresAt };
  };

const WEEK_MS = 7 * 86_400_000;
