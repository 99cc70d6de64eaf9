import type { CreditPack } from "@ratebook/billing";
import { formatUsd, NANOS_PER_CENT } from "@ratebook/core";
import { z } from "zod";
import { exactNumber } from "../exact-number.ts";
import { usdNumber, usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const pack = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    credits: usdText.meta({ description: "Purchased credits", example: "50.00" }),
    price_cents: z.int(),
    bonusCredits: usdText,
    promotion: z.object({ label: z.string(), endsAt: z.iso.datetime().nullable() }).optional(),
    is_active: z.boolean(),
    sort_order: z.int(),
  })
  .meta({ id: "CreditPack" });

const answer = z.object({
  creditPacks: z.array(pack),
  limits: z.object({ minimum: usdNumber, maximum: usdNumber }),
});

const packsRoute = (path: string, operationId: string) =>
  route({
    method: "get",
    path,
    operationId,
    tag: "Purchases",
    summary: "List the credit packs on sale",
    auth: "public",
    responses: { 200: { description: "Packs in their order", schema: answer } },
    handle: async ({ caller }) => {
      const { packs, limits } = await caller.payments.packs();
      return {
        status: 200,
        body: {
          creditPacks: packs.map(wirePack),
          limits: { minimum: exactNumber(limits.min), maximum: exactNumber(limits.max) },
        },
      };
    },
  });

export const packRoutes = [
  packsRoute("/api/stripe/credit-packs", "creditPacks"),
  packsRoute("/api/v1/credits/packs", "creditPacksV1"),
];

function wirePack(it: CreditPack): Record<string, unknown> {
  const cents = it.price / NANOS_PER_CENT;
  const whole = cents.toString().padStart(3, "0");
  return {
    id: it.id,
    slug: it.slug,
    name: it.name,
    description: it.description,
    credits: `${whole.slice(0, -2)}.${whole.slice(-2)}`,
    price_cents: JSON.rawJSON(cents.toString()),
    bonusCredits: formatUsd(it.bonus),
    ...(it.promotion && { promotion: it.promotion }),
    is_active: it.active,
    sort_order: it.sortOrder,
  };
}
