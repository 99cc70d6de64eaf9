import type Stripe from "stripe";

/** What a request is answered with: Stripe's own body, error or not. */
export type Answer = { status: number; body: unknown };

export const answer = (body: object): Answer => ({ status: 200, body });

type ErrorBody = Pick<Stripe.StripeRawError, "code" | "decline_code" | "param" | "charge"> & {
  type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  message: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
};

export const refuse = (status: number, error: ErrorBody): Answer => ({ status, body: { error } });

/** 400: the request makes no sense. Like Stripe, such an answer is not kept under the idempotency key. */
export const invalid = (message: string, param?: string, code?: string): Answer =>
  refuse(400, {
    type: "invalid_request_error",
    message,
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
  });

/** An id in the path (404) or in a parameter (400) that stands for nothing. */
export const missing = (what: string, id: string, param?: string): Answer =>
  refuse(param === undefined ? 404 : 400, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${what}: '${id}'`,
    param: param ?? "id",
  });
