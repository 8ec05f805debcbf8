import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf } from "../arm/server.ts";

export interface GrafanaDouble {
  readonly origin: string;
  /** `GET /api/…` of each request, in order. */
  readonly requests: readonly string[];
  /** Titles by uid. */
  readonly folders: Map<string, string>;
  readonly dashboards: ReadonlyMap<string, Saved>;
  /** Bearer tokens, and what their owner may do. Managed Grafana takes these from Azure's role assignments. */
  readonly roles: Map<string, "Admin" | "Viewer">;
  /** What somebody saves in the browser. */
  save(uid: string, change: Readonly<Record<string, unknown>>): void;
  /** What somebody moves in the browser. */
  move(uid: string, folderUid: string): void;
  /** The next so many requests whose line matches are answered so. */
  fail(line: RegExp, reply: Reply, times?: number): void;
  close(): Promise<void>;
}

export interface Saved {
  readonly dashboard: Readonly<Record<string, unknown>>;
  readonly folderUid: string;
  /** What its history says, one line a version. */
  readonly messages: readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * A double of Grafana's HTTP API on loopback, as far as folders and dashboards go: it holds state, and refuses as
 * Grafana documents it (Grafana 11 and 12: HTTP API, Folder, Dashboard; dashboards/errors.go).
 */
export async function startGrafana(): Promise<GrafanaDouble> {
  const requests: string[] = [];
  const folders = new Map<string, string>();
  const dashboards = new Map<string, Saved>();
  const roles = new Map<string, "Admin" | "Viewer">();
  const faults: { line: RegExp; reply: Reply; left: number }[] = [];
  const world: World = { folders, dashboards, roles };
  const server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method} ${request.url}`;
      requests.push(line);
      const body = await bodyOf(request);
      const fault = faults.find((each) => each.left > 0 && each.line.test(line));
      if (fault !== undefined) fault.left -= 1;
      const reply = fault?.reply ?? answer(world, request, body);
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    folders,
    dashboards,
    roles,
    save: (uid, change) => {
      const { dashboard, folderUid } = savedIn(world, uid);
      write(world, { ...dashboard, ...change }, folderUid, "by hand");
    },
    move: (uid, folderUid) => void dashboards.set(uid, { ...savedIn(world, uid), folderUid }),
    fail: (line, reply, times = 1) => void faults.push({ line, reply, left: times }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface World {
  readonly folders: Map<string, string>;
  readonly dashboards: Map<string, Saved>;
  readonly roles: ReadonlyMap<string, "Admin" | "Viewer">;
}

function savedIn({ dashboards }: World, uid: string): Saved {
  const saved = dashboards.get(uid);
  if (saved === undefined) throw new Error(`no dashboard ${uid}`);
  return saved;
}

function answer(world: World, request: IncomingMessage, body: unknown): Reply {
  const role = world.roles.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
  if (role === undefined) return refused(401, "Unauthorized");
  const [, kind, uid] = /^\/api\/(folders|dashboards\/uid|dashboards\/db)(?:\/([^/]+))?$/.exec(request.url ?? "") ?? [];
  const line = `${request.method} ${kind}`;
  if (line === "GET folders" && uid !== undefined) return folder(world, uid);
  if (line === "GET dashboards/uid" && uid !== undefined) return dashboard(world, uid);
  if (uid !== undefined || (line !== "POST folders" && line !== "POST dashboards/db")) return refused(404, "Not found");
  if (role !== "Admin") {
    const action = kind === "folders" ? "folders:create" : "dashboards:create";
    return refused(403, `You'll need additional permissions to perform this action. Permissions needed: ${action}`);
  }
  return kind === "folders" ? makeFolder(world, body as NewFolder) : save(world, body as NewDashboard);
}

function refused(status: number, message: string, code?: string): Reply {
  return { status, body: { message, ...(code === undefined ? {} : { status: code }) } };
}

function folder({ folders }: World, uid: string): Reply {
  const title = folders.get(uid);
  if (title === undefined) return refused(404, "folder not found", "not-found");
  return { status: 200, body: { uid, title, url: `/dashboards/f/${uid}`, version: 1 } };
}

function dashboard({ dashboards, folders }: World, uid: string): Reply {
  const saved = dashboards.get(uid);
  if (saved === undefined) return refused(404, "Dashboard not found", "not-found");
  const { folderUid } = saved;
  const meta = { type: "db", url: `/d/${uid}`, folderUid, folderTitle: folders.get(folderUid) ?? "General" };
  return { status: 200, body: { meta, dashboard: saved.dashboard } };
}

interface NewFolder {
  readonly uid?: string;
  readonly title?: string;
}

function makeFolder(world: World, { uid = "", title = "" }: NewFolder): Reply {
  if (title === "") return refused(400, "folder title cannot be empty");
  if (uid.length > 40) return refused(400, "uid too long, max 40 characters");
  if (world.folders.has(uid)) return refused(409, "a folder with the same uid already exists");
  world.folders.set(uid, title);
  return folder(world, uid);
}

interface NewDashboard {
  readonly dashboard?: Readonly<Record<string, unknown>>;
  readonly folderUid?: string;
  readonly overwrite?: boolean;
  readonly message?: string;
}

function save(world: World, { dashboard: given = {}, folderUid = "", overwrite = false, message = "" }: NewDashboard) {
  const { uid, title, id, version } = given;
  if (typeof title !== "string" || title === "") {
    return refused(400, "Dashboard title cannot be empty", "empty-name");
  }
  if (typeof uid !== "string" || !/^[\w-]{1,40}$/.test(uid)) return refused(400, "uid contains illegal characters");
  if (folderUid !== "" && !world.folders.has(folderUid)) return refused(400, "folder not found");
  const before = world.dashboards.get(uid);
  if (id !== null && id !== undefined && id !== before?.dashboard["id"]) return refused(404, "dashboard not found");
  if (before !== undefined && !overwrite && version !== before.dashboard["version"]) {
    return refused(412, "The dashboard has been changed by someone else", "version-mismatch");
  }
  return { status: 200, body: { status: "success", uid, ...write(world, given, folderUid, message) } };
}

function write(
  { dashboards }: World,
  given: Readonly<Record<string, unknown>>,
  folderUid: string,
  message: string,
): { readonly id: unknown; readonly version: number } {
  const uid = String(given["uid"]);
  const before = dashboards.get(uid);
  const id = before?.dashboard["id"] ?? dashboards.size + 1;
  const version = (before?.messages.length ?? 0) + 1;
  dashboards.set(uid, {
    dashboard: { ...given, id, version },
    folderUid,
    messages: [...(before?.messages ?? []), message],
  });
  return { id, version };
}
