import { Checkbox, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { MatchFields } from "./match-fields.tsx";
import type { TermsForm } from "./terms-form.ts";

/** A promise that rates stay those of a catalogue version until an instant. */
export function LockFields({ form }: { form: TermsForm }) {
  const { lock } = form.values;
  const versions = useQuery(useTRPC().catalog.versions.queryOptions({ limit: 1 }));
  const newest = versions.data?.items[0]?.version;
  return (
    <Panel
      title="Price lock"
      description="List prices stay those of one catalogue version until an instant, whatever upstreams do. Markup is put on them."
    >
      <Stack gap="sm">
        <Switch
          label="Lock the prices"
          checked={lock.on}
          onChange={(event) => {
            const on = event.currentTarget.checked;
            form.setFieldValue("lock.on", on);
            if (on && lock.version === "" && newest !== undefined) {
              form.setFieldValue("lock.version", newest.toString());
            }
          }}
        />
        {lock.on && (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label="Catalogue version"
                description={newest === undefined ? undefined : `${newest} is in force now`}
                inputMode="numeric"
                {...form.getInputProps("lock.version")}
              />
              <TextInput
                label="Locked until (UTC)"
                description="Rates of the day apply from then on"
                type="datetime-local"
                {...form.getInputProps("lock.until")}
              />
              <MatchFields form={form} at="lock" value={lock} meter="none" />
            </SimpleGrid>
            <Checkbox
              label="An upstream increase may turn the lock into a loss"
              {...form.getInputProps("lock.accepted", { type: "checkbox" })}
            />
          </>
        )}
      </Stack>
    </Panel>
  );
}
