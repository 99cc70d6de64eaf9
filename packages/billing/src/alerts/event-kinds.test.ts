import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { EVENT_KINDS, kindsFor } from "./event-kinds.ts";

test("docs/webhooks.md lists every kind, and for whom it is", async () => {
  const text = await readFile(new URL("../../../../docs/webhooks.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| (all|platform) \|/gm)].map(
    ([, kind, audience]) => [kind, audience],
  );
  const kinds = Object.entries(EVENT_KINDS).map(([kind, { audience }]) => [
    kind,
    audience === "customer" ? "all" : "platform",
  ]);
  expect(rows).toEqual(kinds);
});

test("customers are offered no kind that is the platform's alone", () => {
  const customers = kindsFor("customer");
  expect(customers.filter((kind) => EVENT_KINDS[kind].audience === "platform")).toEqual([]);
  expect(kindsFor("platform").length).toBeGreaterThan(customers.length);
});
