import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { parse } from "qs";
import { createGenerator } from "ts-json-schema-generator";

/** A request as the SDK sent it; `form` is its body, or its query where it has none. */
export type SentRequest = { method: string; path: string; form: string };

/** Stripe's calls that the rail makes, each with the type of its parameters in the `stripe` package. */
export const CALLS = {
  "POST /v1/customers": "CustomerCreateParams",
  "GET /v1/customers/:id": "CustomerRetrieveParams",
  "POST /v1/customers/:id": "CustomerUpdateParams",
  "GET /v1/customers/:id/payment_methods": "CustomerListPaymentMethodsParams",
  "POST /v1/checkout/sessions": "Checkout.SessionCreateParams",
  "GET /v1/checkout/sessions": "Checkout.SessionListParams",
  "GET /v1/checkout/sessions/:id": "Checkout.SessionRetrieveParams",
  "POST /v1/checkout/sessions/:id/expire": "Checkout.SessionExpireParams",
  "POST /v1/payment_intents": "PaymentIntentCreateParams",
  "GET /v1/payment_intents": "PaymentIntentListParams",
  "GET /v1/payment_intents/:id": "PaymentIntentRetrieveParams",
  "POST /v1/payment_intents/:id/confirm": "PaymentIntentConfirmParams",
  "POST /v1/payment_intents/:id/cancel": "PaymentIntentCancelParams",
  "GET /v1/payment_methods/:id": "PaymentMethodRetrieveParams",
  "POST /v1/payment_methods/:id/attach": "PaymentMethodAttachParams",
  "POST /v1/payment_methods/:id/detach": "PaymentMethodDetachParams",
  "POST /v1/refunds": "RefundCreateParams",
  "GET /v1/refunds": "RefundListParams",
  "GET /v1/refunds/:id": "RefundRetrieveParams",
  "GET /v1/disputes": "DisputeListParams",
  "GET /v1/disputes/:id": "DisputeRetrieveParams",
  "POST /v1/subscriptions/:id": "SubscriptionUpdateParams",
  "GET /v1/invoices/:id": "InvoiceRetrieveParams",
  "GET /v1/events": "EventListParams",
} as const;

/** The call that a request makes, as `CALLS` spells it. */
export function callOf({ method, path }: SentRequest): string {
  const parts = path.split("/").map((part) => (/^[a-z]+_/.test(part) && !WORDS.has(part) ? ":id" : part));
  return `${method} ${parts.join("/")}`;
}

const WORDS = new Set(["payment_methods", "payment_intents"]);

/**
 * Makes a check of requests from the SDK's own types: JSON Schemas are generated from its declarations, with its open
 * enums closed, so that a value nobody documented is a problem too. Takes some seconds.
 *
 * @returns what is wrong with a request, in sentences; nothing where it is as the types say
 */
export function createRequestCheck(): (request: SentRequest) => string[] {
  const schema = generate();
  // Form fields are texts: "5000" where the type says number is right, "five" is not.
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: true });
  ajv.addSchema(schema, "stripe");
  return (request) => {
    const call = callOf(request);
    const type = new Map<string, string>(Object.entries(CALLS)).get(call);
    if (type === undefined) return [`${call} is no call of the rail`];
    const validate = ajv.getSchema(`stripe#/definitions/${type}`);
    if (!validate) throw new Error(`the stripe package has no type ${type}`);
    if (validate(parse(request.form, { depth: 10 }))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${call} ${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
    );
  };
}

function generate(): object {
  const folder = mkdtempSync(join(tmpdir(), "ratebook-stripe-types-"));
  try {
    const sdk = dirname(fileURLToPath(import.meta.resolve("stripe")));
    cpSync(sdk, join(folder, "sdk"), { recursive: true, filter: (path) => !/\.(js|map)$/.test(path) });
    closeEnums(join(folder, "sdk", "shared.d.ts"));
    const path = join(folder, "requests.ts");
    const exported = Object.values(CALLS).map((type, index) => `export type R${index} = Stripe.${type};`);
    writeFileSync(path, `import type { Stripe } from "./sdk/stripe.esm.node.js";\n${exported.join("\n")}\n`);
    const tsconfig = join(folder, "tsconfig.json");
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, types: [], noEmit: true };
    writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: ["requests.ts"] }));
    return createGenerator({ path, tsconfig, type: "*", skipTypeCheck: true, topRef: false }).createSchema(
      "*",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Enums of the SDK end in `| OtherString`, which lets every typing mistake through. */
function closeEnums(path: string): void {
  const text = readFileSync(path, "utf8");
  const closed = text.replace(/export type OtherString = .*;/, "export type OtherString = never;");
  if (closed === text) throw new Error("the SDK's open enums are spelled in another way");
  writeFileSync(path, closed);
}
