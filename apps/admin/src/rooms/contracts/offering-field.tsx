import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "../../app/trpc.ts";

type OfferingFieldProps = {
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  error?: ReactNode;
  onChange: (value: string) => void;
};

/** An offering, found by a part of its name; other text, such as a pattern, stays as it is written. */
export function OfferingField({ value, onChange, ...field }: OfferingFieldProps) {
  const [search] = useDebouncedValue(value.trim().replaceAll("*", ""), 200);
  const found = useQuery({
    ...useTRPC().pricing.models.queryOptions({ search, listed: null, limit: 20 }),
    placeholderData: keepPreviousData,
  });
  return (
    <Autocomplete
      {...field}
      value={value}
      onChange={onChange}
      data={(found.data?.items ?? []).map(({ offering }) => offering)}
      // The server has searched already, also in names that are shown nowhere here.
      filter={({ options }) => options}
      maxLength={265}
      autoComplete="off"
    />
  );
}
