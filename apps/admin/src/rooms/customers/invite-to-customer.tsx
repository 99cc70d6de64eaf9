import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

/** Invites a person into a customer's organization; the first one is usually its owner. */
export function InviteToCustomer({ customerId, name }: { customerId: string; name: string }) {
  const trpc = useTRPC();
  const [opened, { open, close: hide }] = useDisclosure(false);
  const form = useForm<{ email: string; role: "owner" | "admin" | "member" }>({
    mode: "uncontrolled",
    initialValues: { email: "", role: "owner" },
    validate: {
      email: (email) => (/^\S+@\S+\.\S+$/.test(email.trim()) ? null : "This is no e-mail address."),
    },
  });
  const invite = useMutation(
    trpc.accounts.inviteMember.mutationOptions({
      onSuccess: (_, { email }) => {
        notifyDone(
          `An invitation for ${email} was written. Where no mail server is set up, it is under Mail.`,
        );
        close();
      },
    }),
  );
  const close = () => {
    form.reset();
    invite.reset();
    hide();
  };
  return (
    <>
      <Button variant="default" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
        Invite a member
      </Button>
      <FormModal
        opened={opened}
        title={`Invite a member to ${name}`}
        submitLabel="Send the invitation"
        pending={invite.isPending}
        error={invite.error}
        onClose={close}
        onSubmit={form.onSubmit(({ email, role }) =>
          invite.mutate({ customer: customerId, email: email.trim(), role }),
        )}
      >
        <TextInput
          label="E-mail address"
          type="email"
          withAsterisk
          data-autofocus
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        <Select
          label="Role"
          allowDeselect={false}
          data={[
            { value: "owner", label: "Owner: everything" },
            { value: "admin", label: "Admin: keys and members" },
            { value: "member", label: "Member: reads credits and receipts" },
          ]}
          key={form.key("role")}
          {...form.getInputProps("role")}
        />
      </FormModal>
    </>
  );
}
