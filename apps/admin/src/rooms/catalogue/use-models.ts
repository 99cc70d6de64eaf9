import { MODALITIES } from "@ratebook/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "../../app/trpc.ts";
import type { CatalogueView } from "./catalogue-view.ts";

/** The offerings of a view of the catalogue, page by page; needs no sign-in. */
export function useModels({ search, provider, modality, listed }: CatalogueView) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const known = MODALITIES.find((it) => it === modality);
  const wanted = {
    ...(search !== "" && { search }),
    ...(provider !== null && { provider }),
    ...(known && { modality: known }),
    listed,
    limit: PAGE,
  };
  return useInfiniteQuery({
    queryKey: [...trpc.pricing.models.pathKey(), "pages", wanted],
    queryFn: ({ pageParam, signal }) =>
      client.pricing.models.query(
        { ...wanted, ...(pageParam !== null && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
}

const PAGE = 50;
const FIRST_PAGE: string | null = null;
