import { useNavigate, useSearch } from "@tanstack/react-router";

/** The receipt that is open, as part of the address: it can be linked to, and the back button closes it. */
export function useReceiptId(): readonly [string | null, (id: string | null) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = (id: string | null): void => {
    const { receipt: _, ...rest } = search;
    void navigate({ to: ".", search: () => (id === null ? rest : { ...rest, receipt: id }) });
  };
  return [typeof search.receipt === "string" ? search.receipt : null, open];
}
