import { Alert, Button, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import type { AuthFailure } from "./auth-call.ts";

type AuthFormProps = {
  submitLabel: string;
  /** Null where it worked. */
  onSubmit: (values: FormData) => Promise<AuthFailure | null>;
  children: ReactNode;
};

/** A form of the sign-in: sends once at a time and says why it was refused. */
export function AuthForm({ submitLabel, onSubmit, children }: AuthFormProps) {
  const [failure, setFailure] = useState<AuthFailure | null>(null);
  const [pending, setPending] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    setPending(true);
    setFailure(await onSubmit(values));
    setPending(false);
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        {failure && (
          <Alert color="red" variant="light" role="alert">
            {failure.message}
          </Alert>
        )}
        {children}
        <Button type="submit" loading={pending} fullWidth mt={4}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}

/** A field of the form as text; empty where it is missing. */
export function fieldText(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === "string" ? value : "";
}
