import { MutationCache, QueryClient } from "@tanstack/react-query";
import { errorStatus } from "./error-sentence.ts";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      /** It changes nothing that is shown: a dry run, a download, a page to pay on. Nothing is read anew after it. */
      reads?: true;
    };
  }
}

/**
 * Answers stay fresh for a few seconds; refusals are not repeated. After a mutation everything shown is read anew before
 * its own `onSuccess`, so that a form which is opened next begins with what is stored.
 */
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
    mutationCache: new MutationCache({
      // The mutation's own onSuccess waits for what is returned here.
      onSuccess: (_answer, _variables, _kept, { meta }, { client }) =>
        meta?.reads ? undefined : client.invalidateQueries(),
      // Somebody else may have decided first, and a lost answer may have been a yes; the refusal is shown meanwhile.
      onError: (_error, _variables, _kept, { meta }, { client }) => {
        if (!meta?.reads) void client.invalidateQueries();
      },
    }),
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
