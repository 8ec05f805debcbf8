import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ArmDouble } from "./server.ts";

/** A machine's own identity, as Azure's endpoint on loopback gives it, whose tokens the double of ARM takes. */
export interface IdentityDouble {
  /** What a process on that machine finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The services that tokens were asked for. */
  readonly resources: ReadonlySet<string>;
  close(): void;
}

/** The App Service endpoint: learn.microsoft.com/azure/app-service/overview-managed-identity, REST endpoint reference. */
export async function startIdentity(arm: ArmDouble): Promise<IdentityDouble> {
  const resources = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const resource = url.searchParams.get("resource") ?? "";
    if (request.headers["x-identity-header"] !== "secret-of-the-machine") {
      response.writeHead(401).end();
      return;
    }
    resources.add(resource);
    const access_token = arm.state.tokens[resource.includes("metrics.monitor") ? "metrics" : "management"];
    const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ access_token, expires_on, resource, token_type: "Bearer" }));
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return {
    environment: {
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      IDENTITY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`,
      IDENTITY_HEADER: "secret-of-the-machine",
    },
    resources,
    close: () => void server.close(),
  };
}
