import { writeLetter } from "../alerts/letters/letter.ts";
import { type PersonOccasion, personLetter } from "../alerts/letters/person-letter.ts";
import type { Ctx } from "../ctx.ts";
import { readBranding } from "./branding.ts";

/** Mails a person what the sign-in has for them, in the platform's name and colour; once per key. */
export async function mailPerson(
  ctx: Pick<Ctx, "db" | "mailer">,
  { key, to, ...occasion }: PersonOccasion & { key: string; to: string },
): Promise<void> {
  const branding = await readBranding(ctx.db);
  const written = writeLetter(personLetter(occasion, branding.name), branding);
  await ctx.mailer.send({ key, to, template: occasion.template, ...written });
}
