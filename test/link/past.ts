import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../handshake/servers.ts";
import { until } from "../watch/until.ts";

/** A real Prometheus with a past of our making. */

export interface PastSeries {
  /** `name{label="value"}` */
  readonly series: string;
  /** Seconds between samples. */
  readonly every: number;
  /** What it was so many seconds after the past began; undefined: no sample. */
  readonly value: (second: number) => number | undefined;
}

export interface Past {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly seconds: number;
  readonly series: readonly PastSeries[];
}

/** Runs `use` with a Prometheus that remembers this, and ends it. */
export async function withPast(past: Past, use: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-past-"));
  try {
    writeFileSync(join(folder, "past.om"), openMetrics(past));
    const made = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "past.om", "data"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(made.status, 0, made.stderr);
    writeFileSync(join(folder, "prometheus.yml"), "{}\n");
    const port = await freePort();
    const log = openSync(join(folder, "log"), "a");
    const words = [
      "--config.file=prometheus.yml",
      "--storage.tsdb.path=data",
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const daemon = spawn("prometheus", words, { cwd: folder, stdio: ["ignore", log, log] });
    const url = `http://127.0.0.1:${port}`;
    try {
      await until("Prometheus", async () => {
        assert.equal(daemon.exitCode, null, `Prometheus ended:\n${readFileSync(join(folder, "log"), "utf8")}`);
        const response = await fetch(`${url}/-/ready`).catch(() => undefined);
        return response?.ok === true ? true : undefined;
      });
      await use(url);
    } finally {
      if (daemon.exitCode === null) {
        daemon.kill("SIGKILL");
        await once(daemon, "exit");
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openMetrics({ from, seconds, series }: Past): string {
  const lines: string[] = [];
  for (const each of series) {
    for (let second = 0; second < seconds; second += each.every) {
      const value = each.value(second);
      if (value !== undefined) lines.push(`${each.series} ${value} ${from / 1000 + second}`);
    }
  }
  return `${lines.join("\n")}\n# EOF\n`;
}
