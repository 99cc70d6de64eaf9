import { Button, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { rollbackText } from "./version-changes.ts";

/** Serves the prices of this version again, as a new one; says first how much that changes. */
export function RollBack({ version }: { version: number }) {
  const [asking, setAsking] = useState(false);
  const trpc = useTRPC();
  const plan = useMutation(trpc.catalog.rollback.mutationOptions({ meta: { reads: true } }));
  const roll = useMutation(
    trpc.catalog.rollback.mutationOptions({
      onSuccess: (done) => {
        notifyDone(
          done.version === null
            ? "Nothing differs: the prices are the same already."
            : `The prices of version ${version} are in force again, as version ${done.version}.`,
        );
        setAsking(false);
      },
    }),
  );
  const start = () => {
    setAsking(true);
    plan.mutate({ version, dryRun: true, reason: "dry run" });
  };
  const close = () => {
    setAsking(false);
    plan.reset();
    roll.reset();
  };
  return (
    <>
      <Button variant="default" onClick={start} loading={asking && plan.isPending}>
        Roll back to it
      </Button>
      {asking && plan.isError && (
        <Modal opened onClose={close} title="Roll back" closeButtonProps={{ "aria-label": "Close" }}>
          <ErrorState error={plan.error} onRetry={start} />
        </Modal>
      )}
      {asking && plan.data?.overrides === 0 && (
        <Modal opened onClose={close} title="Roll back" closeButtonProps={{ "aria-label": "Close" }}>
          <Stack>
            <Text size="sm">The prices in force are those of version {version} already.</Text>
            <Button variant="default" onClick={close}>
              Close
            </Button>
          </Stack>
        </Modal>
      )}
      {asking && plan.data && plan.data.overrides > 0 && (
        <ReasonDialog
          opened
          danger
          title={`Roll back to version ${version}`}
          consequence={rollbackText(plan.data)}
          submitLabel="Roll back"
          pending={roll.isPending}
          error={roll.error}
          onSubmit={(reason) => roll.mutate({ version, dryRun: false, reason })}
          onClose={close}
        />
      )}
    </>
  );
}
