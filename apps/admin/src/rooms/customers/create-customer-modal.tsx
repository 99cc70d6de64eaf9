import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

/** Creates a customer and opens its wallet. */
export function CreateCustomerModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", email: "" },
    validate: {
      name: (name) => (name.trim() === "" ? "A customer needs a name." : null),
      email: (email) =>
        email.trim() === "" || /^\S+@\S+\.\S+$/.test(email.trim()) ? null : "This is no e-mail address.",
    },
  });
  const create = useMutation(
    useTRPC().accounts.createCustomer.mutationOptions({
      onSuccess: async ({ id, name }) => {
        notifyDone(`${name} has a wallet now.`);
        close();
        await navigate({ to: "/customers/$customerId", params: () => ({ customerId: id }) });
      },
    }),
  );
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };

  return (
    <FormModal
      opened={opened}
      title="New customer"
      submitLabel="Create the customer"
      pending={create.isPending}
      error={create.error}
      onClose={close}
      onSubmit={form.onSubmit(({ name, email }) =>
        create.mutate({ name, ...(email.trim() !== "" && { email: email.trim() }) }),
      )}
    >
      <TextInput
        label="Name"
        withAsterisk
        maxLength={200}
        data-autofocus
        key={form.key("name")}
        {...form.getInputProps("name")}
      />
      <TextInput
        label="E-mail address"
        description="For notices about credits; it gives nobody access."
        type="email"
        key={form.key("email")}
        {...form.getInputProps("email")}
      />
    </FormModal>
  );
}
