import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: { outDir: "dist", target: "es2023", sourcemap: false, chunkSizeWarningLimit: 700 },
  // The development server forwards what the real server answers itself.
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/trpc", "/api", "/health", "/ready"].map((path) => [path, "http://127.0.0.1:3000"]),
    ),
  },
});
