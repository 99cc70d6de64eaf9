import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { useMe } from "../../session/use-me.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import type { BudgetRow } from "../budgets/subject-text.ts";
import { EXPIRIES, inDays, KeyFields, type KeyForm, keyFormRules } from "./key-fields.tsx";
import type { ApiKey } from "./keys-panel.tsx";
import { isScope, scopesFor } from "./scopes.ts";

type ChangeKeyModalProps = {
  apiKey: ApiKey;
  /** Its budget of a month, where it has one. */
  budget: BudgetRow | null;
  onClose: () => void;
};

/** Changes what a key is called, may do, and how long and how much. Its text stays. */
export function ChangeKeyModal({ apiKey, budget, onClose }: ChangeKeyModalProps) {
  const me = useMe();
  const before = budget === null ? "" : typedDollars(budget.limit);
  const granted = apiKey.scopes.filter(isScope);
  const form = useForm<KeyForm>({
    initialValues: {
      name: apiKey.name,
      kind: apiKey.kind,
      scopes: granted,
      days: "keep",
      rate: apiKey.requestsPerMinute?.toString() ?? "",
      budget: before,
    },
    validate: {
      ...keyFormRules,
      budget: (text) =>
        text === "" && before !== "" ? "Remove the budget in the room Budgets." : keyFormRules.budget(text),
    },
  });
  const change = useMutation(
    useTRPC().accounts.changeKey.mutationOptions({
      onSuccess: () => {
        notifyDone(`${form.values.name.trim()} is changed, from its next request on.`);
        onClose();
      },
    }),
  );
  const offered = scopesFor(apiKey.kind, me.kind === "operator");
  return (
    <FormModal
      opened
      title={`Change ${apiKey.name}`}
      submitLabel="Save the key"
      pending={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ name, scopes, days, rate, budget: typed }) => {
        const limit = readDollars(typed);
        change.mutate({
          id: apiKey.id,
          name: name.trim(),
          scopes,
          requestsPerMinute: rate === "" ? null : Number(rate),
          ...(days !== "keep" && { expiresAt: days === "" ? null : inDays(days) }),
          ...(typed !== before && limit.ok && { budget: { period: "month", limit: limit.value } }),
        });
      })}
    >
      <KeyFields
        form={form}
        // What an operator granted may stay, or be taken away.
        offered={[...offered, ...granted.filter((scope) => !offered.includes(scope))]}
        mayHaveBudget={apiKey.kind === "customer"}
        expiries={[
          {
            value: "keep",
            label: apiKey.expiresAt === null ? "Never, as now" : `As now: ${instantText(apiKey.expiresAt)}`,
          },
          ...EXPIRIES.filter(({ value }) => value !== "" || apiKey.expiresAt !== null),
        ]}
      />
    </FormModal>
  );
}
