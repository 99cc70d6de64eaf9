import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTRPC } from "../../app/trpc.ts";

type CustomerFieldProps = { value: string; error?: ReactNode; onChange: (customerId: string) => void };

/** A customer, found by name, address or id among all there are. */
export function CustomerField({ value, error, onChange }: CustomerFieldProps) {
  const trpc = useTRPC();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const chosen = useQuery(
    trpc.accounts.customer.queryOptions({ customer: value }, { enabled: value !== "" }),
  );
  const shown = chosen.data?.name;
  const found = useQuery({
    ...trpc.accounts.customers.queryOptions({
      limit: 20,
      ...(search !== "" && search !== shown && { search }),
    }),
    placeholderData: keepPreviousData,
  });
  const rows = (found.data?.items ?? []).map(({ id, name, externalId }) => ({
    value: id,
    label: externalId === null ? name : `${name} (${externalId})`,
  }));
  const isListed = rows.some((row) => row.value === value);
  return (
    <Select
      label="Customer"
      description="Name, e-mail address or id"
      withAsterisk
      searchable
      nothingFoundMessage="Nobody matches"
      data={isListed || shown === undefined ? rows : [{ value, label: shown }, ...rows]}
      // The server has searched already.
      filter={({ options }) => options}
      value={value === "" ? null : value}
      onChange={(id) => onChange(id ?? "")}
      onSearchChange={setTyped}
      error={error}
    />
  );
}
