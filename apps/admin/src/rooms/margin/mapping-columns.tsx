import { Group, Select, Stack, Text } from "@mantine/core";
import type { ColumnMapping } from "./column-mapping.ts";

type MappingColumnsProps = {
  columns: readonly string[];
  mapping: ColumnMapping;
  onChange: (mapping: ColumnMapping) => void;
};

/** Which column of a document is what. */
export function MappingColumns({ columns, mapping, onChange }: MappingColumnsProps) {
  const column = (name: "day" | "model" | "amount" | "requests", label: string) => (
    <Select
      label={label}
      w={WIDTH}
      data={[...columns]}
      value={mapping[name]}
      searchable
      clearable={name === "requests"}
      onChange={(value) => onChange({ ...mapping, [name]: value })}
    />
  );
  const quantity = (meter: keyof typeof METERS) => (
    <Select
      key={meter}
      label={METERS[meter]}
      w={WIDTH}
      data={[...columns]}
      value={mapping.quantities[meter] ?? null}
      searchable
      clearable
      onChange={(value) => {
        const { [meter]: _before, ...others } = mapping.quantities;
        onChange({ ...mapping, quantities: value === null ? others : { ...others, [meter]: value } });
      }}
    />
  );
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        {column("day", "Column of the day")}
        {column("model", "Column of the model")}
        {column("amount", "Column of the amount")}
        <Select
          label="Amounts are in"
          w={{ base: "100%", xs: 130 }}
          allowDeselect={false}
          data={[
            { value: "usd", label: "Dollars" },
            { value: "cents", label: "Cents" },
          ]}
          value={mapping.amountIn}
          onChange={(value) => onChange({ ...mapping, amountIn: value === "cents" ? "cents" : "usd" })}
        />
        {column("requests", "Column of requests")}
      </Group>
      <details>
        <summary>
          <Text span size="sm">
            Columns of quantities, for ratebook audit only
          </Text>
        </summary>
        <Group gap="sm" align="flex-end" mt="xs">
          {(Object.keys(METERS) as (keyof typeof METERS)[]).map(quantity)}
        </Group>
      </details>
    </Stack>
  );
}

const WIDTH = { base: "100%", xs: 190 };
/** Pools that exports tell; they must not overlap. */
const METERS = {
  input_tokens: "Input, without cached",
  cache_read_tokens: "Read from the cache",
  cache_write_tokens: "Written to the cache",
  output_tokens: "Output",
} as const;
