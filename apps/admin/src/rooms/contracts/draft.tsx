import { Alert, Button, Group, Stack } from "@mantine/core";
import type { ContractTerms } from "@ratebook/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTRPC } from "../../app/trpc.ts";
import { UnsavedQuestion } from "../../app/unsaved-question.tsx";
import { readAsOf } from "../catalogue/as-of.ts";
import { ActivateDialog } from "./activate-dialog.tsx";
import { overlapping, type Plan, replaceable } from "./contract.ts";
import classes from "./contracts.module.css";
import { type DraftHead, useHeadForm } from "./draft-head.ts";
import { DraftAgainst, DraftWords } from "./draft-words.tsx";
import { DryRunPanel } from "./dry-run-panel.tsx";
import { HeadFields } from "./head-fields.tsx";
import { isWritten } from "./is-written.ts";
import { fieldOf, readTermsDraft, sentenceOf } from "./read-terms-draft.ts";
import { SimulatorPanel } from "./simulator-panel.tsx";
import { termsDraft } from "./terms-draft.ts";
import { TermsFields } from "./terms-fields.tsx";
import { useTermsForm } from "./terms-form.ts";
import { useDryRun } from "./use-dry-run.ts";
import { useFocusOnError } from "./use-focus-on-error.ts";

type DraftProps = { head: DraftHead; terms: ContractTerms; plans: readonly Plan[] };

/** The form of a contract, what it would do, and its activation. */
export function Draft({ head: initialHead, terms: initialTerms, plans }: DraftProps) {
  const navigate = useNavigate();
  const head = useHeadForm(initialHead);
  const form = useTermsForm(initialTerms);
  const [activating, setActivating] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const showErrors = useFocusOnError(fields);
  const { customer } = head.values;
  const versions = useQuery(
    useTRPC().contracts.list.queryOptions({ customer, limit: 100 }, { enabled: customer !== "" }),
  );
  const read = readTermsDraft(form.values);
  const trial = read.ok && customer !== "" ? { customer, terms: read.value } : null;
  const dryRun = useDryRun(trial);
  const issues = Object.keys({ ...head.errors, ...form.errors }).length;

  /** Whether everything can be read; shows what cannot where it is. */
  const isReady = (): boolean => {
    const bad = [head.validate(), form.validate()].some(({ hasErrors }) => hasErrors);
    if (bad) showErrors();
    return !bad;
  };
  const refuse = (path: string, message: string) => {
    setActivating(false);
    const inTerms = /^terms\.(.+)$/.exec(path)?.[1];
    if (inTerms === undefined) head.setFieldError(path, sentenceOf(message));
    else form.setFieldError(fieldOf(inTerms, form.values), sentenceOf(message));
    showErrors();
  };

  const { validFrom, validUntil, replace } = head.values;
  const from = readAsOf(validFrom) ?? new Date();
  const inTheWay = overlapping(versions.data?.items ?? [], { from, until: readAsOf(validUntil) });
  const replaced = replaceable(inTheWay, from);
  const now = versions.data?.items.find(({ state }) => state === "active");
  return (
    <Stack gap="lg">
      <UnsavedQuestion isUnsaved={isWritten(head) || isWritten(form)} what="this draft" />
      <div className={classes.draft}>
        <Stack gap="lg" ref={fields}>
          <HeadFields
            form={head}
            plans={plans}
            inTheWay={inTheWay}
            replaced={replaced}
            onPlan={({ terms }) => {
              form.setValues(termsDraft(terms));
              form.clearErrors();
            }}
          />
          <TermsFields form={form} />
        </Stack>
        {/* A region that scrolls has to be reachable by keyboard. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <section className={classes.aside} tabIndex={0} aria-label="The draft in words">
          <DraftWords terms={read.ok ? read.value : null} />
        </section>
      </div>
      {read.ok && now !== undefined && <DraftAgainst terms={read.value} now={now} />}
      <SimulatorPanel trial={trial} onBlocked={isReady} />
      <DryRunPanel
        dryRun={dryRun}
        blocked={trial === null ? "It needs a customer, and fields that can be read." : null}
        onRun={() => isReady() && dryRun.start()}
      />
      {issues > 0 && (
        <Alert color="red" variant="light" role="alert">
          {issues === 1 ? "One field needs" : `${issues} fields need`} another look; each says why.
        </Alert>
      )}
      <Group>
        <Button
          onClick={() => {
            if (!isReady()) return;
            if (!dryRun.isCurrent) dryRun.start();
            setActivating(true);
          }}
        >
          Activate…
        </Button>
      </Group>
      {activating && read.ok && (
        <ActivateDialog
          head={head.values}
          terms={read.value}
          replaces={replace ? replaced : null}
          dryRun={dryRun}
          onClose={() => setActivating(false)}
          onRefused={refuse}
          onDone={(customerId) =>
            void navigate({
              to: "/contracts/$customerId",
              params: () => ({ customerId }),
              ignoreBlocker: true,
            })
          }
        />
      )}
    </Stack>
  );
}
