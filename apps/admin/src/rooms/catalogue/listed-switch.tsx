import { Switch } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";

type ListedSwitchProps = { offering: string; listed: boolean };

/** Whether an offering is sold here. Changing it asks why: the reason is kept in the audit log. */
export function ListedSwitch({ offering, listed }: ListedSwitchProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const set = useMutation(
    useTRPC().catalog.setListed.mutationOptions({
      onSuccess: (_, { listed: sold }) => {
        notifyDone(sold ? `${offering} is sold from now on.` : `${offering} is no longer sold.`);
        close();
      },
    }),
  );
  const leave = () => {
    set.reset();
    close();
  };
  return (
    <>
      <Switch checked={listed} onChange={open} aria-label={`${offering} is sold here`} />
      <ReasonDialog
        opened={opened}
        title={listed ? "Stop selling" : "Start selling"}
        consequence={
          listed
            ? `New usage of ${offering} has no price any more: it is refused or parked until it is sold again.`
            : `${offering} appears on the price page, and its usage is rated and debited.`
        }
        submitLabel={listed ? "Stop selling" : "Sell it"}
        danger={listed}
        pending={set.isPending}
        error={set.error}
        onSubmit={(reason) => set.mutate({ offering, listed: !listed, reason })}
        onClose={leave}
      />
    </>
  );
}
