import { Button, ColorInput, FileButton, Group, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { READ_ANEW } from "../../app/read-anew.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import classes from "./branding.module.css";
import { colorProblem } from "./color-problem.ts";
import { pictureText } from "./picture-text.ts";

type Branding = Api<"accounts", "branding">;

/** How the platform looks to its customers: in mails, and in the dashboard its own pages open. */
export function BrandingRoom() {
  const branding = useQuery(useTRPC().accounts.branding.queryOptions(undefined, READ_ANEW));
  return (
    <>
      <PageHeader
        title="Branding"
        description="The platform's name, logo and colour in mails and in the portal, and where the portal may lead back to."
      />
      <QueryBody query={branding} forForm>
        {(data) => <BrandingForm branding={data} />}
      </QueryBody>
    </>
  );
}

function BrandingForm({ branding }: { branding: Branding }) {
  const form = useForm({
    initialValues: { ...branding, supportEmail: branding.supportEmail ?? "" },
    validate: {
      name: (name) => (name.trim() === "" ? "What is the platform called?" : null),
      color: colorProblem,
    },
  });
  const save = useMutation(
    useTRPC().accounts.saveBranding.mutationOptions({
      onSuccess: (saved) => {
        form.setValues({ ...saved, supportEmail: saved.supportEmail ?? "" });
        notifyDone("The branding is saved.");
      },
      onError: notifyFailure,
    }),
  );
  const choose = async (file: File | null) => {
    if (file === null) return;
    const picture = await pictureText(file);
    if (picture.ok) form.setFieldValue("logo", picture.value);
    else form.setFieldError("logo", picture.error);
  };
  const { name, color, logo } = form.values;
  return (
    <form
      onSubmit={form.onSubmit(({ supportEmail, ...rest }) =>
        save.mutate({ ...rest, supportEmail: supportEmail.trim() === "" ? null : supportEmail.trim() }),
      )}
      noValidate
    >
      <Stack gap="lg">
        <Panel title="Looks">
          <Stack gap="md" maw={520}>
            <TextInput label="Name" withAsterisk maxLength={60} {...form.getInputProps("name")} />
            <ColorInput
              label="Colour"
              description="White text stands on it, so it has to be dark enough."
              format="hex"
              eyeDropperButtonProps={{ "aria-label": "Pick a colour from the screen" }}
              {...form.getInputProps("color")}
            />
            <div>
              <Text size="sm" fw={500}>
                Logo
              </Text>
              <Text size="xs" c="dimmed" mb={6}>
                PNG, JPEG, WebP or SVG of at most 64 KiB; shown 24 pixels high.
              </Text>
              <Group gap="sm">
                <FileButton onChange={(file) => void choose(file)} accept={ACCEPTED}>
                  {(props) => (
                    <Button variant="default" size="xs" {...props}>
                      Choose a picture
                    </Button>
                  )}
                </FileButton>
                {logo !== null && (
                  <Button variant="subtle" size="xs" onClick={() => form.setFieldValue("logo", null)}>
                    Without a logo
                  </Button>
                )}
              </Group>
              {form.errors.logo !== undefined && (
                <Text size="xs" c="red" mt={4} role="alert">
                  {form.errors.logo}
                </Text>
              )}
            </div>
            <TextInput
              label="Support address"
              description="Named under every mail; empty: none."
              type="email"
              {...form.getInputProps("supportEmail")}
            />
            <section
              className={classes.preview}
              style={{ background: previewColor(color) }}
              aria-label="Preview"
            >
              {logo !== null && <img src={logo} alt="" height={24} className={classes.logo} />}
              <span>{name}</span>
            </section>
          </Stack>
        </Panel>
        <Panel title="Portal" description="Customers may be sent back to pages of these origins alone.">
          <TagsInput
            label="Origins"
            description="Such as https://app.example.com; press Enter after each."
            maxTags={20}
            maw={520}
            {...form.getInputProps("returnOrigins")}
          />
        </Panel>
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save the branding
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** While a colour is being typed, the preview keeps a readable one. */
const previewColor = (color: string): string => (colorProblem(color) === null ? color : "#3a444d");

const ACCEPTED = "image/png,image/jpeg,image/webp,image/svg+xml";
