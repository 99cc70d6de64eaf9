import { Group, TextInput } from "@mantine/core";
import { SearchField } from "../../app/search-field.tsx";
import type { AddressChange } from "../../app/use-address-params.ts";

type AuditFiltersProps = { params: URLSearchParams; onChange: (change: AddressChange) => void };

/** Which changes are shown; all of it stands in the address. */
export const AuditFilters = ({ params, onChange }: AuditFiltersProps) => (
  <Group gap="sm" align="flex-end" mb="lg">
    {SEARCHES.map(({ name, label, placeholder }) => (
      <SearchField
        key={name}
        label={label}
        placeholder={placeholder}
        w={{ base: "100%", xs: 220 }}
        value={params.get(name) ?? ""}
        onChange={(search) => onChange({ [name]: search })}
      />
    ))}
    {DAYS.map(({ name, label }) => (
      <TextInput
        key={name}
        type="date"
        label={label}
        w={{ base: "100%", xs: 150 }}
        value={params.get(name) ?? ""}
        onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    ))}
  </Group>
);

const SEARCHES = [
  { name: "q", label: "What", placeholder: "markup, openai/…" },
  { name: "by", label: "Who", placeholder: "operator, key, an id" },
] as const;

const DAYS = [
  { name: "from", label: "From (UTC)" },
  { name: "to", label: "To (UTC)" },
] as const;
