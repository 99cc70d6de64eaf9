import { Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { notifyFailure } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

type ZoneSelectProps = { timeZone: string; customer: string | null };

/** The organization's own zone, for those who may set it. Billing keeps to UTC days. */
export function ZoneSelect({ timeZone, customer }: ZoneSelectProps) {
  const save = useMutation(
    useTRPC().accounts.setTimeZone.mutationOptions({
      onError: notifyFailure,
    }),
  );
  return (
    <Select
      label="The organization's zone"
      w={{ base: "100%", xs: 220 }}
      searchable
      allowDeselect={false}
      data={[...new Set(["UTC", timeZone, ...Intl.supportedValuesOf("timeZone")])]}
      value={timeZone}
      disabled={save.isPending}
      onChange={(chosen) =>
        chosen !== null && save.mutate({ timeZone: chosen, ...(customer !== null && { customer }) })
      }
    />
  );
}
