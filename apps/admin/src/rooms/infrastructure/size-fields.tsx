import { Group, NumberInput, Text } from "@mantine/core";
import type { Nanos } from "@ratebook/core";
import { Money } from "../../money/money.tsx";
import { sizeCost } from "./size-text.ts";

export type SizeValues = { cpu: number | string; memoryMb: number | string; instances: number | string };

type SizeFieldsProps = {
  values: SizeValues;
  perDay: Nanos | null;
  /** False for kinds that have no size, only a number. */
  sized: boolean;
  onChange: (values: SizeValues) => void;
};

/** A size, and what a day of it costs as it is typed. */
export function SizeFields({ values, perDay, sized, onChange }: SizeFieldsProps) {
  const set = (name: keyof SizeValues) => (value: number | string) => onChange({ ...values, [name]: value });
  const cost = perDay === null || !sized ? null : sizeCost(perDay, readSize(values));
  return (
    <>
      <Group grow align="flex-start">
        {sized && (
          <>
            <NumberInput
              label="CPU units"
              description="1,024 are a core"
              min={1}
              max={65_536}
              allowDecimal={false}
              value={values.cpu}
              onChange={set("cpu")}
            />
            <NumberInput
              label="Memory"
              description="Megabytes"
              min={1}
              max={524_288}
              allowDecimal={false}
              value={values.memoryMb}
              onChange={set("memoryMb")}
            />
          </>
        )}
        <NumberInput
          label="Instances"
          description="Run at a time"
          min={1}
          max={100}
          allowDecimal={false}
          value={values.instances}
          onChange={set("instances")}
        />
      </Group>
      {cost !== null && (
        <Text size="sm" role="status">
          <Money amount={cost} /> a day. Up to 1,792 CPU units and 1,792 MB cost the flat price; above that
          the larger of the two scales it.
        </Text>
      )}
    </>
  );
}

/** The numbers typed; NaN where a field is empty. */
export const readSize = ({ cpu, memoryMb, instances }: SizeValues) => ({
  cpu: typed(cpu),
  memoryMb: typed(memoryMb),
  instances: typed(instances),
});

const typed = (value: number | string): number => (value === "" ? Number.NaN : Number(value));
