import { Button, Group, NumberInput } from "@mantine/core";
import { useEffect, useState } from "react";

type CompareWithProps = {
  version: number;
  against: number;
  /** Null goes back to the version before. */
  onChange: (against: number | null) => void;
};

/** Chooses the version that another is compared with, by its number; 0 is the empty catalogue. */
export function CompareWith({ version, against, onChange }: CompareWithProps) {
  const [typed, setTyped] = useState<number | string>(against);
  useEffect(() => setTyped(against), [against]);
  const chosen = typeof typed === "number" && typed >= 0 ? typed : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== null) onChange(chosen === version - 1 ? null : chosen);
      }}
    >
      <Group gap="xs" align="flex-end">
        <NumberInput
          label="Compared with version"
          size="sm"
          w={170}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          value={typed}
          onChange={setTyped}
        />
        <Button type="submit" size="sm" variant="default" disabled={chosen === null}>
          Compare
        </Button>
        {against !== version - 1 && (
          <Button size="sm" variant="subtle" onClick={() => onChange(null)}>
            The one before
          </Button>
        )}
      </Group>
    </form>
  );
}
