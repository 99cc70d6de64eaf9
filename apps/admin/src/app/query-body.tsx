import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import { ErrorState } from "./error-state.tsx";
import { LoadingRows } from "./loading.tsx";

type Query<Data> = {
  data: Data | undefined;
  error: unknown;
  isError: boolean;
  isFetchedAfterMount?: boolean;
  refetch: () => unknown;
};

type QueryBodyProps<Data> = {
  query: Query<Data>;
  /** Shown instead of the rows where there are none. */
  empty?: { when: (data: Data) => boolean; show: ReactNode };
  rows?: number;
  /** The surrounding panel has no padding of its own. */
  flush?: boolean;
  /** A form is made of it: waits for what is stored now, see read-anew.ts. */
  forForm?: boolean;
  children: (data: Data) => ReactNode;
};

/** What a query has to show: rows on the way, what failed, that there is nothing, or its data. */
export function QueryBody<Data>(props: QueryBodyProps<Data>) {
  const { query, empty, rows = 4, flush = false, forForm = false, children } = props;
  const p = flush ? "md" : 0;
  const isAwaited = forForm && !query.isFetchedAfterMount;
  // What was shown before stays while a refresh fails; only a first failure takes the place.
  if (query.data !== undefined && !isAwaited) {
    return <>{empty?.when(query.data) ? empty.show : children(query.data)}</>;
  }
  return (
    <Box p={p}>
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingRows rows={rows} />
      )}
    </Box>
  );
}
