import { z } from "zod";
import { answer, invalid, missing } from "../answer.ts";
import { field, paging } from "../params.ts";
import { refundCharge } from "../refund-charge.ts";
import { page, type Route, route } from "../route.ts";

const noParams = z.strictObject({ expand: field.expand });
const ofPayment = z.strictObject({
  ...paging,
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
});

export const moneyBackRoutes: Route[] = [
  route(
    "POST",
    "/v1/refunds",
    z.strictObject({
      payment_intent: field.text,
      amount: field.whole.refine((cents) => cents >= 1, "Invalid positive integer").optional(),
      reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
      metadata: field.metadata.optional(),
      expand: field.expand,
    }),
    async (book, { payment_intent, amount, reason, metadata }) => {
      const payment = await book.find("payment_intent", payment_intent);
      if (!payment) return missing("payment_intent", payment_intent, "payment_intent");
      const { latest_charge, status } = payment.object;
      const charge =
        status === "succeeded" && typeof latest_charge === "string"
          ? await book.find("charge", latest_charge)
          : null;
      if (!charge) {
        const message = `This PaymentIntent (${payment_intent}) does not have a successful charge to refund.`;
        return invalid(message, "payment_intent");
      }
      const input = { amount: amount ?? null, reason: reason ?? null, metadata: metadata ?? {} };
      return await refundCharge(book, charge, input);
    },
  ),
  route("GET", "/v1/refunds/:id", noParams, async (book, _, { id }) => {
    const refund = await book.find("refund", id);
    return refund ? answer(refund.object) : missing("refund", id);
  }),
  route("GET", "/v1/refunds", ofPayment, (book, { charge, payment_intent, ...query }) =>
    page(book, "refund", charge ?? payment_intent, query, "/v1/refunds"),
  ),

  route("GET", "/v1/disputes/:id", noParams, async (book, _, { id }) => {
    const dispute = await book.find("dispute", id);
    return dispute ? answer(dispute.object) : missing("dispute", id);
  }),
  route("GET", "/v1/disputes", ofPayment, (book, { charge, payment_intent, ...query }) =>
    page(book, "dispute", charge ?? payment_intent, query, "/v1/disputes"),
  ),

  route("GET", "/v1/charges/:id", noParams, async (book, _, { id }) => {
    const charge = await book.find("charge", id);
    return charge ? answer(charge.object) : missing("charge", id);
  }),
];
