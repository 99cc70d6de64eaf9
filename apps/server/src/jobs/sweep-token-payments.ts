import { type Ctx, sweepX402 } from "@ratebook/billing";

/** Takes token payments on whose end nobody wrote down. A network that gives no answer is asked again by the next tick. */
export async function sweepTokenPayments(ctx: Ctx): Promise<void> {
  const swept = await sweepX402(ctx, { limit: AT_ONCE });
  if (!swept.ok) {
    ctx.log.warn({ reason: swept.error.message }, "token payments could not be looked at");
  } else if (swept.value.settled > 0) {
    ctx.log.info(swept.value, "token payments were found again");
  }
}

const AT_ONCE = 100;
