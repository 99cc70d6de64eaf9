import { router } from "../trpc.ts";

export const opsRouter = router({});
