import type { AppRouter } from "@ratebook/api";
import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCContext, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import superjson from "superjson";
import { errorStatus } from "./error-sentence.ts";

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

/** Answers stay fresh for a few seconds; refusals are not repeated. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        queryKeyHashFn: hashOf,
        refetchOnWindowFocus: true,
        retry: (count, error) => count < 2 && !isRefusal(error),
      },
    },
  });

/** Inputs carry amounts as bigint, which JSON knows nothing of; the order of an object's keys means nothing. */
const hashOf = (key: readonly unknown[]): string =>
  JSON.stringify(key, (_name, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

const isRefusal = (error: unknown): boolean => {
  const status = errorStatus(error);
  return status !== null && status < 500;
};
