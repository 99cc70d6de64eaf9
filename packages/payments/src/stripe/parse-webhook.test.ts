import type { IncomingWebhook } from "@ratebook/billing";
import { expect, test } from "vitest";
import { signWebhook } from "../sandbox/deliver-webhooks.ts";
import { createStripeRail } from "./create-stripe-rail.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const SECRET = "whsec_test";
const rail = createStripeRail({ secretKey: "sk_test_none", webhookSecrets: ["whsec_old", SECRET] });

const eventText = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: "evt_1",
    object: "event",
    type: "payment_intent.succeeded",
    created: 1_795_348_800,
    livemode: false,
    data: {
      object: { id: "pi_1", object: "payment_intent", customer: "cus_1", metadata: { order_id: "o1" } },
    },
    ...more,
  });
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const parse = (webhook: Partial<IncomingWebhook>, body = eventText()) =>
  rail.parseWebhook({ body, signature: signWebhook(body, SECRET, NOW), now: NOW, ...webhook });

test("a signed event is read, from text or raw bytes, under any of the endpoint's secrets", async () => {
  const expected = {
    ok: true,
    value: {
      id: "evt_1",
      type: "payment_intent.succeeded",
      createdAt: new Date(1_795_348_800_000),
      live: false,
      kind: "payment",
      state: "succeeded",
      paymentId: "pi_1",
      customerId: "cus_1",
      orderId: "o1",
    },
  };
  expect(await parse({})).toEqual(expected);
  expect(await parse({ body: new TextEncoder().encode(eventText()) })).toEqual(expected);
  expect(await parse({ signature: signWebhook(eventText(), "whsec_old", NOW) })).toEqual(expected);
});

test("a webhook without a signature, or with one that is not ours, is refused", async () => {
  const refusal = async (webhook: Partial<IncomingWebhook>) => {
    const parsed = await parse(webhook);
    return parsed.ok ? "taken" : parsed.error.kind;
  };
  expect(await refusal({ signature: null })).toBe("webhook_unsigned");
  expect(await refusal({ signature: "" })).toBe("webhook_unsigned");
  expect(await refusal({ signature: "nonsense" })).toBe("webhook_signature_mismatch");
  expect(await refusal({ signature: signWebhook(eventText(), "whsec_other", NOW) })).toBe(
    "webhook_signature_mismatch",
  );
  expect(await refusal({ body: eventText().replace("o1", "o2") })).toBe("webhook_signature_mismatch");
  expect(await refusal({ body: "", signature: signWebhook("", SECRET, NOW) })).toBe(
    "webhook_signature_mismatch",
  );
  expect(await refusal({ body: new Uint8Array([0xff, 0xfe]) })).toBe("webhook_signature_mismatch");
  // The time is covered by the signature: it cannot be freshened up.
  const stale = signWebhook(eventText(), SECRET, at(-301));
  expect(await refusal({ signature: stale.replace(/^t=\d+/, `t=${NOW.getTime() / 1000}`) })).toBe(
    "webhook_signature_mismatch",
  );
  expect(await refusal({ signature: `t=${NOW.getTime() / 1000},${stale}` })).toBe("webhook_too_old");
});

test("300 seconds ago and 60 seconds ahead are taken, one more of either is refused", async () => {
  const signedAt = async (seconds: number) => {
    const parsed = await parse({ signature: signWebhook(eventText(), SECRET, at(seconds)) });
    return parsed.ok ? "taken" : parsed.error.kind;
  };
  expect(await signedAt(-300)).toBe("taken");
  expect(await signedAt(-301)).toBe("webhook_too_old");
  expect(await signedAt(60)).toBe("taken");
  expect(await signedAt(61)).toBe("webhook_in_future");
});

test("what is signed and no event is malformed; without a secret nothing is believed", async () => {
  for (const body of ["{", "[]", "null", '{"id":"evt_1"}', eventText({ data: null })]) {
    expect(await parse({ body, signature: signWebhook(body, SECRET, NOW) })).toMatchObject({
      ok: false,
      error: { kind: "webhook_malformed" },
    });
  }
  const bare = createStripeRail({ secretKey: "sk_test_none", webhookSecrets: [] });
  expect(
    await bare.parseWebhook({ body: eventText(), signature: signWebhook(eventText(), "", NOW), now: NOW }),
  ).toEqual({ ok: false, error: { kind: "webhook_not_configured" } });
});

test("an event of a type nobody knows is kept as other", async () => {
  const body = eventText({ type: "brand.new_thing" });
  expect(await parse({ body, signature: signWebhook(body, SECRET, NOW) })).toMatchObject({
    ok: true,
    value: { kind: "other", type: "brand.new_thing" },
  });
});
