import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { readSize, SizeFields, type SizeValues } from "./size-fields.tsx";

type ScaleModalProps = {
  resource: Api<"resources", "list">["items"][number];
  opened: boolean;
  onClose: () => void;
};

/** Changes a size: what runs is billed at the new one from now on. */
export function ScaleModal({ resource, opened, onClose }: ScaleModalProps) {
  const trpc = useTRPC();
  const sized = resource.cpu !== null;
  const present: SizeValues = {
    cpu: resource.cpu ?? "",
    memoryMb: resource.memoryMb ?? "",
    instances: resource.instances,
  };
  const [values, setValues] = useState<SizeValues | null>(null);
  const standing = useQuery({
    ...trpc.resources.standing.queryOptions({ customer: resource.customerId }),
    enabled: opened,
  });
  const close = () => {
    scale.reset();
    setValues(null);
    onClose();
  };
  const scale = useMutation(
    trpc.resources.scale.mutationOptions({
      onSuccess: () => {
        notifyDone(`${resource.name} has its new size.`);
        close();
      },
    }),
  );
  return (
    <FormModal
      opened={opened}
      title={`Scale ${resource.name}`}
      submitLabel="Scale it"
      pending={scale.isPending}
      error={scale.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        const { cpu, memoryMb, instances } = readSize(values ?? present);
        scale.mutate({
          id: resource.id,
          customer: resource.customerId,
          instances,
          ...(sized && { cpu, memoryMb }),
        });
      }}
    >
      <SizeFields
        values={values ?? present}
        perDay={standing.data?.containerPerDay ?? null}
        sized={sized}
        onChange={setValues}
      />
    </FormModal>
  );
}
