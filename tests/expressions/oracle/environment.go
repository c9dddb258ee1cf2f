package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/Masterminds/sprig/v3"
	"github.com/evilmonkeyinc/jsonpath"
	"github.com/expr-lang/expr/builtin"
)

var sprigFunctions = func() map[string]any {
	functions := sprig.GenericFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	return functions
}()

// environment returns the names that an expression sees, new each time, for functions may change them.
func environment(name string) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(environments[name]))
	decoder.UseNumber()
	var data map[string]any
	if err := decoder.Decode(&data); err != nil {
		panic(err)
	}
	env := numbers(data).(map[string]any)
	env["asInt"] = builtin.Int
	env["asFloat"] = builtin.Float
	env["jsonpath"] = jsonPath
	env["toJson"] = toJSON
	env["sprig"] = sprigFunctions
	return env
}

func numbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = numbers(item)
		}
	case []any:
		for i, item := range value {
			value[i] = numbers(item)
		}
	case json.Number:
		if whole, err := value.Int64(); err == nil && !strings.ContainsAny(value.String(), ".eE") {
			return int(whole)
		}
		number, err := value.Float64()
		if err != nil {
			panic(err)
		}
		return number
	}
	return value
}

func toJSON(value any) string {
	output, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(output)
}

func jsonPath(text string, path string) any {
	var data any
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		panic(err)
	}
	value, err := jsonpath.Query(path, data)
	if err != nil {
		panic(err)
	}
	return value
}
