import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { type UpstreamDay, type UpstreamState, upstreamState } from "./match-upstream.ts";

const cents = (count: number) => nanos(BigInt(count) * 10_000_000n);
const day = (more: Partial<UpstreamDay>): UpstreamDay => ({
  day: "2026-11-22",
  offering: "acme/one",
  billed: cents(100),
  billedRequests: null,
  cost: cents(100),
  amount: cents(120),
  requests: 3n,
  parked: 0n,
  ...more,
});

test.each<[UpstreamState, Partial<UpstreamDay>]>([
  ["matches", {}],
  ["matches", { billed: cents(101) }],
  ["matches", { billed: cents(2), cost: cents(1), amount: cents(2) }],
  ["differs", { billed: cents(103) }],
  ["differs", { billed: cents(90) }],
  ["under_cost", { billed: cents(121) }],
  ["not_billed", { amount: cents(0) }],
  ["unrecorded", { amount: cents(0), requests: 0n, cost: cents(0) }],
  ["not_upstream", { billed: null }],
  ["matches", { billed: null, cost: cents(0) }],
  ["unpriced", { amount: cents(0), cost: cents(0), parked: 3n }],
  ["unpriced", { billed: null, cost: cents(0), amount: cents(0), parked: 3n }],
  // A part that has its price says nothing of the rest.
  ["unpriced", { parked: 1n }],
  // A credit of the provider is no leak.
  ["differs", { billed: cents(-5), amount: cents(0), requests: 0n, cost: cents(100) }],
])("%s: %o", (state, more) => {
  expect(upstreamState(day(more))).toBe(state);
});
