import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { EndpointFields, useEndpointForm } from "./endpoint-fields.tsx";
import { NewSecretModal } from "./new-secret-modal.tsx";

/** Makes an endpoint, then shows its secret, once. */
export function CreateEndpointModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const form = useEndpointForm({ url: "", description: "", events: [] });
  const create = useMutation(useTRPC().alerts.createEndpoint.mutationOptions());
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  if (create.data !== undefined) {
    return <NewSecretModal url={create.data.url} secret={create.data.secret} onClose={close} />;
  }
  return (
    <FormModal
      opened={opened}
      title="New endpoint"
      submitLabel="Create the endpoint"
      pending={create.isPending}
      error={create.error}
      onClose={close}
      onSubmit={form.onSubmit((values) => create.mutate({ ...values, url: values.url.trim() }))}
    >
      <EndpointFields form={form} />
    </FormModal>
  );
}
