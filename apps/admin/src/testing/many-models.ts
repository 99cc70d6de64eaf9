import { type Ctx, createResource, importDocument, rateParked, recordUsage } from "@ratebook/billing";
import { documentOf, OPERATOR, SERVICE } from "@ratebook/billing/testing";
import { purchase } from "./fill-wallet.ts";

/** Three weeks of usage of fifteen models with tags and long names and a container's fee. */
export async function useManyModels(ctx: Ctx, customerId: string): Promise<void> {
  await purchase(ctx, customerId, "500");
  const models = Array.from({ length: 15 }, (_, n) => `${NAMES[n % NAMES.length]}-${n}`);
  const rates = (model: string, place: number) => ({
    provider: PROVIDERS[place % PROVIDERS.length] ?? "acme",
    model,
    modality: "language" as const,
    listed: true,
    rates: [{ meter: "input_tokens", usd: String(1 + place), per: 1_000_000 }],
  });
  const infrastructure = (model: string, meter: string, usd: string) => ({
    provider: "ratebook",
    model,
    modality: "infrastructure" as const,
    listed: true,
    rates: [{ meter, usd, per: 1 }],
  });
  const offerings = models.map(rates);
  const imported = await importDocument(ctx, OPERATOR, {
    document: documentOf("manual", {
      asOf: ctx.clock().toISOString(),
      offerings: [
        ...offerings,
        infrastructure("container", "container_day", "0.67"),
        infrastructure("deployment", "container_deployment", "0.50"),
        infrastructure("storage", "storage_gb_day", "0.01"),
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  await ctx.catalogue.refresh();
  for (let day = 20; day >= 0; day -= 1) {
    await Promise.all(
      offerings.map(async ({ provider, model }, place) => {
        if ((day * 3 + place) % 4 === 0) return;
        const recorded = await recordUsage(ctx, SERVICE, {
          customer: customerId,
          offering: `${provider}/${model}`,
          quantities: { input_tokens: 50_000 * (1 + ((day + place) % 5)) },
          occurredAt: new Date(ctx.clock().getTime() - day * DAY_MS),
          agentId: `agent-${place % 4}`,
          idempotencyKey: ctx.newId(),
          metadata: {
            tags: { team: place % 2 === 0 ? "blue" : "green", env: place % 3 === 0 ? "test" : "live" },
          },
        });
        if (!recorded.ok) throw new Error(JSON.stringify(recorded.error));
      }),
    );
  }
  for (let rated = 200; rated === 200; ) {
    const round = await rateParked(ctx, OPERATOR, { dryRun: false, limit: 200 });
    if (!round.ok) throw new Error(round.error.message);
    rated = round.value.rated;
  }
  const made = await createResource(ctx, SERVICE, {
    customer: customerId,
    kind: "container",
    name: "research-agent",
    idempotencyKey: ctx.newId(),
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
}

const NAMES = ["opus", "sonnet-large-preview-2026-11-20-extended-context", "flash", "r1-distill-llama-70b"];
const PROVIDERS = ["openai", "anthropic", "google", "deepseek"];
const DAY_MS = 86_400_000;
