import {
  type Ctx,
  grantCredits,
  importDocument,
  opId,
  placeHold,
  rateParked,
  recordUsage,
} from "@ratebook/billing";
import { documentOf, dollars, OPERATOR, SERVICE } from "@ratebook/billing/testing";

/** Publishes a few offerings as the operator's own prices: 20 % is put on them by the shipped policy. */
export async function sellModels(ctx: Ctx): Promise<void> {
  const imported = await importDocument(ctx, OPERATOR, {
    document: documentOf("manual", {
      asOf: ctx.clock().toISOString(),
      offerings: [
        {
          provider: "openai",
          model: "gpt-5.2",
          modality: "language",
          listed: true,
          rates: [
            { meter: "input_tokens", usd: "1.75", per: 1_000_000, when: {}, where: "#/offerings/0/rates/0" },
            { meter: "cache_read_tokens", usd: "0.175", per: 1_000_000, when: {} },
            { meter: "output_tokens", usd: "14", per: 1_000_000, when: {} },
          ],
        },
        {
          provider: "elevenlabs",
          model: "eleven_flash_v2_5",
          modality: "tts",
          listed: true,
          rates: [{ meter: "tts_character", usd: "0.05", per: 1_000, when: {} }],
        },
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  await ctx.catalogue.refresh();
}

/** Adds purchased credits as a settlement would. */
export async function purchase(ctx: Ctx, customerId: string, usd: string): Promise<void> {
  const posted = await ctx.ledger.post({
    kind: "grant",
    account: customerId,
    opId: opId("payment", ctx.newId()),
    meaningHash: "0".repeat(64),
    amount: dollars(usd),
    category: "purchased",
    contra: "clearing:sandbox",
    source: "Starter pack",
  });
  if (posted.kind !== "done") throw new Error(`the purchase was not granted: ${posted.kind}`);
}

/** Reports 1,200 input, 800 cached and 350 output tokens of gpt-5.2: $0.008568 after markup. */
export async function useGpt(ctx: Ctx, customerId: string, occurredAt = ctx.clock()): Promise<string> {
  const recorded = await recordUsage(ctx, SERVICE, {
    customer: customerId,
    offering: "openai/gpt-5.2",
    quantities: { input_tokens: 1_200, cache_read_tokens: 800, output_tokens: 350 },
    occurredAt,
    agentId: "researcher",
    idempotencyKey: ctx.newId(),
  });
  if (!recorded.ok) throw new Error(JSON.stringify(recorded.error));
  return recorded.value.id;
}

/** A wallet with a life: bought and given credits, usage of 30 days, a hold, usage without a price. */
export async function fillWallet(ctx: Ctx, customerId: string): Promise<void> {
  await purchase(ctx, customerId, "50");
  const granted = await grantCredits(ctx, OPERATOR, {
    customer: customerId,
    amount: dollars("5"),
    reason: "Welcome",
    category: "promotional",
    expiresAt: new Date(ctx.clock().getTime() + 30 * DAY_MS),
    idempotencyKey: ctx.newId(),
  });
  if (!granted.ok) throw new Error(JSON.stringify(granted.error));
  for (let day = 29; day >= 0; day -= 1) {
    const at = new Date(ctx.clock().getTime() - day * DAY_MS);
    for (let call = 0; call < (day * 7 + 2) % 5; call += 1) await useGpt(ctx, customerId, at);
    if (day % 3 === 0) await speak(ctx, customerId, at);
  }
  // Prices were not published yet on the days before; what was parked then is rated by those in force now.
  const rated = await rateParked(ctx, OPERATOR, { dryRun: false, limit: 200 });
  if (!rated.ok) throw new Error(rated.error.message);
  const held = await placeHold(ctx, SERVICE, {
    customer: customerId,
    amount: dollars("1.25"),
    idempotencyKey: ctx.newId(),
  });
  if (!held.ok) throw new Error(JSON.stringify(held.error));
  await useUnknownModel(ctx, customerId);
}

async function speak(ctx: Ctx, customerId: string, occurredAt: Date): Promise<void> {
  const recorded = await recordUsage(ctx, SERVICE, {
    customer: customerId,
    offering: "elevenlabs/eleven_flash_v2_5",
    quantities: { tts_character: 4_321 },
    occurredAt,
    appId: "reader",
    idempotencyKey: ctx.newId(),
  });
  if (!recorded.ok) throw new Error(JSON.stringify(recorded.error));
}

/** Reports usage of a model without a price, which is parked. */
export async function useUnknownModel(ctx: Ctx, customerId: string): Promise<void> {
  const recorded = await recordUsage(ctx, SERVICE, {
    customer: customerId,
    offering: "acme/unheard-of-1",
    quantities: { input_tokens: 10 },
    idempotencyKey: ctx.newId(),
  });
  if (!recorded.ok) throw new Error(JSON.stringify(recorded.error));
}

const DAY_MS = 86_400_000;
