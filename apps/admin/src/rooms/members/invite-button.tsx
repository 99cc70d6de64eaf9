import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { changePeople } from "./organization-calls.ts";

/** Invites a person by e-mail into an organization. */
export function InviteButton({ organizationId }: { organizationId: string }) {
  const [opened, { open, close: hide }] = useDisclosure(false);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", role: "member" },
    validate: {
      email: (email) => (/^\S+@\S+\.\S+$/.test(email.trim()) ? null : "This is no e-mail address."),
    },
  });
  const invite = useMutation({
    mutationFn: ({ email, role }: { email: string; role: string }) =>
      changePeople("invite-member", { email: email.trim(), role, organizationId, resend: true }),
    onSuccess: (_, { email }) => {
      notifyDone(`An invitation is on its way to ${email.trim()}.`);
      close();
    },
  });
  const close = () => {
    form.reset();
    invite.reset();
    hide();
  };
  return (
    <>
      <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
        Invite a member
      </Button>
      <FormModal
        opened={opened}
        title="Invite a member"
        submitLabel="Send the invitation"
        pending={invite.isPending}
        error={invite.error}
        onClose={close}
        onSubmit={form.onSubmit((values) => invite.mutate(values))}
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
            { value: "member", label: "Member: reads credits and receipts" },
            { value: "admin", label: "Admin: also keys and members" },
          ]}
          key={form.key("role")}
          {...form.getInputProps("role")}
        />
      </FormModal>
    </>
  );
}
