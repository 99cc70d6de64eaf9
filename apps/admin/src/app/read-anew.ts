/**
 * Options of a query that a form begins with: it is read when the form is opened, whatever is kept of before, because
 * saving what was true then would undo what somebody saved since. The form waits for it: `isFetchedAfterMount`.
 */
export const READ_ANEW = { refetchOnMount: "always" } as const;
