{{- $interface := .Interface }}
{{- $base := .Interface.Extends -}}
// deno-fmt-ignore-file
// deno-lint-ignore-file
/**
 * The local implementation of `{{ .Module.Name }}.{{ .Interface.Name }}`. It is yours.
 *
 * @module
 */
import * as runtime from "@smartbike/smartbike";
import * as api from "./api.gen.ts";
{{- template "imports" . }}
{{- if $base.Name }}
import { {{ $base.Name }} } from "{{ if $base.Import }}../{{ snake $base.Import }}{{ else }}.{{ end }}/{{ snake $base.Name }}.ts";
{{- end }}

/** {{ if .Interface.Description }}{{ template "text" .Interface }}{{ else }}A local `{{ .Interface.Name }}`.{{ end }} */
export class {{ .Interface.Name }}{{ if $base.Name }} extends {{ $base.Name }}{{ end }} implements api.I{{ .Interface.Name }} {
{{- range .Interface.Properties }}
  /** Fires with the new value of `{{ .Name }}`. */
  readonly on{{ upper1 .Name }}Changed: runtime.EventHook<[{{ template "param" . }}: {{ template "type" . }}]> = new runtime.EventHook("on{{ upper1 .Name }}Changed");
{{- end }}
{{- range .Interface.Signals }}
  /** {{ if .Description }}{{ template "text" . }}{{ else }}Fires on signal `{{ .Name }}`.{{ end }} */
  readonly on{{ upper1 .Name }}: runtime.EventHook<[{{ template "params" .Params }}]> = new runtime.EventHook("on{{ upper1 .Name }}");
{{- end }}
{{- range .Interface.Properties }}
  #{{ template "member" . }}: {{ template "type" . }} = {{ template "default" . }};
{{- end }}
{{- range .Interface.Properties }}

  /** {{ if .Description }}{{ template "text" . }}{{ else }}Property `{{ .Name }}`.{{ end }} */
  get{{ upper1 .Name }}(): {{ template "type" . }} {
    return this.#{{ template "member" . }};
  }

  /** Changes `{{ .Name }}`, unless it is the same already. */
  {{ if .IsReadOnly }}update{{ else }}set{{ end }}{{ upper1 .Name }}(value: {{ template "type" . }}): void {
    const { type } = api.{{ lower1 $interface.Name }}Descriptor.properties[{{ printf "%q" .Name }}];
    if (runtime.equalValues(type, value, this.#{{ template "member" . }})) return;
    this.#{{ template "member" . }} = value;
    this.on{{ upper1 .Name }}Changed.fire(value);
  }
{{- end }}
{{- range .Interface.Operations }}

  /** {{ if .Description }}{{ template "text" . }}{{ else }}Operation `{{ .Name }}`.{{ end }} */
  {{ template "member" . }}({{ range $i, $p := .Params }}{{ if $i }}, {{ end }}_{{ $p.Name }}: {{ template "type" $p }}{{ end }}): Promise<{{ template "type" .Return }}> {
    return Promise.resolve({{ template "default" .Return }});
  }
{{- end }}
}
