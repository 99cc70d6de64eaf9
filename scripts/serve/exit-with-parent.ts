// Loaded into a child before its own program: a parent that is killed outright cannot stop its children, but its end of
// the channel closes with it.
process.on("disconnect", () => process.exit(0));
process.channel?.unref();
