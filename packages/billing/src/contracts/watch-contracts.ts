import { ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import { type ContractNews, readContractNews } from "./contract-news.ts";

/**
 * Tells operators by mail what is wrong or about to change with contracts, each piece of news once.
 *
 * @returns all of it, told now or before
 */
export async function watchContracts(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue" | "mailer" | "publicUrl">,
): Promise<ContractNews[]> {
  const news = await readContractNews(ctx);
  for (const it of news) {
    const facts = JSON.stringify([it.kind, it.contract, it.prices, it.at]);
    await mailOperators(ctx, {
      key: `contract-news:${opId("mail", facts)}`,
      template: "contract-news",
      subject: `${it.contract}: ${it.sentence}`,
      text: [
        `${it.contract}: ${it.sentence}.`,
        ...(it.prices ?? []).map((price) => `- ${price}`),
        `See ${new URL("/contracts", ctx.publicUrl).href}`,
      ].join("\n"),
    });
  }
  return news;
}

/** What needs an operator's eye now; for operators. */
export async function getContractNews(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor,
): Promise<Result<ContractNews[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? { ok: false, error: denied } : ok(await readContractNews(ctx));
}
