import { expect, test } from "vitest";
import { chooseRail, type RailSettings } from "./choose-rail.ts";

const choose = (more: Partial<RailSettings>) =>
  chooseRail({
    stripeSecretKey: null,
    stripeWebhookSecret: null,
    payments: null,
    embeddedDatabase: false,
    loopback: false,
    ...more,
  });
const SANDBOX = { ok: true, value: { kind: "sandbox" } };
const NONE = { ok: true, value: { kind: "none" } };

test("a server without a key sells nothing, unless it is the first start on one's own machine", () => {
  expect(choose({})).toEqual(NONE);
  expect(choose({ embeddedDatabase: true })).toEqual(NONE);
  expect(choose({ loopback: true })).toEqual(NONE);
  expect(choose({ embeddedDatabase: true, loopback: true })).toEqual(SANDBOX);
  expect(choose({ payments: "sandbox" })).toEqual(SANDBOX);
});

test("a key of Stripe's wins over the embedded database, with all secrets of its endpoint", () => {
  const embedded = { embeddedDatabase: true, loopback: true };
  const secrets = { stripeSecretKey: "sk_test_1", stripeWebhookSecret: "whsec_a, whsec_b" };
  expect(choose({ ...embedded, ...secrets })).toEqual({
    ok: true,
    value: { kind: "stripe", secretKey: "sk_test_1", webhookSecrets: ["whsec_a", "whsec_b"] },
  });
});

test("settings that contradict each other or lack a half stop the start, without showing the key", () => {
  for (const more of [
    { stripeSecretKey: "sk_live_1", stripeWebhookSecret: "whsec_a", payments: "sandbox" as const },
    { stripeSecretKey: "sk_live_1" },
    { stripeSecretKey: "sk_live_1", stripeWebhookSecret: " , " },
    { stripeSecretKey: "pk_live_1", stripeWebhookSecret: "whsec_a" },
  ]) {
    const chosen = choose(more);
    expect(chosen).toMatchObject({ ok: false, error: { kind: "bad_payment_settings" } });
    expect(JSON.stringify(chosen)).not.toContain("_live_1");
  }
});
