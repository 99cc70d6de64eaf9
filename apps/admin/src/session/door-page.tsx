import { Box, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { ColorSchemeToggle } from "../app/color-scheme-toggle.tsx";
import { Wordmark } from "../app/wordmark.tsx";

type DoorPageProps = {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Other doors, below the form. */
  footer?: ReactNode;
};

/** The frame of the pages before the sign-in. */
export function DoorPage({ title, description, children, footer }: DoorPageProps) {
  useEffect(() => {
    document.title = `${title} · Ratebook`;
  }, [title]);
  return (
    <Box component="main" className="door">
      <Box pos="absolute" top={12} right={12}>
        <ColorSchemeToggle />
      </Box>
      <Stack gap="lg" w="100%" maw={400}>
        <Box mx="auto">
          <Wordmark />
        </Box>
        <Paper withBorder p={{ base: "lg", xs: "xl" }} radius="lg">
          <Stack gap="lg">
            <div>
              <Title order={1} size={20}>
                {title}
              </Title>
              {description && (
                <Text c="dimmed" size="sm" mt={4}>
                  {description}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
        {footer && (
          <Text size="sm" c="dimmed" ta="center" component="div">
            {footer}
          </Text>
        )}
      </Stack>
    </Box>
  );
}
