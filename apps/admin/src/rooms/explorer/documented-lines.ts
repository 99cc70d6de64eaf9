import type { ApiRoute } from "./api-document.ts";
import type { BuiltRequest } from "./build-request.ts";
import { curlText } from "./curl-text.ts";

/** A line of the billing page that customers read, for this server. */
export type DocumentedLine = { title: string; routeId: string; curl: string };

/**
 * The documented curl lines that this server serves, with its own address in them. A line whose route the OpenAPI
 * document does not have is left out: it would only fail.
 */
export function documentedLines(routes: readonly ApiRoute[], origin: string): DocumentedLine[] {
  return LINES.flatMap(({ title, method, path, headers = [], body = null }) => {
    const route = routes.find((it) => it.method === method && samePath(it.path, path));
    if (route === undefined) return [];
    const request: BuiltRequest = { method, url: path, headers, body, needsKey: true };
    return [{ title, routeId: route.id, curl: curlText(request, origin) }];
  });
}

/** `/invoices/{id}` and `/invoices/{invoiceId}` are one path. */
const samePath = (a: string, b: string): boolean => withoutNames(a) === withoutNames(b);
const withoutNames = (path: string): string => path.replace(/\{[^}]*\}/g, "{}");

type Line = {
  title: string;
  method: string;
  path: string;
  headers?: [name: string, value: string][];
  body?: string;
};

const JSON_TYPE: [string, string] = ["Content-Type", "application/json"];

const LINES: readonly Line[] = [
  { title: "Check the balance and this month's usage", method: "GET", path: "/api/v1/credits/summary" },
  {
    title: "Buy a credit pack",
    method: "POST",
    path: "/api/stripe/create-checkout-session",
    headers: [JSON_TYPE],
    body: '{\n    "packId": "growth"\n  }',
  },
  {
    title: "Top up with USDC by x402",
    method: "POST",
    path: "/api/v1/credits/topup",
    headers: [["X-PAYMENT", "<x402-payment-header>"]],
  },
  {
    title: "Refill automatically",
    method: "POST",
    path: "/api/auto-top-up/settings",
    headers: [JSON_TYPE],
    body: '{\n    "enabled": true,\n    "threshold": 100,\n    "amount": 1000\n  }',
  },
  { title: "List invoices", method: "GET", path: "/api/invoices/list" },
  { title: "Download an invoice", method: "GET", path: "/api/invoices/{id}" },
];
