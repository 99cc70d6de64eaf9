import { router } from "../trpc.ts";

export const pricingRouter = router({});
