import { Button, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { portalCall } from "../session/portal-call.ts";
import type { Me } from "../session/use-me.ts";
import { notifyFailure } from "./notify.ts";

type Visit = NonNullable<Me["portal"]>;

/** The platform's logo and name, in place of ours, for those who came through the portal. */
export const PortalBrand = ({ portal: { branding } }: { portal: Visit }) => (
  <span className="wordmark">
    {branding.logo !== null && <img src={branding.logo} height={24} alt="" className="portal-logo" />}
    <span>{branding.name}</span>
  </span>
);

/** The way back to the platform. It ends the visit: the next one takes another address. */
export function LeavePortal({ portal }: { portal: Visit }) {
  const queryClient = useQueryClient();
  const leave = async () => {
    const left = await portalCall("end", {});
    if (!left.ok) return notifyFailure(left.error);
    queryClient.clear();
    window.location.assign(left.value.returnUrl ?? portal.returnUrl);
  };
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconArrowBackUp size={15} aria-hidden />}
      onClick={() => void leave()}
      aria-label={`Back to ${portal.branding.name}`}
    >
      Back
      <Text span inherit visibleFrom="xs">
        &nbsp;to {portal.branding.name}
      </Text>
    </Button>
  );
}

/**
 * Paints what is filled in the platform's colour, on which white text is readable, as long as the visit lasts; our own
 * tints give way to grey.
 */
export function usePortalColor(color: string | null): void {
  useEffect(() => {
    if (color === null) return;
    const { style } = document.documentElement;
    for (const name of FILLED) style.setProperty(name, color);
    for (const name of HOVERED) style.setProperty(name, `color-mix(in srgb, ${color} 85%, black)`);
    for (const [name, tint] of TINTED) style.setProperty(name, tint);
    return () => {
      for (const name of [...FILLED, ...HOVERED, ...TINTED.map(([tinted]) => tinted)])
        style.removeProperty(name);
    };
  }, [color]);
}

const FILLED = ["--mantine-primary-color-filled", "--mantine-color-rate-filled"];
const TINTED = [
  ["--mantine-primary-color-light", "var(--mantine-color-gray-light)"],
  ["--mantine-primary-color-light-hover", "var(--mantine-color-gray-light-hover)"],
  ["--mantine-primary-color-light-color", "var(--mantine-color-gray-light-color)"],
] as const;
const HOVERED = ["--mantine-primary-color-filled-hover", "--mantine-color-rate-filled-hover"];
