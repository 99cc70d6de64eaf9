import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";

/** Takes an offering out of service by hand, and back; both ask why. */
export function RetirePanel({ offering }: { offering: string }) {
  const trpc = useTRPC();
  const [opened, { open, close }] = useDisclosure(false);
  const authority = useQuery(trpc.catalog.authority.queryOptions({ offering }));
  const retiredAt = authority.data?.retiredAt ?? null;
  const retire = useMutation(
    trpc.catalog.retire.mutationOptions({
      onSuccess: ({ retiredAt: at }) => {
        notifyDone(at === null ? `${offering} is priced by its sources again.` : `${offering} is retired.`);
        close();
      },
    }),
  );
  if (!authority.data) return null;
  return (
    <Panel
      title={retiredAt === null ? "In service" : "Retired"}
      description={
        retiredAt === null
          ? "What a source stops naming is kept and marked as missing; only you take it out of service."
          : `By hand, ${instantText(retiredAt)}: no source prices it.`
      }
      action={
        <Button size="xs" variant="default" onClick={open}>
          {retiredAt === null ? "Retire it" : "Put it back"}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        Earlier instants keep their prices, and receipts stay as they are.
      </Text>
      <ReasonDialog
        opened={opened}
        title={retiredAt === null ? "Retire this offering" : "Put it back in service"}
        consequence={
          retiredAt === null
            ? `${offering} has no price from this instant on, whatever its sources go on saying: new usage is refused or parked.`
            : `${offering} is priced by what its sources say, from this instant on.`
        }
        submitLabel={retiredAt === null ? "Retire it" : "Put it back"}
        danger={retiredAt === null}
        pending={retire.isPending}
        error={retire.error}
        onSubmit={(reason) => retire.mutate({ offering, retired: retiredAt === null, reason })}
        onClose={() => {
          retire.reset();
          close();
        }}
      />
    </Panel>
  );
}
