import { useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** Changes to the address's query: a text sets a parameter, null or "" takes it out. */
export type AddressChange = { readonly [name: string]: string | null };

/**
 * The query of the address, so that a filtered list can be bookmarked, sent to a colleague and gone back to.
 *
 * @returns the parameters, and a function that changes some of them: as a new step back where `step` is "push"
 */
export function useAddressParams(): [
  URLSearchParams,
  (change: AddressChange, step?: "replace" | "push") => void,
] {
  const router = useRouter();
  const search = useRouterState({ select: ({ location }) => location.searchStr });
  const params = useMemo(() => readable(search), [search]);
  const change = useCallback(
    (wanted: AddressChange, step: "replace" | "push" = "replace") => {
      const { pathname, searchStr } = router.latestLocation;
      const next = readable(searchStr);
      for (const [name, value] of Object.entries(wanted)) {
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
      }
      const href = next.size === 0 ? pathname : `${pathname}?${next}`;
      if (step === "push") router.history.push(href);
      else router.history.replace(href);
    },
    [router],
  );
  return [params, change];
}

/** The router writes text that looks like a number or a word of JSON in quotes; people write it without. */
function readable(search: string): URLSearchParams {
  const params = new URLSearchParams(search);
  for (const [name, value] of [...params]) {
    if (/^".*"$/.test(value)) params.set(name, value.slice(1, -1));
  }
  return params;
}
