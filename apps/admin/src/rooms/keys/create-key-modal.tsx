import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useMe } from "../../session/use-me.ts";
import { readDollars } from "../billing/read-dollars.ts";
import type { KeyOwner } from "./keys-panel.tsx";
import { NewKeyModal } from "./new-key-modal.tsx";
import { type KeyKind, type KeyScope, scopesFor, scopeTexts, usualScopes } from "./scopes.ts";

type CreateKeyModalProps = { owner: KeyOwner; opened: boolean; onClose: () => void };

/** Makes a key with chosen rights, then shows its text, once. */
export function CreateKeyModal({ owner, opened, onClose }: CreateKeyModalProps) {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const firstKind: KeyKind = owner === null ? "service" : "customer";
  const form = useForm<{
    name: string;
    kind: KeyKind;
    scopes: KeyScope[];
    days: string;
    rate: string;
    budget: string;
  }>({
    initialValues: {
      name: "",
      kind: firstKind,
      scopes: [...usualScopes(firstKind)],
      days: "",
      rate: "",
      budget: "",
    },
    validate: {
      name: (name) => (name.trim() === "" ? "A name tells the key apart later." : null),
      rate: (rate) =>
        rate === "" || /^[1-9]\d{0,6}$/.test(rate.trim()) ? null : "A whole number, or nothing.",
      budget: (budget) => budgetProblem(budget),
      scopes: (scopes) => (scopes.length === 0 ? "Choose at least one right." : null),
    },
  });
  const create = useMutation(
    trpc.accounts.createKey.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.accounts.keys.queryKey() });
        await queryClient.invalidateQueries({ queryKey: trpc.budgets.pathKey() });
      },
    }),
  );
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const { kind, scopes } = form.values;
  const offered = scopesFor(kind, me.kind === "operator");

  if (create.data !== undefined) {
    return <NewKeyModal opened={opened} name={form.values.name} text={create.data.key} onClose={close} />;
  }
  return (
    <FormModal
      opened={opened}
      title={owner === null ? "New key of the platform" : `New key of ${owner.name}`}
      submitLabel="Create the key"
      pending={create.isPending}
      error={create.error}
      onClose={close}
      onSubmit={form.onSubmit(({ name, days, rate, budget }) => {
        const limit = readDollars(budget);
        create.mutate({
          name: name.trim(),
          kind,
          scopes,
          ...(rate !== "" && { requestsPerMinute: Number(rate) }),
          ...(budget !== "" && limit.ok && { budget: { period: "month", limit: limit.value } }),
          ...(owner !== null && { customer: owner.customerId }),
          ...(days !== "" && { expiresAt: inDays(Number(days)) }),
        });
      })}
    >
      <TextInput
        label="Name"
        placeholder="Production gateway"
        withAsterisk
        maxLength={100}
        data-autofocus
        {...form.getInputProps("name")}
      />
      {owner === null && (
        <Select
          label="Kind"
          allowDeselect={false}
          data={[
            { value: "service", label: "Service: the platform's gateway" },
            { value: "worker", label: "Worker: reads price sources" },
          ]}
          value={kind}
          onChange={(value) => {
            const chosen: KeyKind = value === "worker" ? "worker" : "service";
            form.setValues({ kind: chosen, scopes: [...usualScopes(chosen)] });
          }}
        />
      )}
      <Checkbox.Group
        label="Rights"
        withAsterisk
        value={scopes}
        error={form.errors.scopes}
        onChange={(chosen) =>
          form.setFieldValue(
            "scopes",
            offered.filter((scope) => chosen.includes(scope)),
          )
        }
      >
        <Stack gap={8} mt={6}>
          {offered.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} description={scopeTexts[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Select
        label="Expires"
        allowDeselect={false}
        data={[
          { value: "", label: "Never" },
          { value: "30", label: "In 30 days" },
          { value: "90", label: "In 90 days" },
          { value: "365", label: "In a year" },
        ]}
        {...form.getInputProps("days")}
      />
      <TextInput
        label="Requests a minute"
        description="Empty: as many as any key"
        inputMode="numeric"
        {...form.getInputProps("rate")}
      />
      {owner !== null && (
        <TextInput
          label="Dollars a month"
          description="Refuses its requests beyond it; empty: no budget"
          inputMode="decimal"
          {...form.getInputProps("budget")}
        />
      )}
    </FormModal>
  );
}

function budgetProblem(text: string): string | null {
  if (text === "") return null;
  const amount = readDollars(text);
  if (!amount.ok) return amount.error;
  return amount.value > 0n ? null : "More than 0, or nothing.";
}

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
