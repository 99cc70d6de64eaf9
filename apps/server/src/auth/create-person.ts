import { randomBytes } from "node:crypto";
import { err, ok, type Result } from "@ratebook/core";
import type { Database } from "@ratebook/db";
import { session, user } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Auth } from "./create-auth.ts";

export type NewPerson = {
  email: string;
  name: string;
  /** Made up and returned where absent. */
  password?: string;
  role: "operator" | "user";
};

export type CreatePersonError = { kind: "email_taken"; email: string };

/** A person and the password to sign in with, which is kept nowhere. */
export type CreatedPerson = { id: string; email: string; password: string };

/**
 * Creates a person whose e-mail address is taken as confirmed: an operator from the command line, or a demo customer.
 *
 * @returns `email_taken` where somebody has that address; nothing changes then
 */
export async function createPerson(
  { auth, db }: { auth: Auth; db: Database },
  { email, name, role, password = randomBytes(12).toString("base64url") }: NewPerson,
): Promise<Result<CreatedPerson, CreatePersonError>> {
  const address = email.trim().toLowerCase();
  const [taken] = await db.select({ id: user.id }).from(user).where(eq(user.email, address));
  if (taken !== undefined) return err({ kind: "email_taken", email: address });
  const created = await auth.api.createUser({
    body: { email: address, name, password, role, data: { emailVerified: true } },
  });
  return ok({ id: created.user.id, email: address, password });
}

/**
 * Sets a person's password anew, as the command line may; every session of theirs ends.
 *
 * Throws where nobody has that address.
 */
export async function setPassword(
  { auth, db }: { auth: Auth; db: Database },
  { email, password }: { email: string; password: string },
): Promise<CreatedPerson> {
  const [person] = await db
    .select({ id: user.id, email: user.email })
    .from(user)
    .where(eq(user.email, email));
  if (person === undefined) throw new Error(`nobody has the address ${email}`);
  const { password: passwords, internalAdapter } = await auth.$context;
  await internalAdapter.updatePassword(person.id, await passwords.hash(password));
  await db.delete(session).where(eq(session.userId, person.id));
  return { ...person, password };
}
