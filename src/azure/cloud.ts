/**
 * Where a cloud answers, and what its tokens are for. A sovereign cloud has names of its own.
 */
export interface Cloud {
  readonly management: Service;
  /** `{region}` in the address stands for the region of the resources. */
  readonly metrics: Service;
}

export interface Service {
  readonly url: string;
  /** What a token for it is asked for. */
  readonly scope: string;
}

/** learn.microsoft.com/rest/api/azure and Azure/azure-rest-api-specs, monitor data plane 2024-02-01. */
export const publicCloud: Cloud = {
  management: { url: "https://management.azure.com", scope: "https://management.azure.com/.default" },
  metrics: { url: "https://{region}.metrics.monitor.azure.com", scope: "https://metrics.monitor.azure.com/.default" },
};
