import { Anchor, Button, type ButtonProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

type DoorLinkProps = {
  to: "/sign-in" | "/sign-up";
  /** Where to go after the sign-in. */
  next: string;
  children: ReactNode;
};

const searchOf = (next: string) => (next === "/" ? {} : { next });

/** A link to another door that keeps where the person wanted to go. */
export const DoorLink = ({ to, next, children }: DoorLinkProps) => (
  <Anchor renderRoot={(props) => <Link {...props} to={to} search={searchOf(next)} />}>{children}</Anchor>
);

/** The same as a button. */
export const DoorButton = ({ to, next, children, ...look }: DoorLinkProps & ButtonProps) => (
  <Button {...look} renderRoot={(props) => <Link {...props} to={to} search={searchOf(next)} />}>
    {children}
  </Button>
);
