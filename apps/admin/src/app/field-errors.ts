/**
 * What the server said about single fields of a form, by the field's name, for `form.setErrors`; empty where it said
 * something else, which then stands above the buttons alone.
 */
export function fieldErrors(error: unknown): Record<string, string> {
  const data = read(error, "data");
  const failure = read(data, "failure");
  const issues = read(data, "issues");
  const told = [
    [read(failure, "field"), read(failure, "message")],
    ...(Array.isArray(issues) ? issues.map((issue) => [read(issue, "path"), read(issue, "message")]) : []),
  ];
  return Object.fromEntries(
    told.flatMap(([field, message]) =>
      typeof field === "string" && field !== "" && typeof message === "string"
        ? [[field, sentence(message)]]
        : [],
    ),
  );
}

const read = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** "must be whole cents" as it stands under a field: "Must be whole cents." */
const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith(".") ? "" : "."}`;
