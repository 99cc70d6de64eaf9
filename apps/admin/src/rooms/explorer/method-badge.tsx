import classes from "./explorer.module.css";

/** The HTTP method, in a width that lets paths line up. */
export const MethodBadge = ({ method }: { method: string }) => (
  <span className={classes.method} data-method={method}>
    {method}
  </span>
);
