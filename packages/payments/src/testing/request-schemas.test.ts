import { beforeAll, expect, test } from "vitest";
import { createRequestCheck, type SentRequest } from "./request-schemas.ts";

let check: (request: SentRequest) => string[];

beforeAll(() => {
  check = createRequestCheck();
});

const payment = (form: string) => check({ method: "POST", path: "/v1/payment_intents", form });

test("a request as the SDK's types describe it has no problem", () => {
  expect(payment("amount=5000&currency=usd&metadata[order_id]=o1&off_session=true&confirm=true")).toEqual([]);
});

test("an unknown parameter, a value outside an enum, a wrong type and a missing one are problems", () => {
  expect(payment("amount=5000&currency=usd&amout=1").join()).toContain("amout");
  expect(payment("amount=5000&currency=usd&setup_future_usage=of_session").join()).toContain(
    "/setup_future_usage",
  );
  expect(payment("amount=fifty&currency=usd").join()).toContain("/amount must be number");
  expect(payment("amount=5000").join()).toContain("currency");
});

test("a parameter of a part is checked as one of the whole", () => {
  const form = "mode=payment&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amout]=1";
  expect(check({ method: "POST", path: "/v1/checkout/sessions", form }).join()).toContain("unit_amout");
});

test("a call that the rail does not make is a problem", () => {
  expect(check({ method: "POST", path: "/v1/payouts", form: "" })).toEqual([
    "POST /v1/payouts is no call of the rail",
  ]);
});
