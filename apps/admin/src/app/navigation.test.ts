import { expect, test } from "vitest";
import { isWithin, menuFor } from "./navigation.tsx";
import { rooms } from "./routes.tsx";

const paths = (me: Parameters<typeof menuFor>[1]) =>
  menuFor(rooms, me).flatMap(({ entries }) => entries.map(({ path }) => path));

test("a customer's menu leads to no operator's room", () => {
  const operators = rooms.filter(({ audience }) => audience === "operator").map(({ path }) => path);
  expect(operators).toContain("/customers");
  const menu = paths({ kind: "member", role: "owner" });
  expect(menu.filter((path) => operators.includes(path))).toEqual([]);
  expect(menu).toContain("/wallet");
});

test("mere members manage no keys, owners and operators do", () => {
  expect(paths({ kind: "member", role: "member" })).not.toContain("/keys");
  expect(paths({ kind: "member", role: "owner" })).toContain("/keys");
  expect(paths({ kind: "operator", role: null })).toContain("/keys");
});

test("whoever came through the portal finds money and prices, and neither keys nor people", () => {
  const menu = paths({ kind: "member", role: "admin", portal: {} });
  expect(menu).toEqual(expect.arrayContaining(["/billing", "/wallet"]));
  expect(menu).not.toContain("/keys");
  expect(menu).not.toContain("/members");
});

test("a room is marked for what lies below it, the overview only for itself", () => {
  expect(isWithin("/customers/1", "/customers")).toBe(true);
  expect(isWithin("/customers-of-others", "/customers")).toBe(false);
  expect(isWithin("/customers", "/")).toBe(false);
});
