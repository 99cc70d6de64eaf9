import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { customersCsv } from "./customers-csv.ts";
import { hoursText } from "./hours-text.ts";

test.each([
  [null, "–"],
  [0, "none"],
  [-3, "none"],
  [47, "47 h"],
  [48, "2 days"],
  [100_000, "over 999 days"],
])("a runway of %s hours reads %s", (hours, text) => {
  expect(hoursText(hours)).toBe(text);
});

test("a customer's line has exact dollars, and a name that runs nothing", () => {
  const customer = {
    id: "1",
    externalId: null,
    name: "=cmd()",
    email: null,
    metadata: {},
    createdAt: new Date("2026-11-28T00:00:00Z"),
    balance: nanos(1n),
    available: nanos(1n),
    held: nanos(0n),
    debt: nanos(2_500_000_000n),
    runwayHours: 3,
    autoTopUp: "on" as const,
    contract: 7,
    status: "active" as const,
  };
  const [, line] = customersCsv([customer]).split("\r\n");
  expect(line).toBe("1,,'=cmd(),,0.000000001,0.000000001,0,2.5,3,on,7,active,2026-11-28T00:00:00.000Z");
});
