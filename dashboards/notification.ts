/**
 * A notification's text, one for e-mail, Slack and PagerDuty: Go templates of Alertmanager's. Its version 0.25 has no
 * function for time zones, so times are those of the process (its `TZ`, which the stacks set to the fleet's), and
 * carry the zone's name. What an alert lacks is left out.
 */

/** How the configuration names the parts. */
export const notification = {
  title: '{{ template "deskbridge.title" . }}',
  text: '{{ template "deskbridge.text" . }}',
  link: '{{ template "deskbridge.link" . }}',
  severity: '{{ template "deskbridge.severity" . }}',
} as const;

/** So many are told one by one; past that, how many there are in all. */
const listed = 20;

const moment = "2006-01-02 15:04:05 MST";
/** A Go duration is in nanoseconds; whole seconds are read. */
const second = 1_000_000_000;

/** Where an alert belongs, by its labels. */
const places = ["body", "site", "link", "gateway", "pool", "service", "queue", "vantage", "shard", "kind"] as const;

const lasted = `{{ (.EndsAt.Sub .StartsAt).Truncate ${second} }}`;
const since = `{{ if eq .Status "resolved" }}From {{ .StartsAt.Local.Format "${moment}" }} to {{ .EndsAt.Local.Format "${moment}" }}: it lasted ${lasted}{{ else }}Since {{ .StartsAt.Local.Format "${moment}" }}{{ end }}`;
const where = `{{ $between := "\\nWhere: " }}${places
  .map((label) => `{{ with .Labels.${label} }}{{ $between }}${label} {{ . }}{{ $between = ", " }}{{ end }}`)
  .join("")}`;

/** Of one alert's annotations, or of those that several share. */
const whatToDo = `{{ with .steps }}

First steps:
{{ . }}{{ end }}{{ if or .dashboard_url .runbook_url }}
{{ end }}{{ with .dashboard_url }}
Dashboard: {{ . }}{{ end }}{{ with .runbook_url }}
Runbook: {{ . }}{{ end }}`;

const title = `{{ define "deskbridge.title" -}}
{{- if gt (len .Alerts.Firing) 1 -}}
{{ len .Alerts.Firing }} × {{ template "deskbridge.name" . }}: {{ (index .Alerts.Firing 0).Annotations.summary }}, and more
{{- else if .Alerts.Firing -}}
{{ template "deskbridge.name" . }}: {{ (index .Alerts.Firing 0).Annotations.summary }}
{{- else if gt (len .Alerts.Resolved) 1 -}}
Resolved: {{ len .Alerts.Resolved }} × {{ template "deskbridge.name" . }}: {{ (index .Alerts.Resolved 0).Annotations.summary }}, and more
{{- else if .Alerts.Resolved -}}
Resolved: {{ template "deskbridge.name" . }}: {{ (index .Alerts.Resolved 0).Annotations.summary }}
{{- end -}}
{{- end }}

{{ define "deskbridge.name" -}}
{{ with .CommonLabels.alertname }}{{ . }}{{ else }}alerts{{ end }}{{ with .CommonLabels.severity }} ({{ . }}){{ end }}
{{- end }}`;

const text = `{{ define "deskbridge.text" -}}
{{- if eq (len .Alerts) 1 -}}
{{ template "deskbridge.alone" (index .Alerts 0) }}
{{- else -}}
{{ with .Alerts.Firing }}Burning: {{ len . }}{{ template "deskbridge.list" . }}{{ end }}
{{- if and .Alerts.Firing .Alerts.Resolved }}

{{ end }}
{{- with .Alerts.Resolved }}Resolved: {{ len . }}{{ template "deskbridge.list" . }}{{ end }}
{{- if .Alerts.Firing }}{{ with .CommonAnnotations }}${whatToDo}{{ end }}{{ end }}
{{- end -}}
{{- end }}

{{ define "deskbridge.alone" -}}
{{ .Annotations.summary }}${where}
${since}
{{- with .Annotations.impact }}
Touched: {{ . }}{{ end }}
{{- with .Annotations.carrier }}
Carrier: {{ . }}{{ end }}
{{- with .Annotations.description }}

{{ . }}{{ end }}
{{- if eq .Status "firing" }}{{ with .Annotations }}${whatToDo}{{ end }}{{ end }}
{{- end }}

{{ define "deskbridge.list" -}}
{{ range $index, $alert := . }}{{ if lt $index ${listed} }}{{ with $alert }}
- {{ .Annotations.summary }}. ${since}.{{ with .Annotations.impact }} Touched: {{ . }}{{ end }}{{ with .Annotations.carrier }} Carrier: {{ . }}{{ end }}
{{- end }}{{ end }}{{ end }}{{ if gt (len .) ${listed} }}
- and more, {{ len . }} in all{{ end }}
{{- end }}`;

const others = `{{ define "deskbridge.link" }}{{ .CommonAnnotations.dashboard_url }}{{ end }}

{{ define "deskbridge.severity" -}}
{{ if eq .CommonLabels.severity "page" }}critical{{ else if eq .CommonLabels.severity "info" }}info{{ else }}warning{{ end }}
{{- end }}`;

/** The file that Alertmanager's `templates:` names. */
export const notificationTemplates = `${title}\n\n${text}\n\n${others}\n`;
