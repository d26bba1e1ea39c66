// A web service: /health for probes, /runtime.json for programs, / for people. SIGTERM stops it once
// all requests are answered.
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/health", (context) => context.text("ok\n"));
app.get("/runtime.json", (context) =>
  context.json({ version: process.version, uptime_s: process.uptime() }),
);
app.get("/", (context) => context.text(`Hello from Node.js ${process.version}\n`));

const port = Number(process.env.PORT ?? 8080);
const server = serve({ fetch: app.fetch, port }, () => {
  console.log(`listening on port ${port}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    server.close(() => console.log("stopped"));
    server.closeIdleConnections();
  });
}
