import { Alert, Button, Group, Stack } from "@mantine/core";
import type { MarkupRule } from "@ratebook/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { notifyDone } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { UnsavedQuestion } from "../../app/unsaved-question.tsx";
import { DryRunPanel } from "./dry-run-panel.tsx";
import { PolicyVersions } from "./policy-versions.tsx";
import { RuleList } from "./rule-list.tsx";
import { RuleModal } from "./rule-modal.tsx";
import { placed, policyIssues, sameRules } from "./rule-order.ts";
import { SimulatorPanel } from "./simulator-panel.tsx";

/** The markup rules: the ones in force, a draft of the next, what it would do, and every earlier version. */
export function MarkupRoom() {
  const policy = useQuery(useTRPC().pricing.policy.queryOptions());
  return (
    <>
      <PageHeader
        title="Markup rules"
        description="From list price to sell price. The first rule that matches wins; the last one is for everything."
      />
      <QueryBody query={policy} rows={6}>
        {(data) => <Policy policy={data} />}
      </QueryBody>
    </>
  );
}

function Policy({ policy }: { policy: Api<"pricing", "policy"> }) {
  const inForce = policy.versions[0]?.policy.rules ?? policy.active.rules;
  const [draft, setDraft] = useState<MarkupRule[] | null>(null);
  const [editing, setEditing] = useState<{ index: number | null } | null>(null);
  const [publishing, setPublishing] = useState(false);
  const rules = draft ?? inForce;
  const changed = draft !== null && !sameRules(draft, inForce);
  const issues = policyIssues(rules);
  return (
    <Stack gap="lg">
      <UnsavedQuestion isUnsaved={changed} what="this draft" />
      <Panel
        flush
        title={changed ? "Draft" : `In force: version ${policy.version ?? "none"}`}
        description={
          changed
            ? "Nothing is sold by it until it is published."
            : "Change a rule to start a draft of the next version."
        }
        action={
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={15} aria-hidden />}
              onClick={() => setEditing({ index: null })}
            >
              Add a rule
            </Button>
            {changed && (
              <>
                <Button size="xs" variant="default" onClick={() => setDraft(null)}>
                  Discard the draft
                </Button>
                <Button size="xs" disabled={issues.length > 0} onClick={() => setPublishing(true)}>
                  Publish
                </Button>
              </>
            )}
          </Group>
        }
      >
        {issues.length > 0 && (
          <div className="panel-body">
            <Alert
              color="red"
              variant="light"
              role="alert"
              icon={<IconAlertTriangle size={18} aria-hidden />}
            >
              {issues.join(" ")}
            </Alert>
          </div>
        )}
        <RuleList
          rules={rules}
          inForce={inForce}
          onChange={setDraft}
          onEdit={(index) => setEditing({ index })}
        />
      </Panel>
      <SimulatorPanel draft={changed && issues.length === 0 ? rules : null} />
      <DryRunPanel rules={rules} blocked={issues.length > 0} />
      <PolicyVersions versions={policy.versions} onLoad={setDraft} />
      {editing && (
        <RuleModal
          rule={editing.index === null ? null : (rules[editing.index] ?? null)}
          onClose={() => setEditing(null)}
          onSave={(rule) => {
            setDraft(placed(rules, rule, editing.index));
            setEditing(null);
          }}
        />
      )}
      {publishing && (
        <Publish
          rules={rules}
          onClose={(done) => {
            setPublishing(false);
            if (done) setDraft(null);
          }}
        />
      )}
    </Stack>
  );
}

function Publish({ rules, onClose }: { rules: readonly MarkupRule[]; onClose: (done: boolean) => void }) {
  const publish = useMutation(
    useTRPC().pricing.setPolicy.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(`Version ${version} of the markup rules is in force.`);
        onClose(true);
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title="Publish these rules"
      consequence="Everything sold from this instant on is priced by them, and quotes given from now on. What was debited before keeps its own."
      submitLabel="Publish"
      pending={publish.isPending}
      error={publish.error}
      onSubmit={(note) => publish.mutate({ rules: [...rules], note })}
      onClose={() => onClose(false)}
    />
  );
}
