import type { AppRouter } from "@ratebook/api";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCContext, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import superjson from "superjson";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

type Areas = TRPCOptionsProxy<AppRouter>;

/** What a procedure answers: `Api<"billing", "balance">`. */
export type Api<Area extends keyof Areas, Name extends keyof Areas[Area]> = Areas[Area][Name] extends {
  "~types": { output: infer Output };
}
  ? Output
  : never;

/** The typed routers, with the session's cookie. */
export const createApiClient = () =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/trpc", transformer: superjson })] });
