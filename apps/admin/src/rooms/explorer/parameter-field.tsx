import { ActionIcon, Select, TextInput, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ApiParameter } from "./api-document.ts";
import { isIdempotencyKey, placeholderOf } from "./initial-draft.ts";

type ParameterFieldProps = {
  parameter: ApiParameter;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
};

/** One parameter's field: a choice where the document lists the values, else text. */
export function ParameterField({ parameter, value, error, onChange }: ParameterFieldProps) {
  const { name, in: place, required, description, schema } = parameter;
  const shared = {
    label: name,
    description: description === "" ? PLACES[place] : description,
    withAsterisk: required,
    error,
  };
  if (Array.isArray(schema.enum)) {
    return (
      <Select
        {...shared}
        data={schema.enum.map(String)}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
        placeholder={placeholderOf(parameter)}
        clearable={!required}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      placeholder={placeholderOf(parameter)}
      autoComplete="off"
      spellCheck={false}
      {...(isIdempotencyKey(parameter) && {
        rightSection: (
          <Tooltip label="A new key: a new operation">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Make a new idempotency key"
              onClick={() => onChange(crypto.randomUUID())}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ),
      })}
    />
  );
}

const PLACES = { path: "In the path", query: "In the query", header: "Header" } as const;
