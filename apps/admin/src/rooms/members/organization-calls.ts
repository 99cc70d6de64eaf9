import { z } from "zod";
import { authCall } from "../../session/auth-call.ts";

const Role = z.string().transform((roles): "owner" | "admin" | "member" => {
  const held = roles.split(",");
  if (held.includes("owner")) return "owner";
  return held.includes("admin") ? "admin" : "member";
});

const Members = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      userId: z.string(),
      role: Role,
      createdAt: z.coerce.date(),
      user: z.object({ name: z.string(), email: z.string() }),
    }),
  ),
});
const Invitations = z.array(
  z.object({ id: z.string(), email: z.string(), role: Role, status: z.string(), expiresAt: z.coerce.date() }),
);

export type Member = z.infer<typeof Members>["members"][number];
export type Invitation = z.infer<typeof Invitations>[number];
export type MemberRole = Member["role"];

/** People of an organization, and invitations that can still be accepted. */
export async function readPeople(
  organizationId: string,
): Promise<{ members: Member[]; invitations: Invitation[] }> {
  const query = `organizationId=${encodeURIComponent(organizationId)}`;
  const [members, invitations] = await Promise.all([
    ask(`organization/list-members?${query}&limit=100`),
    ask(`organization/list-invitations?${query}`),
  ]);
  const now = new Date();
  return {
    members: Members.parse(members).members,
    invitations: Invitations.parse(invitations).filter(
      ({ status, expiresAt }) => status === "pending" && expiresAt > now,
    ),
  };
}

/** Changes something about an organization; throws the sign-in's sentence where it refuses. */
export async function changePeople(
  what: "invite-member" | "cancel-invitation" | "remove-member" | "update-member-role",
  body: Record<string, unknown>,
): Promise<void> {
  await answered(authCall(`organization/${what}`, body));
}

const ask = (path: string): Promise<unknown> => answered(authCall(path, null));

async function answered(call: ReturnType<typeof authCall>): Promise<unknown> {
  const answer = await call;
  // Queries and mutations tell failures by throwing.
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}
