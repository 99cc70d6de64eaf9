import { Select } from "@mantine/core";
import { CONTRACT_STATES } from "@ratebook/api/inputs";
import { useQuery } from "@tanstack/react-query";
import { SearchField } from "../../app/search-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import type { Contract } from "./contract.ts";
import type { ContractFilter } from "./contract-filter.ts";

type ContractFiltersProps = { filter: ContractFilter; onChange: (changed: Partial<ContractFilter>) => void };

/** Which contract versions are listed: whose, in which state, from which plan, and how soon they end. */
export function ContractFilters({ filter, onChange }: ContractFiltersProps) {
  const plans = useQuery(useTRPC().contracts.plans.queryOptions());
  const planChoices = (plans.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const { search, state, plan, endsWithinDays: days } = filter;
  return (
    <div className="panel-tools">
      <SearchField
        aria-label="Customer"
        placeholder="Customer's name, e-mail address or id"
        value={search}
        onChange={(changed) => onChange({ search: changed })}
        w={{ base: "100%", xs: 300 }}
      />
      <Select
        aria-label="State"
        placeholder="Every state"
        clearable
        data={CONTRACT_STATES.map((value) => ({ value, label: STATE_WORDS[value] }))}
        value={state}
        onChange={(value) => onChange({ state: CONTRACT_STATES.find((it) => it === value) ?? null })}
        w={{ base: "100%", xs: 150 }}
      />
      <Select
        aria-label="Plan"
        placeholder="Any plan, or none"
        clearable
        searchable
        nothingFoundMessage="No such plan"
        // A bookmark may name one that was never there.
        data={withChosen(planChoices, plan)}
        value={plan}
        onChange={(id) => onChange({ plan: id })}
        w={{ base: "100%", xs: 190 }}
      />
      <Select
        aria-label="Ends within"
        placeholder="Whenever it ends"
        clearable
        data={[...new Set([...SOON_DAYS, ...(days === null ? [] : [days])])]
          .sort((a, b) => a - b)
          .map((value) => ({ value: value.toString(), label: `Ends within ${daysText(value)}` }))}
        value={days?.toString() ?? null}
        onChange={(value) => onChange({ endsWithinDays: value === null ? null : Number(value) })}
        w={{ base: "100%", xs: 200 }}
      />
    </div>
  );
}

const withChosen = (choices: { value: string; label: string }[], chosen: string | null) =>
  chosen === null || choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];

const daysText = (days: number): string => (days === 1 ? "a day" : `${days} days`);

const STATE_WORDS: { [State in Contract["state"]]: string } = {
  active: "Active",
  scheduled: "Scheduled",
  ended: "Ended",
};
const SOON_DAYS = [7, 30, 90, 365];
