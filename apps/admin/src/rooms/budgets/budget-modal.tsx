import { Group, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { SubjectField } from "./subject-field.tsx";
import {
  type BudgetRow,
  type Period,
  periodWords,
  readPercents,
  type Subject,
  subjectWords,
} from "./subject-text.ts";

type BudgetModalProps = { customer: string; budget: BudgetRow | null; opened: boolean; onClose: () => void };

/** Sets what a subject may spend in a period; of a budget that is there, everything but whose and which period. */
export function BudgetModal({ customer, budget, opened, onClose }: BudgetModalProps) {
  const form = useForm({
    initialValues: {
      subject: budget?.subject ?? ("agent" as Subject),
      subjectId: budget?.subjectId ?? "",
      period: budget?.period ?? ("day" as Period),
      limit: budget === null ? "" : typedDollars(budget.limit),
      hard: budget?.hard ?? true,
      alerts: budget?.alertPercents.join(", ") ?? "80, 100",
    },
    validate: {
      subjectId: (id, { subject }) =>
        subject !== "organization" && id.trim() === ""
          ? `Name the ${subjectWords[subject].toLowerCase()}.`
          : null,
      limit: limitProblem,
      alerts: (text) => (readPercents(text) === null ? "At most ten whole numbers from 1 to 100." : null),
    },
  });
  const save = useMutation(
    useTRPC().budgets.save.mutationOptions({
      onSuccess: ({ name }) => {
        notifyDone(`The budget of ${name} is saved.`);
        close();
      },
    }),
  );
  const close = () => {
    save.reset();
    form.reset();
    onClose();
  };
  const { subject } = form.values;
  return (
    <FormModal
      opened={opened}
      title={budget === null ? "New budget" : `${periodWords[budget.period]} budget of ${budget.name}`}
      submitLabel="Save the budget"
      pending={save.isPending}
      error={save.error}
      onClose={close}
      onSubmit={form.onSubmit(({ subject, subjectId, period, limit, hard, alerts }) => {
        const amount = readDollars(limit);
        if (!amount.ok) return;
        save.mutate({
          customer,
          subject,
          ...(subject !== "organization" && { subjectId: subjectId.trim() }),
          period,
          limit: amount.value,
          hard,
          alertPercents: readPercents(alerts) ?? [],
        });
      })}
    >
      {budget === null && (
        <>
          <Select
            label="For"
            allowDeselect={false}
            data={Object.entries(subjectWords).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps("subject")}
            onChange={(value) => form.setValues({ subject: value as Subject, subjectId: "" })}
          />
          {subject !== "organization" && (
            <SubjectField
              customer={customer}
              subject={subject}
              value={form.values.subjectId}
              error={form.errors.subjectId}
              onChange={(id) => form.setFieldValue("subjectId", id)}
            />
          )}
        </>
      )}
      <Group grow align="flex-start">
        {budget === null && (
          <Select
            label="Each"
            allowDeselect={false}
            data={[
              { value: "day", label: "UTC day" },
              { value: "week", label: "Week from Monday" },
              { value: "month", label: "Month" },
            ]}
            {...form.getInputProps("period")}
          />
        )}
        <TextInput label="Limit in dollars" placeholder="25" withAsterisk {...form.getInputProps("limit")} />
      </Group>
      <Switch
        label="Refuse requests beyond it"
        description="Off: it is only told. On: requests that ask beforehand are refused until the period ends."
        {...form.getInputProps("hard", { type: "checkbox" })}
      />
      <TextInput
        label="Tell at, in percent"
        description="By mail and webhook, once a period each"
        {...form.getInputProps("alerts")}
      />
    </FormModal>
  );
}

function limitProblem(text: string): string | null {
  const amount = readDollars(text);
  if (!amount.ok) return amount.error;
  return amount.value > 0n ? null : "More than 0; to let nothing through, pause instead.";
}
