/** The job that scrapes `/metrics/links`. */
export const quickJob = "deskbridge-links";
export const usualJob = "deskbridge";
/** The job that scrapes the exporter of the vantage point outside, where that has its own. */
export const outsideJob = "deskbridge-outside";
/** Prometheus's scrape of itself: while its samples come, the watch lives. */
export const selfJob = "prometheus";
export const alertmanagerJob = "alertmanager";
