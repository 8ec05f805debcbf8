/** Which Deskbridge the watch's machines run. */
export interface Release {
  /** A git repository that the machines reach without a password. */
  readonly url: string;
  /** The whole hash: what runs is what was reviewed, whatever a branch or a tag says later. */
  readonly commit: string;
}

/** `https://host/owner/deskbridge.git#<commit>` → its parts. Throws an Error that says what to configure. */
export function parseRelease(text: string | undefined): Release {
  const [, url, commit] = /^(https:\/\/[^\s#'"\\]+)#([0-9a-f]{40})$/.exec(text ?? "") ?? [];
  if (url !== undefined && commit !== undefined) return { url, commit };
  throw new Error(
    `deskbridge:source ${text === undefined ? "is not configured" : `is "${text}"`}; give it the git repository that ` +
      "the watch's machines take Deskbridge from and the whole hash of a commit: " +
      "pulumi config set deskbridge:source https://git.example.org/deskbridge.git#0123456789abcdef0123456789abcdef01234567",
  );
}

/** Where a release's runbook is read, as GitHub and GitLab show it. */
export function runbookOf({ url, commit }: Release): string {
  return `${url.replace(/\.git$/, "")}/blob/${commit}/dashboards/runbook.md`;
}
