import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, listening, type Running } from "./servers.ts";

/** xrdp on loopback with the certificate and key in those files. */
export async function xrdp(folder: string, security: string, certificate: string, key: string): Promise<Running> {
  const port = await freePort();
  const config = join(folder, `xrdp-${security}.ini`);
  await writeFile(
    config,
    [
      "[Globals]",
      "ini_version=1",
      "fork=true",
      `port=tcp://127.0.0.1:${port}`,
      `security_layer=${security}`,
      `certificate=${certificate}`,
      `key_file=${key}`,
      "ssl_protocols=TLSv1.2, TLSv1.3",
      "[Logging]",
      `LogFile=${join(folder, `xrdp-${security}.log`)}`,
      "LogLevel=WARNING",
      "EnableSyslog=false",
      "[Xorg]",
      "name=Desk",
      "lib=libxup.so",
      "",
    ].join("\n"),
  );
  return listening(["xrdp", "--nodaemon", "--config", config], port);
}
