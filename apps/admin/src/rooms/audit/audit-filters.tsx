import { Group, TextInput } from "@mantine/core";
import type { AddressChange } from "../../app/use-address-params.ts";

const FIELDS = [
  { name: "q", label: "What", placeholder: "markup, openai/…", type: "search" },
  { name: "by", label: "Who", placeholder: "operator, key, an id", type: "search" },
  { name: "from", label: "From", placeholder: "", type: "date" },
  { name: "to", label: "To", placeholder: "", type: "date" },
] as const;

type AuditFiltersProps = { params: URLSearchParams; onChange: (change: AddressChange) => void };

/** Which changes are shown; all of it stands in the address. */
export const AuditFilters = ({ params, onChange }: AuditFiltersProps) => (
  <Group gap="sm" align="flex-end" mb="lg">
    {FIELDS.map(({ name, label, placeholder, type }) => (
      <TextInput
        key={name}
        type={type}
        label={label}
        placeholder={placeholder}
        w={{ base: "100%", xs: type === "date" ? 150 : 220 }}
        value={params.get(name) ?? ""}
        onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    ))}
  </Group>
);
