import { Button, CloseButton, Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import type { AddressChange } from "../../app/use-address-params.ts";
import {
  DIMENSION_NAMES,
  type Dimension,
  dimensionsFor,
  filterChange,
  RANGES,
  type UsageView,
} from "./usage-view.ts";

type UsageFiltersProps = {
  view: UsageView;
  isOperator: boolean;
  /** What people call the values that are filtered by; still missing while the answer is. */
  names: { readonly [dimension in Dimension]?: string | undefined };
  onChange: (change: AddressChange, step?: "replace" | "push") => void;
};

/** What is shown: days, periods, grouping, whose days, and the filters that were clicked. */
export function UsageFilters({ view, isOperator, names, onChange }: UsageFiltersProps) {
  const { range, from, to, granularity, groupBy, zone, customer, filters } = view;
  return (
    <>
      <Group gap="sm" align="flex-end">
        <Select
          label="Days"
          w={{ base: "100%", xs: 160 }}
          allowDeselect={false}
          value={range}
          data={[
            ...Object.entries(RANGES).map(([value, { title }]) => ({ value, label: title })),
            { value: "custom", label: "From … to …" },
          ]}
          onChange={(value) =>
            onChange(
              value === "custom"
                ? { from, to, range: null, per: null }
                : { range: value, from: null, to: null, per: null },
            )
          }
        />
        {range === "custom" && (
          <>
            <DayField label="From" value={from} onChange={(day) => onChange({ from: day })} />
            <DayField label="To" value={to} onChange={(day) => onChange({ to: day })} />
          </>
        )}
        <Select
          label="Per"
          w={{ base: "100%", xs: 110 }}
          allowDeselect={false}
          value={granularity}
          data={[
            { value: "hour", label: "Hour" },
            { value: "day", label: "Day" },
            { value: "week", label: "Week" },
            { value: "month", label: "Month" },
          ]}
          onChange={(value) => onChange({ per: value })}
        />
        <Select
          label="By"
          w={{ base: "100%", xs: 190 }}
          allowDeselect={false}
          value={groupBy}
          data={dimensionsFor(isOperator, customer).map((value) => ({
            value,
            label: DIMENSION_NAMES[value],
          }))}
          onChange={(value) => onChange({ by: value })}
        />
        {(!isOperator || customer !== null) && (
          <SegmentedControl
            aria-label="Whose days"
            value={zone}
            data={[
              { value: "utc", label: "UTC" },
              { value: "organization", label: "Organization's zone" },
            ]}
            onChange={(value) => onChange({ zone: value === "organization" ? value : null })}
          />
        )}
      </Group>
      <Clicked filters={filters} customer={customer} names={names} onChange={onChange} />
    </>
  );
}

const DayField = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) => (
  <TextInput
    type="date"
    label={label}
    value={value}
    w={{ base: "100%", xs: 150 }}
    onChange={(event) => event.currentTarget.value !== "" && onChange(event.currentTarget.value)}
  />
);

/** Each filter with a way to take it off. */
function Clicked({
  filters,
  customer,
  names,
  onChange,
}: Pick<UsageView, "filters" | "customer"> & Pick<UsageFiltersProps, "names" | "onChange">) {
  const named = Object.entries(filters) as [Dimension, string][];
  if (named.length === 0 && customer === null) return null;
  return (
    <Group gap="xs" aria-label="Filters">
      {customer !== null && (
        <Chip
          text={names.customer === undefined ? "One customer" : `Customer: ${names.customer}`}
          onRemove={() => onChange({ customer: null }, "push")}
        />
      )}
      {named.map(([dimension, value]) => (
        <Chip
          key={dimension}
          text={`${DIMENSION_NAMES[dimension]}: ${value === "" ? "not named" : (names[dimension] ?? value)}`}
          onRemove={() => onChange(filterChange(dimension, null), "push")}
        />
      ))}
      {named.length > 1 && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() =>
            onChange(Object.fromEntries(named.map(([dimension]) => [`f.${dimension}`, null])), "push")
          }
        >
          Take all off
        </Button>
      )}
    </Group>
  );
}

const Chip = ({ text, onRemove }: { text: string; onRemove: () => void }) => (
  <span className="filter-chip">
    <span className="filter-chip-text">{text}</span>
    <CloseButton size="sm" aria-label={`Take off ${text}`} onClick={onRemove} />
  </span>
);
