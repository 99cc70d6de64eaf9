import { Select, SimpleGrid, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { MoreFields } from "../../app/more-fields.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import type { Plan } from "./plans-panel.tsx";
import { dollarField, dollarProblem, PERIODS, placeProblem, slugProblem } from "./typed-terms.ts";

/** Makes a plan, or changes it whole; its slug names it for ever, and its subscribers keep what they subscribed to. */
export function PlanModal({ plan, onClose }: { plan: Plan | null; onClose: () => void }) {
  const form = useForm({
    initialValues: {
      slug: plan?.slug ?? "",
      name: plan?.name ?? "",
      description: plan?.description ?? "",
      price: plan === null ? "" : typedDollars(plan.price),
      period: plan?.period ?? "month",
      included: plan === null ? "" : typedDollars(plan.included),
      rolloverCap: plan === null ? "0" : typedDollars(plan.rolloverCap),
      sortOrder: String(plan?.sortOrder ?? 0),
      active: plan?.active ?? true,
    },
    validate: {
      slug: slugProblem,
      name: (text) => (text.trim() === "" ? "Name it." : null),
      price: dollarProblem,
      included: dollarProblem,
      rolloverCap: dollarProblem,
      sortOrder: placeProblem,
    },
  });
  const save = useMutation(
    useTRPC().payments.savePlan.mutationOptions({
      onSuccess: ({ name }) => {
        notifyDone(`${name} is saved.`);
        onClose();
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  );
  const send = form.onSubmit((values) => {
    const price = readDollars(values.price);
    const included = readDollars(values.included);
    const rolloverCap = readDollars(values.rolloverCap);
    if (!price.ok || !included.ok || !rolloverCap.ok) return;
    save.mutate({
      slug: values.slug,
      name: values.name.trim(),
      description: values.description.trim(),
      price: price.value,
      period: values.period,
      included: included.value,
      rolloverCap: rolloverCap.value,
      sortOrder: Number(values.sortOrder),
      active: values.active,
    });
  });
  return (
    <FormModal
      opened
      title={plan === null ? "New plan" : `Change ${plan.name}`}
      submitLabel="Save the plan"
      pending={save.isPending}
      error={save.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Slug"
        description="Names the plan for ever"
        withAsterisk
        disabled={plan !== null}
        {...form.getInputProps("slug")}
      />
      <TextInput label="Name" withAsterisk maxLength={80} {...form.getInputProps("name")} />
      <TextInput label="Description" maxLength={400} {...form.getInputProps("description")} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Price a period"
          description="Charged by card"
          withAsterisk
          {...dollarField}
          {...form.getInputProps("price")}
        />
        <Select
          label="Period"
          description="From the day of subscribing"
          allowDeselect={false}
          data={PERIODS}
          {...form.getInputProps("period")}
        />
        <TextInput
          label="Credits included"
          description="They end with the period"
          withAsterisk
          {...dollarField}
          {...form.getInputProps("included")}
        />
      </SimpleGrid>
      <MoreFields
        label="What rolls over, and place in the list"
        names={["rolloverCap", "sortOrder"]}
        errors={form.errors}
        isUsed={plan !== null && plan.rolloverCap > 0n}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label="Rolls over, at most"
            description="Lives one period longer"
            {...dollarField}
            {...form.getInputProps("rolloverCap")}
          />
          <TextInput label="Place in the list" inputMode="numeric" {...form.getInputProps("sortOrder")} />
        </SimpleGrid>
      </MoreFields>
      <Switch label="On sale" {...form.getInputProps("active", { type: "checkbox" })} />
      {plan !== null && plan.subscribers > 0 && (
        <Text size="sm" c="dimmed">
          Whoever subscribed before keeps the price and the credits they subscribed to.
        </Text>
      )}
    </FormModal>
  );
}
