import { Anchor, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { authCall } from "./auth-call.ts";
import { AuthForm, fieldText } from "./auth-form.tsx";
import { DoorPage } from "./door-page.tsx";

/** Asks for a mail with a link to set a new password. */
export function ForgotPasswordPage() {
  const [sentTo, setSentTo] = useState<string | null>(null);

  const ask = async (values: FormData) => {
    const email = fieldText(values, "email");
    const asked = await authCall("request-password-reset", { email });
    if (!asked.ok) return asked.error;
    setSentTo(email);
    return null;
  };

  const footer = (
    <Anchor component={Link} to="/sign-in">
      Back to the sign-in
    </Anchor>
  );
  if (sentTo !== null) {
    return (
      <DoorPage title="Look into your mail" footer={footer}>
        {/* The same words whether or not the address is known, so that nobody can find out who has an account. */}
        <Text role="status">
          If <b>{sentTo}</b> has an account, a mail with a link is on its way. The link works for an hour.
        </Text>
      </DoorPage>
    );
  }
  return (
    <DoorPage title="Set a new password" description="We send a link to your e-mail address." footer={footer}>
      <AuthForm submitLabel="Send the link" onSubmit={ask}>
        <TextInput
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
      </AuthForm>
    </DoorPage>
  );
}
