import { PasswordInput, Text, TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { authCall } from "./auth-call.ts";
import { AuthForm, fieldText } from "./auth-form.tsx";
import { DoorLink } from "./door-link.tsx";
import { DoorPage } from "./door-page.tsx";
import { nextAddress } from "./next-address.ts";

/** Makes an account; it opens once the e-mail address is confirmed. */
export function SignUpPage() {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const [sentTo, setSentTo] = useState<string | null>(null);

  const signUp = async (values: FormData) => {
    const email = fieldText(values, "email");
    const made = await authCall("sign-up/email", {
      name: fieldText(values, "name"),
      email,
      password: fieldText(values, "password"),
      callbackURL: nextAddress(search),
    });
    if (!made.ok) return made.error;
    setSentTo(email);
    return null;
  };

  const footer = (
    <>
      Have an account?{" "}
      <DoorLink to="/sign-in" next={nextAddress(search)}>
        Sign in
      </DoorLink>
    </>
  );
  if (sentTo !== null) {
    return (
      <DoorPage title="Confirm your e-mail address" footer={footer}>
        <Text role="status">
          We have written to <b>{sentTo}</b>. Open the link in that mail within an hour; it signs you in.
        </Text>
      </DoorPage>
    );
  }
  return (
    <DoorPage
      title="Create an account"
      description="You get an organization with a wallet of its own."
      footer={footer}
    >
      <AuthForm submitLabel="Create the account" onSubmit={signUp}>
        <TextInput label="Name" name="name" autoComplete="name" required maxLength={100} autoFocus />
        <TextInput label="E-mail address" name="email" type="email" autoComplete="username" required />
        <PasswordInput
          label="Password"
          description="At least 10 characters"
          name="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={128}
          required
        />
      </AuthForm>
    </DoorPage>
  );
}
