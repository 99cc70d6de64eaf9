import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { readAsOf } from "../catalogue/as-of.ts";
import type { Contract } from "./contract.ts";

/** Ends a version now or at an instant ahead, with a reason. */
export function EndDialog({ contract, onClose }: { contract: Contract; onClose: () => void }) {
  const [ends, setEnds] = useState("");
  const at = readAsOf(ends);
  const isBad = ends !== "" && at === null;
  const end = useMutation(
    useTRPC().contracts.end.mutationOptions({
      onSuccess: ({ label, validUntil }) => {
        notifyDone(
          at === null ? `${label} has ended.` : `${label} ends at ${instantText(validUntil ?? at)}.`,
        );
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title={`End ${contract.label}`}
      consequence={`From then on ${contract.customerName} pays by the markup rules. What was debited before keeps its price.`}
      submitLabel="End it"
      danger
      pending={end.isPending}
      error={end.error}
      onSubmit={(reason) => {
        if (!isBad) end.mutate({ version: contract.version, reason, ...(at !== null && { at }) });
      }}
      onClose={onClose}
    >
      <TextInput
        label="Ends at (UTC)"
        description="Empty: now. An end only ever comes nearer."
        type="datetime-local"
        value={ends}
        onChange={(event) => setEnds(event.currentTarget.value)}
        error={isBad ? "This is no instant." : undefined}
      />
    </ReasonDialog>
  );
}
