import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

type SearchFieldProps = Omit<TextInputProps, "value" | "onChange" | "type" | "leftSection"> & {
  /** What is searched for, without spaces around it. */
  value: string;
  onChange: (search: string) => void;
};

/** A search that follows the address, but waits until the typing pauses before it changes it. */
export function SearchField({ value, onChange, ...props }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  // A space at the end of what is still being typed is not in the address, and stays.
  useEffect(() => setTyped((now) => (now.trim() === value ? now : value)), [value]);
  const later = useDebouncedCallback(onChange, 250);
  return (
    <TextInput
      maxLength={200}
      {...props}
      type="search"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      leftSection={<IconSearch size={16} aria-hidden />}
    />
  );
}
