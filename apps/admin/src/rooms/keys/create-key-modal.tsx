import { Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useMe } from "../../session/use-me.ts";
import { readDollars } from "../billing/read-dollars.ts";
import { EXPIRIES, inDays, KeyFields, type KeyForm, keyFormRules } from "./key-fields.tsx";
import type { KeyOwner } from "./keys-panel.tsx";
import { NewKeyModal } from "./new-key-modal.tsx";
import { type KeyKind, scopesFor, usualScopes } from "./scopes.ts";

type CreateKeyModalProps = { owner: KeyOwner; opened: boolean; onClose: () => void };

/** Makes a key with chosen rights, then shows its text, once. */
export function CreateKeyModal({ owner, opened, onClose }: CreateKeyModalProps) {
  const me = useMe();
  const firstKind: KeyKind = owner === null ? "service" : "customer";
  const form = useForm<KeyForm>({
    initialValues: {
      name: "",
      kind: firstKind,
      scopes: [...usualScopes(firstKind)],
      days: "",
      rate: "",
      budget: "",
    },
    validate: keyFormRules,
  });
  const create = useMutation(useTRPC().accounts.createKey.mutationOptions());
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const { kind, scopes } = form.values;

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
          ...(days !== "" && { expiresAt: inDays(days) }),
        });
      })}
    >
      <KeyFields
        form={form}
        offered={scopesFor(kind, me.kind === "operator")}
        mayHaveBudget={owner !== null}
        expiries={EXPIRIES}
      >
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
      </KeyFields>
    </FormModal>
  );
}
