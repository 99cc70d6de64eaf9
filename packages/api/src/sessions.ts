import type { Actor } from "@ratebook/billing";

/** A person, as the sign-in knows them. */
export type Profile = { id: string; name: string; email: string };

/** An organization a person belongs to; its id is the customer's id. */
export type Membership = { id: string; name: string; role: "owner" | "admin" | "member" };

/** What the doors ask of the sign-in. */
export type Sessions = {
  profile: (userId: string) => Promise<Profile | null>;
  /** At most 100, oldest first. */
  organizations: (userId: string) => Promise<Membership[]>;
  /** Invites a person into a customer's organization and mails them; each call makes another invitation. */
  invite: (invitation: {
    customer: { id: string; name: string };
    email: string;
    role: Membership["role"];
    operator: Extract<Actor, { kind: "operator" }>;
  }) => Promise<{ id: string; expiresAt: Date }>;
};
