import { z } from "zod";
import { answer, invalid, missing } from "../answer.ts";
import { field } from "../params.ts";
import { type Route, route } from "../route.ts";
import { cancelAtPeriodEnd } from "../subscribe.ts";

export const subscriptionRoutes: Route[] = [
  route(
    "POST",
    "/v1/subscriptions/:id",
    z.strictObject({ cancel_at_period_end: field.flag, expand: field.expand }),
    async (book, { cancel_at_period_end }, { id }) => {
      const subscription = await book.find("subscription", id);
      if (!subscription) return missing("subscription", id);
      if (subscription.object.status !== "active") {
        return invalid("A canceled subscription can only update its cancellation_details and metadata.");
      }
      if (!cancel_at_period_end)
        return invalid("The sandbox resumes no subscription.", "cancel_at_period_end");
      await cancelAtPeriodEnd(book, subscription);
      return answer(subscription.object);
    },
  ),
];
