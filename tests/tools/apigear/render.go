// Renders a template pack as `apigear generate` does: the template language is
// Go's own, the model and the functions are those that packs are documented to
// have. Reads a job as JSON from standard input.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

type named struct {
	Name        string
	Description string
}

type node struct {
	named
	Type       string
	Import     string
	IsArray    bool `json:"array"`
	IsReadOnly bool `json:"readonly"`
	KindType   string
	module     *module
}

func (n *node) IsVoid() bool      { return n.Type == "void" }
func (n *node) IsPrimitive() bool { return primitives[n.Type] }
func (n *node) IsSymbol() bool    { return !primitives[n.Type] && n.Type != "void" }

type call struct {
	named
	Params []*node
	Return *node
}

type extends struct{ Name, Import string }

type iface struct {
	named
	Extends    extends
	Properties []*node
	Operations []*call
	Signals    []*call
}

type structure struct {
	named
	Fields []*node
}

type member struct {
	named
	Value int
}

type enum struct {
	named
	Members []*member
}

type module struct {
	named
	Version    string
	Imports    []*named
	Externs    []*named
	Interfaces []*iface
	Structs    []*structure
	Enums      []*enum
}

type document struct {
	Source, Target string
}

type rules struct {
	Features []struct {
		Name   string
		Scopes []struct {
			Match, Prefix string
			Documents     []document
		}
	}
}

type job struct {
	Templates, Output string
	Rules             rules
	Modules           []*module
}

type scope struct {
	Module    *module
	Interface *iface
	Features  map[string]bool
}

var primitives = map[string]bool{"bool": true, "int": true, "int32": true, "int64": true,
	"float": true, "float32": true, "float64": true, "string": true}

var border = regexp.MustCompile(`([a-z])([A-Z])|([0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

func words(s string) []string {
	for border.MatchString(s) {
		s = border.ReplaceAllString(s, "$1$3$5 $2$4$6")
	}
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("_-. ", r) })
}

func upper1(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
func lower1(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func camel(s string) string {
	text := ""
	for i, word := range words(s) {
		word = strings.ToLower(word)
		if i > 0 {
			word = upper1(word)
		}
		text += word
	}
	return text
}

var functions = template.FuncMap{
	"camel":   camel,
	"lower1":  lower1,
	"upper1":  upper1,
	"replace": func(s, old, new string) string { return strings.ReplaceAll(s, old, new) },
	"snake":   func(s string) string { return strings.ToLower(strings.Join(words(s), "_")) },
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// kindOf finds what a name stands for, in the order in which ApiGear looks.
func (j *job) kindOf(n *node, own *module) string {
	name := n.Import
	if name == "" {
		name = own.Name
	}
	for _, m := range j.Modules {
		if m.Name != name {
			continue
		}
		for _, one := range m.Externs {
			if one.Name == n.Type {
				return "extern"
			}
		}
		for _, one := range m.Enums {
			if one.Name == n.Type {
				return "enum"
			}
		}
		for _, one := range m.Structs {
			if one.Name == n.Type {
				return "struct"
			}
		}
	}
	return "interface"
}

func (j *job) resolve(m *module, nodes ...*node) {
	for _, n := range nodes {
		n.KindType = n.Type
		if n.IsSymbol() {
			n.KindType = j.kindOf(n, m)
		}
	}
}

func (j *job) resolveAll() {
	for _, m := range j.Modules {
		for _, s := range m.Structs {
			j.resolve(m, s.Fields...)
		}
		for _, i := range m.Interfaces {
			j.resolve(m, i.Properties...)
			for _, c := range append(append([]*call{}, i.Operations...), i.Signals...) {
				if c.Return == nil {
					c.Return = &node{Type: "void"}
				}
				j.resolve(m, append(c.Params, c.Return)...)
			}
		}
	}
}

func main() {
	var j job
	must(json.NewDecoder(os.Stdin).Decode(&j))
	j.resolveAll()
	all := template.New("").Funcs(functions)
	files, err := filepath.Glob(filepath.Join(j.Templates, "*.tpl"))
	must(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(err)
		_, err = all.New(filepath.Base(file)).Parse(string(text))
		must(err)
	}
	features := map[string]bool{}
	for _, f := range j.Rules.Features {
		features[f.Name] = true
	}
	for _, f := range j.Rules.Features {
		for _, s := range f.Scopes {
			for _, m := range j.Modules {
				if s.Match == "module" {
					j.write(all, s.Prefix, s.Documents, scope{m, nil, features})
					continue
				}
				for _, i := range m.Interfaces {
					j.write(all, s.Prefix, s.Documents, scope{m, i, features})
				}
			}
		}
	}
}

func (j *job) write(all *template.Template, prefix string, documents []document, context scope) {
	for _, d := range documents {
		var target, text bytes.Buffer
		name, err := template.New("target").Funcs(functions).Parse(prefix + d.Target)
		must(err)
		must(name.Execute(&target, context))
		must(all.ExecuteTemplate(&text, d.Source, context))
		path := filepath.Join(j.Output, target.String())
		must(os.MkdirAll(filepath.Dir(path), 0o755))
		must(os.WriteFile(path, text.Bytes(), 0o644))
	}
}
