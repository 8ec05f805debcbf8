import { type Handler, type HttpSettings, type Listen, serveHttp } from "../../http-server.ts";
import { followWebConfig, type WebStatus } from "./follow.ts";
import { Gate } from "./gate.ts";
import { guarded } from "./guard.ts";
import type { WebConfig } from "./load.ts";
import { Passwords } from "./passwords.ts";
import { tellsSecretsInClear } from "./settings.ts";

export interface WebServing {
  readonly port: number;
  /** undefined without a web configuration. */
  readonly web: (() => WebStatus) | undefined;
  /** Answers what is under way, takes nothing new. */
  close(): Promise<void>;
}

/** One client alone never keeps out the others: it has half of the connections. */
const plain: HttpSettings = { bodies: "refused", bounds: { connectionsOfOneAddress: 50 } };

/** Serves a handler behind a web configuration, and follows its files. */
export async function serveWeb(
  listen: Listen,
  handler: Handler,
  config: WebConfig | undefined,
  note: (text: string) => void,
): Promise<WebServing> {
  if (config === undefined) {
    const serving = await serveHttp(listen, handler, note, plain);
    return { port: serving.port, web: undefined, close: () => serving.close() };
  }
  let settings = config.settings;
  const passwords = new Passwords();
  const gate = new Gate((password, hash) => passwords.matches(password, hash));
  const tls = settings.tls;
  const serving = await serveHttp(
    listen,
    guarded(handler, () => settings, gate),
    note,
    { ...plain, tls },
  );
  const warn = (): void => {
    if (tellsSecretsInClear(settings, listen.host)) note(inClear(listen.host));
  };
  warn();
  const follower = followWebConfig(
    config,
    (changed) => {
      if (changed.tls !== undefined) serving.renewTls(changed.tls);
      settings = changed;
      warn();
    },
    note,
  );
  return {
    port: serving.port,
    web: () => follower.status(),
    close: async () => {
      follower.stop();
      await serving.close();
      await passwords.close();
    },
  };
}

function inClear(host: string): string {
  return `passwords and tokens cross the network in clear: ${host} is no address of this machine alone, and there is no TLS; set tls_server_config, or listen on 127.0.0.1`;
}
