import type { Ctx } from "../ctx.ts";
import type { Mail } from "../ports.ts";

/** Tells every operator something, once per key and operator, however often it is asked. */
export async function mailOperators(
  ctx: Pick<Ctx, "sql" | "mailer">,
  mail: Omit<Mail, "to">,
): Promise<{ operators: number }> {
  const operators = await ctx.sql<{ email: string }[]>`
    select email from ratebook."user" where role = 'operator' and banned is not true order by email limit 100`;
  for (const { email } of operators) {
    await ctx.mailer.send({ ...mail, key: `${mail.key}:${email}`, to: email });
  }
  return { operators: operators.length };
}
