import { Alert, Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { ContractTerms } from "@ratebook/core";
import { IconFileText } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useRef } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { refusedField } from "../../app/error-sentence.ts";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { notifyDone } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { READ_ANEW } from "../../app/read-anew.ts";
import { useTRPC } from "../../app/trpc.ts";
import { UnsavedQuestion } from "../../app/unsaved-question.tsx";
import { BackTo } from "./back-to.tsx";
import type { Plan } from "./contract.ts";
import { isWritten } from "./is-written.ts";
import { fieldOf, readTermsDraft, sentenceOf } from "./read-terms-draft.ts";
import { TermsFields } from "./terms-fields.tsx";
import { useTermsForm } from "./terms-form.ts";
import { useFocusOnError } from "./use-focus-on-error.ts";

/** A contract plan as a form; "new" makes one. */
export function PlanRoom() {
  const { planId = "new" }: Record<string, string> = useParams({ strict: false });
  const plans = useQuery(useTRPC().contracts.plans.queryOptions(undefined, READ_ANEW));
  const plan = plans.data?.find(({ id }) => id === planId);
  // The form begins with what is stored, not with what a list showed before.
  if (!plans.isFetchedAfterMount) return <LoadingRoom />;
  return (
    <>
      <PageHeader
        title={plan === undefined ? "New plan" : `Plan ${plan.name}`}
        above={<BackTo to="/contracts/plans">Contract plans</BackTo>}
        description="Terms to begin contracts with. Contracts made from it keep the terms they copied."
      />
      {plans.isError && <ErrorState error={plans.error} onRetry={() => void plans.refetch()} />}
      {plans.data !== undefined && planId !== "new" && plan === undefined ? (
        <EmptyState icon={IconFileText} title="There is no such plan" />
      ) : (
        plans.data !== undefined && <PlanForm key={planId} plan={plan ?? null} />
      )}
    </>
  );
}

function PlanForm({ plan }: { plan: Plan | null }) {
  const navigate = useNavigate();
  const fields = useRef<HTMLDivElement>(null);
  const showErrors = useFocusOnError(fields);
  const form = useTermsForm(plan?.terms ?? ContractTerms.parse({}));
  const head = useForm({
    initialValues: { id: plan?.id ?? "", name: plan?.name ?? "", description: plan?.description ?? "" },
    validate: {
      id: (id) =>
        /^[a-z0-9][a-z0-9._-]{0,63}$/.test(id) && id !== "new"
          ? null
          : "A short lower-case id: letters, digits, dots and dashes.",
      name: (name) => (name.trim() === "" ? "A plan needs a name." : null),
    },
  });
  const save = useMutation(
    useTRPC().contracts.savePlan.mutationOptions({
      onSuccess: async ({ name }) => {
        notifyDone(`${name} is saved.`);
        await navigate({ to: "/contracts/plans", ignoreBlocker: true });
      },
      onError: (error) => {
        const refused = refusedField(error);
        if (refused === null) return;
        const inTerms = /^terms\.(.+)$/.exec(refused.path)?.[1];
        if (inTerms === undefined) head.setFieldError(refused.path, sentenceOf(refused.message));
        else form.setFieldError(fieldOf(inTerms, form.values), sentenceOf(refused.message));
        showErrors();
      },
    }),
  );
  const submit = () => {
    const bad = [head.validate(), form.validate()].some(({ hasErrors }) => hasErrors);
    const read = readTermsDraft(form.values);
    if (bad || !read.ok) showErrors();
    else {
      const { id, name, description } = head.values;
      save.mutate({
        id,
        name,
        description,
        terms: read.value,
        retired: plan?.retired ?? false,
        isNew: plan === null,
      });
    }
  };
  const issues = Object.keys({ ...head.errors, ...form.errors }).length;
  return (
    <Stack gap="lg" ref={fields}>
      <UnsavedQuestion isUnsaved={isWritten(head) || isWritten(form)} what="this plan" />
      <Panel title="The plan">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="Name" withAsterisk maxLength={100} {...head.getInputProps("name")} />
          <TextInput
            label="Id"
            description="Contracts keep it; it never changes"
            withAsterisk
            maxLength={64}
            disabled={plan !== null}
            {...head.getInputProps("id")}
          />
          <TextInput label="Description" maxLength={500} {...head.getInputProps("description")} />
        </SimpleGrid>
      </Panel>
      <TermsFields form={form} />
      {issues > 0 && (
        <Alert color="red" variant="light" role="alert">
          {issues === 1 ? "One field needs" : `${issues} fields need`} another look; each says why.
        </Alert>
      )}
      {save.isError && issues === 0 && <ErrorState error={save.error} />}
      <Group>
        <Button loading={save.isPending} onClick={submit}>
          Save the plan
        </Button>
      </Group>
    </Stack>
  );
}
