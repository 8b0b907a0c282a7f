{{/*
Names and labels are those the community chart gives: an upgrade of one of its releases must find everything again, and the selectors
of a StatefulSet cannot be changed. These templates have its names too, because users' values may include them.
*/}}

{{/* Under an alias, as a dependency of another chart, the alias. */}}
{{- define "alertmanager.base" -}}
{{- trimSuffix "-plus-plus" .Chart.Name -}}
{{- end -}}

{{- define "alertmanager.name" -}}
{{- .Values.nameOverride | default (include "alertmanager.base" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "alertmanager.fullname" -}}
{{- $name := .Values.nameOverride | default (include "alertmanager.base" .) -}}
{{- $default := contains $name .Release.Name | ternary .Release.Name (print .Release.Name "-" $name) -}}
{{- .Values.fullnameOverride | default $default | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "alertmanager.chart" -}}
{{- print .Chart.Name "-" .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "alertmanager.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "alertmanager.selectorLabels" -}}
app.kubernetes.io/name: {{ include "alertmanager.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What comes with a release and is not Alertmanager. Given a list of the root and the component's name. */}}
{{- define "alertmanager.componentSelectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ printf "%s-%s" (include "alertmanager.name" $root | trunc 50 | trimSuffix "-") (index . 1) }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end -}}

{{- define "alertmanager.commonLabels" -}}
helm.sh/chart: {{ include "alertmanager.chart" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "alertmanager.labels" -}}
{{ include "alertmanager.commonLabels" . }}
{{ include "alertmanager.selectorLabels" . }}
{{- end -}}

{{- define "alertmanager.componentLabels" -}}
{{ include "alertmanager.commonLabels" (index . 0) }}
{{ include "alertmanager.componentSelectorLabels" . }}
{{- end -}}

{{- define "alertmanager.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "alertmanager.fullname" .) "default") -}}
{{- end -}}

{{/* metadata of an object named after the release. Given a list of the root, what comes after the name, and a mapping of the user's namespace, labels and
annotations; `name` in it takes the place of the whole name. */}}
{{- define "alertmanager.metadata" -}}
{{- $root := index . 0 -}}
{{- $own := index . 2 | default dict -}}
name: {{ $own.name | default (print (include "alertmanager.fullname" $root) (index . 1)) }}
namespace: {{ $own.namespace | default (include "alertmanager.namespace" $root) }}
labels:
  {{- include "alertmanager.labels" $root | fromYaml | merge ($own.labels | default dict | deepCopy) | toYaml | nindent 2 }}
{{- with $own.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
