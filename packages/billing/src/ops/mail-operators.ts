import type { Transaction } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";
import type { Mail } from "../ports.ts";

/**
 * Tells every operator something, once per key and operator, however often it is asked. With `tx` the mails exist exactly
 * when that commits.
 */
export async function mailOperators(
  ctx: Pick<Ctx, "sql" | "mailer">,
  mail: Omit<Mail, "to">,
  tx?: Transaction,
): Promise<{ operators: number }> {
  const operators = await ctx.sql<{ email: string }[]>`
    select email from ratebook."user" where role = 'operator' and banned is not true order by email limit 100`;
  for (const { email } of operators) {
    await ctx.mailer.send({ ...mail, key: `${mail.key}:${email}`, to: email }, tx);
  }
  return { operators: operators.length };
}
