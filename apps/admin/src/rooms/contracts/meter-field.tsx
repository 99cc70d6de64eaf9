import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { meterChoices } from "../markup/meter-choices.ts";

type MeterFieldProps = {
  value: string;
  /** Whether it may stay empty: any meter. */
  optional: boolean;
  error?: ReactNode;
  onChange: (meter: string) => void;
};

/** A meter: a built-in one by its name, or one of the operator's own, written in full (`x_proxy_call`). */
export function MeterField({ value, optional, error, onChange }: MeterFieldProps) {
  const [typed, setTyped] = useState("");
  const own = typed.trim();
  const isOwn = /^x_[a-z0-9_]{1,60}$/.test(own) && own !== value;
  return (
    <Select
      label="Meter"
      placeholder={optional ? "any" : "choose one"}
      clearable={optional}
      allowDeselect={optional}
      searchable
      data={[...meterChoices(value), ...(isOwn ? [{ value: own, label: own }] : [])]}
      value={value === "" ? null : value}
      onChange={(chosen) => onChange(chosen ?? "")}
      onSearchChange={setTyped}
      error={error}
    />
  );
}
