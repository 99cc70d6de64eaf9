type Written = { values: unknown; getInitialValues: () => unknown };

/** Whether a form says something else than it began with. The library's own mark forgets values that were filled in at once. */
export const isWritten = ({ values, getInitialValues }: Written): boolean =>
  JSON.stringify(values) !== JSON.stringify(getInitialValues());
