import { Stack } from "@mantine/core";
import { PageHeader } from "../../app/page-header.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { BudgetsPanel } from "./budgets-panel.tsx";
import { PausesPanel } from "./pauses-panel.tsx";

/** What an organization, its agents, apps, people and keys may spend, for its members. */
export function BudgetsRoom() {
  const me = useMe();
  const customer = me.customerId ?? "";
  return (
    <>
      <PageHeader
        title="Budgets"
        description="Limits on what is spent in a UTC day, a week from Monday, or a month. What was already served is always billed."
      />
      <Stack gap="lg">
        <PausesPanel customer={customer} mayChange={isManager(me)} />
        <BudgetsPanel customer={customer} mayChange={isManager(me)} />
      </Stack>
    </>
  );
}
