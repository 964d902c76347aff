{{- /* What a description becomes in a comment. */ -}}
{{- define "text" }}{{ replace (replace .Description "*/" "* /") "\n" " " }}{{ end -}}

{{- /* Where the definition of a type stands: this module or an imported one. */ -}}
{{- define "space" }}{{ if .Import }}{{ camel .Import }}Module{{ else }}api{{ end }}{{ end -}}

{{- define "imports" }}
{{- range .Module.Imports }}
import * as {{ camel .Name }}Module from "../{{ snake .Name }}/api.gen.ts";
{{- end }}
{{- end -}}

{{- define "element" }}
{{- if eq .Type "" "void" }}void
{{- else if eq .Type "bool" }}boolean
{{- else if eq .Type "int64" }}bigint
{{- else if eq .Type "int" "int32" "float" "float32" "float64" }}number
{{- else if eq .Type "string" }}string
{{- else if eq .Type "bytes" }}Uint8Array
{{- else if eq .Type "any" }}unknown
{{- else if eq .KindType "interface" }}unknown
{{- else }}{{ template "space" . }}.{{ .Type }}
{{- end }}
{{- end -}}

{{- define "type" }}
{{- if .IsArray }}readonly {{ template "element" . }}[]{{ else }}{{ template "element" . }}{{ end }}
{{- end -}}

{{- define "elementDescriptor" }}
{{- if eq .Type "int64" }}{ kind: "int64", as: "bigint" }
{{- else if or .IsPrimitive (eq .Type "bytes" "any") }}{ kind: "{{ .Type }}" }
{{- else if eq .KindType "interface" }}{ kind: "extern", name: "{{ .Type }}", default: null }
{{- else }}{{ template "space" . }}.{{ lower1 .Type }}Descriptor
{{- end }}
{{- end -}}

{{- define "descriptor" }}
{{- if .IsArray }}{ kind: "array", element: {{ template "elementDescriptor" . }} }
{{- else }}{{ template "elementDescriptor" . }}
{{- end }}
{{- end -}}

{{- define "default" }}
{{- if .IsArray }}[]
{{- else if eq .Type "" "void" }}
{{- else if eq .Type "bool" }}false
{{- else if eq .Type "int64" }}0n
{{- else if eq .Type "int" "int32" "float" "float32" "float64" }}0
{{- else if eq .Type "string" }}""
{{- else if eq .Type "bytes" }}new Uint8Array()
{{- else if eq .Type "any" }}null
{{- else if eq .KindType "interface" }}null
{{- else }}{{ template "space" . }}.default{{ .Type }}()
{{- end }}
{{- end -}}

{{- /* A parameter: no reserved word. */ -}}
{{- define "param" }}{{ .Name }}{{ if eq .Name
  "arguments" "await" "break" "case" "catch" "class"
  "const" "continue" "debugger" "default" "delete" "do"
  "else" "enum" "eval" "export" "extends" "false"
  "finally" "for" "function" "if" "implements" "import"
  "in" "instanceof" "interface" "let" "new" "null"
  "package" "private" "protected" "public" "return" "static"
  "super" "switch" "this" "throw" "true" "try"
  "typeof" "var" "void" "while" "with" "yield" }}_{{ end }}{{ end -}}

{{- /* A member: nothing that every class or adapter has. */ -}}
{{- define "member" }}{{ .Name }}{{ if eq .Name
  "close" "constructor" "isAvailable" "onAvailabilityChanged" "onReady" "ready"
  "then" }}_{{ end }}{{ end -}}

{{- define "params" }}
{{- range $i, $p := . }}{{ if $i }}, {{ end }}{{ template "param" $p }}: {{ template "type" $p }}{{ end }}
{{- end -}}

{{- define "callDescriptor" }}
    {{ printf "%q" .Name }}: {
      params: [
        {{- range .Params }}
        { name: {{ printf "%q" .Name }}, type: {{ template "descriptor" . }} },
        {{- end }}
      ],
      {{- if .Description }}
      description: {{ printf "%q" .Description }},
      {{- end }}
{{- end -}}

{{- /* The entries of a definition that say what type something has. */ -}}
{{- define "typeEntries" }}type: {{ printf "%q" .Type }},
{{- if .Import }} import: {{ printf "%q" .Import }},{{ end }}
{{- if .IsArray }} array: true,{{ end }}
{{- if .IsReadOnly }} readonly: true,{{ end }}
{{- end -}}

{{- define "namedEntries" }}name: {{ printf "%q" .Name }},
{{- if .Description }} description: {{ printf "%q" .Description }},{{ end }}
{{- end -}}
