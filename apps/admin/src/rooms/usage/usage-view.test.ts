import { expect, test } from "vitest";
import { exportAddress, filterChange, readView } from "./usage-view.ts";

const now = new Date("2026-03-02T10:00:00Z");
const view = (query: string, isOperator = false) => readView(new URLSearchParams(query), now, isOperator);

test("an empty address is the last 30 days by day and model", () => {
  expect(view("")).toMatchObject({
    from: "2026-02-01",
    to: "2026-03-02",
    range: "30d",
    granularity: "day",
    groupBy: "model",
    filters: {},
    zone: "utc",
  });
});

test("ranges move with today, and periods fit them", () => {
  expect(view("range=today")).toMatchObject({ from: "2026-03-02", granularity: "hour" });
  expect(view("range=month")).toMatchObject({ from: "2026-03-01" });
  expect(view("range=365d")).toMatchObject({ granularity: "week" });
  expect(view("from=2026-01-05&to=2026-01-06&per=day")).toMatchObject({
    range: "custom",
    granularity: "day",
  });
});

test("today is the day it is in the zone whose days are shown", () => {
  const late = new Date("2026-03-01T20:00:00Z");
  const today = (query: string) => readView(new URLSearchParams(query), late, false, "Asia/Kolkata").to;
  expect(today("")).toBe("2026-03-01");
  expect(today("zone=organization")).toBe("2026-03-02");
  expect(
    readView(new URLSearchParams("zone=organization&range=month"), late, false, "Asia/Kolkata").from,
  ).toBe("2026-03-01");
});

test("what makes no sense in the address is left out", () => {
  expect(view("from=2026-01-09&to=2026-01-06&per=minute&by=cat")).toMatchObject({
    range: "30d",
    granularity: "day",
    groupBy: "model",
  });
  // Agents of everybody mean nothing, and customers see no others.
  expect(view("by=agent&f.agent=a", true)).toMatchObject({ groupBy: "model", filters: {} });
  expect(view("by=customer&customer=x")).toMatchObject({ groupBy: "model", customer: null });
});

test("a filter for usage that names nothing comes back from the address", () => {
  expect(filterChange("agent", "")).toEqual({ "f.agent": "~" });
  expect(view("f.agent=~").filters).toEqual({ agent: "" });
  expect(filterChange("agent", null)).toEqual({ "f.agent": null });
});

test("a download is of what is shown", () => {
  expect(exportAddress(view("range=today&f.model=a/b&by=agent"), "csv", "timeseries")).toBe(
    "/api/analytics/export?format=csv&type=timeseries&startDate=2026-03-02&endDate=2026-03-02&granularity=hour&zone=utc&groupBy=agent&model=a%2Fb",
  );
});
